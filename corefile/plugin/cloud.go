package plugin

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"corewarden/corefile"
)

// What the plugins that serve the zones of a cloud have in common.

// cloudAPI warns that the cloud has the last word on what was read without the given error.
func (p *Parser) cloudAPI(cloud string, err error) error {
	if err == nil {
		p.warnf(p.position, RulePodNetwork, "the server starts only if %s grants it access and has these zones; Corewarden cannot check this", cloud)
	}
	return err
}

// value returns the reader of a property with one argument, whatever it is. A further word
// is read as the next property.
func (p *Parser) value(usage string) func() error {
	return func() error {
		if !p.NextArg() {
			return p.argErr(usage)
		}
		return nil
	}
}

// cloudRefresh reads: refresh DURATION, where a whole number is one of seconds.
func (p *Parser) cloudRefresh() error {
	if !p.NextArg() {
		return p.argErr("refresh DURATION")
	}
	text := p.Val()
	if _, err := strconv.Atoi(text); err == nil {
		text += "s"
	}
	_, err := p.duration(0, text, "the time between refreshes", time.Nanosecond, maxDuration)
	return err
}

// cloudZones reads arguments of the given number of parts between colons, each of them
// once.
func (p *Parser) cloudZones(parts int, usage string) error {
	args := p.RemainingArgs()
	seen := map[string]bool{}
	for i, arg := range args {
		words := strings.SplitN(arg, ":", parts)
		switch {
		case len(words) < parts || slices.Contains(words, ""):
			return p.errorAt(len(args)-1-i, RuleInvalidValue, "%s is not a hosted zone. Write %s", corefile.Quote(arg), usage)
		case seen[arg]:
			return p.errorAt(len(args)-1-i, RuleInvalidValue, "%s is given twice. Remove one", corefile.Quote(arg))
		}
		seen[arg] = true
	}
	return nil
}
