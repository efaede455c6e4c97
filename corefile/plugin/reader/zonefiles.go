package reader

import (
	"time"

	"corewarden/corefile"
)

// What the plugins that serve files of zones have in common.

// ZoneReload reads: reload DURATION, of at least the given one. CoreDNS ignores what
// follows.
func (p *Parser) ZoneReload(least time.Duration) (interval time.Duration, at corefile.Token, err error) {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return 0, p.Token(), p.ArgErr("reload DURATION")
	}
	p.Ignored(args, 1)
	interval, err = p.Duration(args[0], "the reload interval", least, MaxDuration)
	return interval, args[0], err
}

// Store takes note of a use of a plugin that answers from elsewhere.
func (p *Parser) Store(use Store) { p.found.Stores = append(p.found.Stores, use) }

// Ignored warns of arguments, just returned by RemainingArgs, after the first n.
func (p *Parser) Ignored(args []corefile.Token, n int) {
	if len(args) > n {
		p.WarnAt(args[n], RuleIgnored, "CoreDNS ignores the rest of this line. Remove it")
	}
}

// FormerUpstream reads: upstream [ADDRESS...], which did something once.
func (p *Parser) FormerUpstream() error {
	p.Warnf(RuleIgnored, "CoreDNS ignores upstream: it resolves such names itself. Remove it")
	p.RemainingArgs()
	return nil
}
