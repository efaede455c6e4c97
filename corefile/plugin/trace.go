package plugin

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// trace reads: trace [[zipkin|datadog] ENDPOINT] { every COUNT; service NAME;
// client_server [BOOL]; datadog_analytics_rate [RATE]; zipkin_max_backlog_size SIZE;
// zipkin_max_batch_size SIZE; zipkin_max_batch_interval DURATION }. The last endpoint and
// the last value of a property count, but all have to be right. Before 1.14.4 an unknown
// property was ignored.
func trace(p *Parser) error {
	zipkin := false
	var unstable error // for zipkin
	err := p.Every(func() error {
		provider, err := p.traceEndpoint()
		if err != nil {
			return err
		}
		zipkin = provider == "zipkin"
		return p.LenientBlock("1.14.4", reader.Properties{
			{Name: "every", Usage: "COUNT", Read: p.traceEvery},
			{Name: "service", Usage: "NAME", Read: p.traceService},
			{Name: "client_server", Usage: "[true|false]", Read: p.traceClientServer},
			{Name: "datadog_analytics_rate", Usage: "[RATE]", Read: p.traceRate},
			{Name: "zipkin_max_backlog_size", Usage: "SIZE", Read: p.traceSize},
			{Name: "zipkin_max_batch_size", Usage: "SIZE", Read: p.traceSize},
			{Name: "zipkin_max_batch_interval", Usage: "DURATION", Read: func() (err error) {
				unstable, err = p.traceInterval()
				return err
			}},
		})
	})
	if err == nil && zipkin && !p.Overridable() {
		return unstable
	}
	return err
}

// traceEndpoint reads: [[PROVIDER] ENDPOINT].
func (p *Parser) traceEndpoint() (provider string, err error) {
	providers := []string{"zipkin", "datadog"}
	args := p.RemainingArgs()
	switch len(args) {
	case 0:
	case 1:
		if slices.Contains(providers, args[0].Text) {
			p.Warnf(reader.RuleIgnored, "CoreDNS reads %s as the host name of a Zipkin server. Write the endpoint after it, such as \"zipkin localhost:9411\" or \"datadog localhost:8126\"", args[0].Text)
		}
	case 2:
		provider := strings.ToLower(args[0].Text)
		if !slices.Contains(providers, provider) {
			return "", p.NoneOf(args[0], providers)
		}
		return provider, nil
	default:
		return "", p.ArgErr("trace [[zipkin|datadog] ENDPOINT]")
	}
	return providers[0], nil
}

func (p *Parser) traceEvery() error {
	text, err := p.OneArg("every COUNT")
	if err != nil {
		return err
	}
	if _, err := strconv.ParseUint(text.Text, 10, 64); err != nil {
		return p.Errorf(reader.RuleInvalidValue, "the count is %s. Write a whole number from 0 up", corefile.Quote(text.Text))
	}
	return nil
}

func (p *Parser) traceService() error {
	_, err := p.OneArg("service NAME")
	return err
}

func (p *Parser) traceClientServer() error {
	args := p.RemainingArgs()
	if len(args) > 1 {
		return p.ArgErr("client_server [true|false]")
	}
	for _, text := range args {
		if _, err := strconv.ParseBool(text.Text); err != nil {
			return p.Errorf(reader.RuleInvalidValue, "%s is neither true nor false. Write one of the two", corefile.Quote(text.Text))
		}
	}
	return nil
}

func (p *Parser) traceRate() error {
	args := p.RemainingArgs()
	if len(args) > 1 {
		return p.ArgErr("datadog_analytics_rate [RATE]")
	}
	for _, text := range args {
		if rate, err := strconv.ParseFloat(text.Text, 64); err != nil || rate < 0 || rate > 1 {
			return p.Errorf(reader.RuleInvalidValue, "the rate is %s. Write a number from 0 to 1", corefile.Quote(text.Text))
		}
	}
	return nil
}

func (p *Parser) traceSize() error {
	text, err := p.OneArg(p.Val() + " SIZE")
	if err != nil {
		return err
	}
	err = p.Integer(text, "the size", math.MinInt, math.MaxInt)
	return err
}

// traceInterval checks the time between two batches. Zipkin's client looks ten times as
// often whether a batch is due; unstable is the error of a use with which it panics.
func (p *Parser) traceInterval() (unstable, err error) {
	text, err := p.OneArg("zipkin_max_batch_interval DURATION")
	if err != nil {
		return nil, err
	}
	interval, err := p.Duration(text, "the interval", reader.AnyDuration, reader.MaxDuration)
	if interval != 0 && interval < 10*time.Nanosecond {
		unstable = p.Errorf(reader.RuleInvalidValue, "an interval of %s makes the server panic. Write for example \"1s\"", corefile.Quote(text.Text))
	}
	return unstable, err
}
