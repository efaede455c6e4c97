package plugin

import (
	"math"

	"corewarden/corefile"
)

// auto reads: auto [ZONE...] { directory DIRECTORY [REGEXP TEMPLATE]; reload DURATION;
// upstream }. The last use in a block counts, but all have to be right. A directory that
// is not there is no error.
func auto(p *Parser) error {
	return p.every(func() error {
		p.store(Store{Token: p.Token(), Zones: p.origins(p.RemainingArgs())})
		return p.block(properties{
			{name: "directory", usage: "DIRECTORY [REGEXP TEMPLATE]", read: p.autoDirectory},
			{name: "reload", usage: "DURATION", read: func() error { _, _, err := p.zoneReload(0); return err }},
			{name: "upstream", read: p.formerUpstream},
		})
	})
}

func (p *Parser) autoDirectory() error {
	const usage = "directory DIRECTORY [REGEXP TEMPLATE]"
	if !p.NextArg() {
		return p.argErr(usage)
	}
	if path := p.Val(); path != "" && !possibleFile(path) {
		return p.errorf(RuleInvalidValue, "%s cannot be a directory name. Write its path", corefile.Quote(path))
	}
	if p.NextArg() {
		if err := p.autoRegexp(); err != nil {
			return err
		}
		if !p.NextArg() {
			return p.argErr(usage)
		}
	}
	if p.NextArg() {
		return p.argErr(usage)
	}
	return nil
}

func (p *Parser) autoRegexp() error {
	limit := math.MaxInt
	if p.since("1.13.2") {
		limit = maxRegexp
	}
	if n := len(p.Val()); n > limit {
		return p.errorf(RuleInvalidValue, "the regular expression has %d characters; at most %d are allowed. Shorten it", n, limit)
	}
	groups, err := p.regexp(p.Token())
	if err == nil && groups == 0 {
		err = p.errorf(RuleInvalidValue, "the regular expression %s has no group. Put parentheses around the part that is the zone name", corefile.Quote(p.Val()))
	}
	return err
}
