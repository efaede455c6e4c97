package plugin

import "time"

// What the plugins that serve files of zones have in common.

// zoneReload reads: reload DURATION, of at least the given one. CoreDNS ignores what
// follows.
func (p *Parser) zoneReload(least time.Duration) (time.Duration, error) {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return 0, p.argErr("reload DURATION")
	}
	p.ignored(args, 1)
	return p.duration(len(args)-1, args[0], "the reload interval", least, maxDuration)
}

// ignored warns of arguments, just returned by RemainingArgs, after the first n.
func (p *Parser) ignored(args []string, n int) {
	if len(args) > n {
		p.warnf(len(args)-1-n, RuleIgnored, "CoreDNS ignores the rest of this line. Remove it")
	}
}

// formerUpstream reads: upstream [ADDRESS...], which did something once.
func (p *Parser) formerUpstream() error {
	p.warnf(0, RuleIgnored, "CoreDNS ignores upstream: it resolves such names itself. Remove it")
	p.RemainingArgs()
	return nil
}
