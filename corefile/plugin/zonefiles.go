package plugin

import (
	"time"

	"corewarden/corefile"
)

// What the plugins that serve files of zones have in common.

// zoneReload reads: reload DURATION, of at least the given one. CoreDNS ignores what
// follows.
func (p *Parser) zoneReload(least time.Duration) (interval time.Duration, at corefile.Token, err error) {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return 0, p.Token(), p.argErr("reload DURATION")
	}
	p.ignored(args, 1)
	interval, err = p.duration(args[0], "the reload interval", least, maxDuration)
	return interval, args[0], err
}

// store takes note of a use of a plugin that answers from elsewhere.
func (p *Parser) store(use Store) { p.Settings.Stores = append(p.Settings.Stores, use) }

// ignored warns of arguments, just returned by RemainingArgs, after the first n.
func (p *Parser) ignored(args []corefile.Token, n int) {
	if len(args) > n {
		p.warnAt(args[n], RuleIgnored, "CoreDNS ignores the rest of this line. Remove it")
	}
}

// formerUpstream reads: upstream [ADDRESS...], which did something once.
func (p *Parser) formerUpstream() error {
	p.warnf(RuleIgnored, "CoreDNS ignores upstream: it resolves such names itself. Remove it")
	p.RemainingArgs()
	return nil
}
