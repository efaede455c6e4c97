package reader

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"

	"corewarden/corefile"
)

// What the plugins that serve the zones of a cloud have in common.

// CloudAPI warns that the cloud has the last word on what was read without the given error.
func (p *Parser) CloudAPI(cloud string, err error) error {
	if err == nil {
		p.WarnAt(p.Tokens[0], RulePodNetwork, "the server starts only if %s grants it access and has these zones; Corewarden cannot check this", cloud)
	}
	return err
}

// Value returns the reader of a property with one argument, whatever it is. A further word
// is read as the next property.
func (p *Parser) Value(usage string) func() error {
	return func() error {
		if !p.NextArg() {
			return p.ArgErr(usage)
		}
		return nil
	}
}

// CloudRefresh reads: refresh DURATION, where a whole number is one of seconds.
func (p *Parser) CloudRefresh() error {
	if !p.NextArg() {
		return p.ArgErr("refresh DURATION")
	}
	seconds := p.Token()
	if _, err := strconv.Atoi(seconds.Text); err == nil {
		seconds.Text += "s"
	}
	_, err := p.Duration(seconds, "the time between refreshes", time.Nanosecond, MaxDuration)
	return err
}

// CloudZones returns the zones of arguments of the given number of parts between colons, each
// of them once.
func (p *Parser) CloudZones(parts int, usage string) ([]string, error) {
	args := p.RemainingArgs()
	var zones []string
	seen := map[string]bool{}
	for _, arg := range args {
		words := strings.SplitN(arg.Text, ":", parts)
		switch {
		case len(words) < parts || slices.Contains(words, ""):
			return nil, p.ErrorAt(arg, RuleInvalidValue, "%s is not a hosted zone. Write %s", corefile.Quote(arg.Text), usage)
		case seen[arg.Text]:
			return nil, p.ErrorAt(arg, RuleInvalidValue, "%s is given twice. Remove one", corefile.Quote(arg.Text))
		}
		seen[arg.Text] = true
		zones = append(zones, CloudZone(words[0]))
	}
	return zones, nil
}

// CloudZone returns a zone as a cloud's plugin compares it.
func CloudZone(text string) string { return strings.ToLower(dns.Fqdn(text)) }
