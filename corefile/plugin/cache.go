package plugin

import (
	"math"
	"strconv"
	"strings"
	"time"

	"corewarden/corefile"
)

// cache reads: cache [TTL] [ZONE...] { success, denial, prefetch, serve_stale,
// serve_stale_policy, servfail, disable, keepttl }.
func cache(p *Parser) error {
	return p.once(func() error {
		args := p.RemainingArgs()
		if len(args) > 0 {
			if ttl, err := strconv.Atoi(args[0].Text); err == nil {
				if ttl <= 0 {
					return p.errorAt(args[0], RuleInvalidValue, "the TTL is %d. Write a number of seconds from 1 up", ttl)
				}
				args = args[1:]
			}
		}
		for _, zone := range args {
			if ttl, err := time.ParseDuration(zone.Text); err == nil {
				p.warnAt(zone, RuleSilentZone, "CoreDNS reads %q as a zone name, not a TTL. Write the seconds as a number: cache %d", zone.Text, max(1, int(ttl.Seconds())))
			}
		}
		p.origins(args)
		if !p.atBlock() {
			return nil
		}
		stale, policy := false, false
		err := p.block(properties{
			{name: "success", usage: "CAPACITY [TTL [MIN-TTL]]", read: p.cacheCapacity},
			{name: "denial", usage: "CAPACITY [TTL [MIN-TTL]]", read: p.cacheCapacity},
			{name: "prefetch", usage: "AMOUNT [DURATION [PERCENTAGE%]]", read: p.cachePrefetch},
			{name: "serve_stale", usage: "[DURATION [immediate|verify [TIMEOUT] [TTL [RECHECK]]]]", read: func() error { stale = true; return p.cacheServeStale() }},
			{name: "serve_stale_policy", usage: "prefer_positive", since: "1.14.7", read: func() error {
				if policy {
					return p.errorf(RuleRepeatedPlugin, "serve_stale_policy is allowed only once. Remove one")
				}
				policy = true
				return p.oneOf("serve_stale_policy prefer_positive", strings.ToLower, "prefer_positive")
			}},
			{name: "servfail", usage: "DURATION", read: func() error {
				args := p.RemainingArgs()
				if len(args) != 1 {
					return p.argErr("servfail DURATION")
				}
				_, err := p.duration(args[0], "how long a failure is kept", 0, 5*time.Minute)
				return err
			}},
			{name: "disable", usage: "success|denial [ZONE...]", read: p.cacheDisable},
			{name: "keepttl", read: func() error {
				if len(p.RemainingArgs()) > 0 {
					return p.argErr("keepttl")
				}
				return nil
			}},
		})
		if err == nil && policy && !stale {
			return p.errorf(RuleMissingProperty, "serve_stale_policy works only with serve_stale. Add serve_stale or remove this line")
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
		return p.argErr(name + " CAPACITY [TTL [MIN-TTL]]")
	}
	if err := p.integer(args[0], "the capacity", math.MinInt, math.MaxInt); err != nil {
		return err
	}
	if n > 1 {
		if err := p.integer(args[1], "the TTL", 1, math.MaxInt); err != nil {
			return err
		}
	}
	if n > 2 {
		if err := p.integer(args[2], "the minimum TTL", 0, math.MaxInt); err != nil {
			return err
		}
	}
	return nil
}

func (p *Parser) cachePrefetch() error {
	args := p.RemainingArgs()
	n := len(args)
	if n == 0 || n > 3 {
		return p.argErr("prefetch AMOUNT [DURATION [PERCENTAGE%]]")
	}
	if err := p.integer(args[0], "the amount", 0, math.MaxInt); err != nil {
		return err
	}
	if n > 1 {
		if _, err := p.duration(args[1], "the duration", anyDuration, maxDuration); err != nil {
			return err
		}
	}
	if n > 2 {
		percentage, found := strings.CutSuffix(args[2].Text, "%")
		if !found {
			return p.errorf(RuleInvalidValue, "the percentage is %s. Write it with a percent sign, such as \"10%%\"", corefile.Quote(args[2].Text))
		}
		number := args[2]
		number.Text = percentage
		err := p.integer(number, "the percentage", 10, 90)
		return err
	}
	return nil
}

func (p *Parser) cacheServeStale() error {
	const usage = "serve_stale [DURATION [immediate|verify [TIMEOUT] [TTL [RECHECK]]]]"
	args := p.RemainingArgs()
	n, most := len(args), 2
	switch {
	case p.since("1.14.7"):
		most = 5
	case p.since("1.14.4") && n > 1 && (strings.EqualFold(args[1].Text, "verify") || p.hidden(args[1])):
		most = 3
	}
	if n > most {
		return p.argErr(usage)
	}
	// at reads the argument at index i, if there is one.
	at := func(i int, what string, most time.Duration) (time.Duration, error) {
		if i >= n {
			return 0, nil
		}
		return p.duration(args[i], what, 0, most)
	}
	if _, err := at(0, "how long stale answers are served", maxDuration); err != nil || n < 2 {
		return err
	}
	rest := 2
	switch strings.ToLower(args[1].Text) {
	case "verify":
		if _, err := at(2, "the timeout", maxDuration); err != nil {
			return err
		}
		rest = 3
	case "immediate":
		if n > 4 {
			return p.argErr(usage)
		}
	default:
		return p.errorAt(args[1], RuleInvalidValue, "%s is not a refresh mode. Write immediate or verify", corefile.Quote(args[1].Text))
	}
	ttl, err := at(rest, "the TTL of stale answers", math.MaxUint32*time.Second)
	if err != nil {
		return err
	}
	if ttl%time.Second != 0 {
		return p.errorAt(args[rest], RuleInvalidValue, "the TTL of stale answers is %s. Write whole seconds", corefile.Quote(args[rest].Text))
	}
	_, err = at(rest+1, "the time between checks", 5*time.Minute)
	return err
}

func (p *Parser) cacheDisable() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.argErr("disable success|denial [ZONE...]")
	}
	if args[0].Text != "success" && args[0].Text != "denial" {
		return p.errorAt(args[0], RuleInvalidValue, "%s is not a cache type. Write success or denial", corefile.Quote(args[0].Text))
	}
	return nil
}
