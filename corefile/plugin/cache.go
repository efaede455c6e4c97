package plugin

import (
	"math"
	"strconv"
	"strings"
	"time"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// cache reads: cache [TTL] [ZONE...] { success, denial, prefetch, serve_stale,
// serve_stale_policy, servfail, disable, keepttl }.
func cache(p *Parser) error {
	return p.Once(func() error {
		args := p.RemainingArgs()
		if len(args) > 0 {
			if ttl, err := strconv.Atoi(args[0].Text); err == nil {
				if ttl <= 0 {
					return p.ErrorAt(args[0], reader.RuleInvalidValue, "the TTL is %d. Write a number of seconds from 1 up", ttl)
				}
				args = args[1:]
			}
		}
		for _, zone := range args {
			if ttl, err := time.ParseDuration(zone.Text); err == nil {
				p.WarnAt(zone, reader.RuleSilentZone, "CoreDNS reads %q as a zone name, not a TTL. Write the seconds as a number: cache %d", zone.Text, max(1, int(ttl.Seconds())))
			}
		}
		p.Origins(args)
		if !p.AtBlock() {
			return nil
		}
		stale, policy := false, false
		err := p.ReadBlock(reader.Properties{
			{Name: "success", Usage: "CAPACITY [TTL [MIN-TTL]]", Read: p.cacheCapacity},
			{Name: "denial", Usage: "CAPACITY [TTL [MIN-TTL]]", Read: p.cacheCapacity},
			{Name: "prefetch", Usage: "AMOUNT [DURATION [PERCENTAGE%]]", Read: p.cachePrefetch},
			{Name: "serve_stale", Usage: "[DURATION [immediate|verify [TIMEOUT] [TTL [RECHECK]]]]", Read: func() error { stale = true; return p.cacheServeStale() }},
			{Name: "serve_stale_policy", Usage: "prefer_positive", Since: "1.14.7", Read: func() error {
				if policy {
					return p.Errorf(reader.RuleRepeatedPlugin, "serve_stale_policy is allowed only once. Remove one")
				}
				policy = true
				return p.OneOf("serve_stale_policy prefer_positive", strings.ToLower, "prefer_positive")
			}},
			{Name: "servfail", Usage: "DURATION", Read: func() error {
				args := p.RemainingArgs()
				if len(args) != 1 {
					return p.ArgErr("servfail DURATION")
				}
				_, err := p.Duration(args[0], "how long a failure is kept", 0, 5*time.Minute)
				return err
			}},
			{Name: "disable", Usage: "success|denial [ZONE...]", Read: p.cacheDisable},
			{Name: "keepttl", Read: func() error {
				if len(p.RemainingArgs()) > 0 {
					return p.ArgErr("keepttl")
				}
				return nil
			}},
		})
		if err == nil && policy && !stale {
			return p.Errorf(reader.RuleMissingProperty, "serve_stale_policy works only with serve_stale. Add serve_stale or remove this line")
		}
		return err
	})
}

// cacheCapacity reads: CAPACITY [TTL [MIN-TTL]], and ignores what follows.
func (p *Parser) cacheCapacity() error {
	name := p.Val()
	args := p.RemainingArgs()
	n := len(args)
	if n == 0 {
		return p.ArgErr(name + " CAPACITY [TTL [MIN-TTL]]")
	}
	if err := p.Integer(args[0], "the capacity", math.MinInt, math.MaxInt); err != nil {
		return err
	}
	if n > 1 {
		if err := p.Integer(args[1], "the TTL", 1, math.MaxInt); err != nil {
			return err
		}
	}
	if n > 2 {
		if err := p.Integer(args[2], "the minimum TTL", 0, math.MaxInt); err != nil {
			return err
		}
	}
	return nil
}

func (p *Parser) cachePrefetch() error {
	args := p.RemainingArgs()
	n := len(args)
	if n == 0 || n > 3 {
		return p.ArgErr("prefetch AMOUNT [DURATION [PERCENTAGE%]]")
	}
	if err := p.Integer(args[0], "the amount", 0, math.MaxInt); err != nil {
		return err
	}
	if n > 1 {
		if _, err := p.Duration(args[1], "the duration", reader.AnyDuration, reader.MaxDuration); err != nil {
			return err
		}
	}
	if n > 2 {
		percentage, found := strings.CutSuffix(args[2].Text, "%")
		if !found {
			return p.Errorf(reader.RuleInvalidValue, "the percentage is %s. Write it with a percent sign, such as \"10%%\"", corefile.Quote(args[2].Text))
		}
		number := args[2]
		number.Text = percentage
		err := p.Integer(number, "the percentage", 10, 90)
		return err
	}
	return nil
}

func (p *Parser) cacheServeStale() error {
	const usage = "serve_stale [DURATION [immediate|verify [TIMEOUT] [TTL [RECHECK]]]]"
	args := p.RemainingArgs()
	n, most := len(args), 2
	switch {
	case p.Since("1.14.7"):
		most = 5
	case p.Since("1.14.4") && n > 1 && (strings.EqualFold(args[1].Text, "verify") || p.Hidden(args[1])):
		most = 3
	}
	if n > most {
		return p.ArgErr(usage)
	}
	// at reads the argument at index i, if there is one.
	at := func(i int, what string, most time.Duration) (time.Duration, error) {
		if i >= n {
			return 0, nil
		}
		return p.Duration(args[i], what, 0, most)
	}
	if _, err := at(0, "how long stale answers are served", reader.MaxDuration); err != nil || n < 2 {
		return err
	}
	rest := 2
	switch strings.ToLower(args[1].Text) {
	case "verify":
		if _, err := at(2, "the timeout", reader.MaxDuration); err != nil {
			return err
		}
		rest = 3
	case "immediate":
		if n > 4 {
			return p.ArgErr(usage)
		}
	default:
		return p.ErrorAt(args[1], reader.RuleInvalidValue, "%s is not a refresh mode. Write immediate or verify", corefile.Quote(args[1].Text))
	}
	ttl, err := at(rest, "the TTL of stale answers", math.MaxUint32*time.Second)
	if err != nil {
		return err
	}
	if ttl%time.Second != 0 {
		return p.ErrorAt(args[rest], reader.RuleInvalidValue, "the TTL of stale answers is %s. Write whole seconds", corefile.Quote(args[rest].Text))
	}
	_, err = at(rest+1, "the time between checks", 5*time.Minute)
	return err
}

func (p *Parser) cacheDisable() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr("disable success|denial [ZONE...]")
	}
	if args[0].Text != "success" && args[0].Text != "denial" {
		return p.ErrorAt(args[0], reader.RuleInvalidValue, "%s is not a cache type. Write success or denial", corefile.Quote(args[0].Text))
	}
	return nil
}
