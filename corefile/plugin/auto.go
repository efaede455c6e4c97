package plugin

import (
	"math"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// auto reads: auto [ZONE...] { directory DIRECTORY [REGEXP TEMPLATE]; reload DURATION;
// upstream }. The last use in a block counts, but all have to be right. A directory that
// is not there is no error.
func auto(p *Parser) error {
	return p.Every(func() error {
		p.Store(reader.Store{Token: p.Token(), Zones: p.Origins(p.RemainingArgs())})
		return p.ReadBlock(reader.Properties{
			{Name: "directory", Usage: "DIRECTORY [REGEXP TEMPLATE]", Read: p.autoDirectory},
			{Name: "reload", Usage: "DURATION", Read: func() error { _, _, err := p.ZoneReload(0); return err }},
			{Name: "upstream", Read: p.FormerUpstream},
		})
	})
}

func (p *Parser) autoDirectory() error {
	const usage = "directory DIRECTORY [REGEXP TEMPLATE]"
	if !p.NextArg() {
		return p.ArgErr(usage)
	}
	if path := p.Val(); path != "" && !reader.PossibleFile(path) {
		return p.Errorf(reader.RuleInvalidValue, "%s cannot be a directory name. Write its path", corefile.Quote(path))
	}
	if p.NextArg() {
		if err := p.autoRegexp(); err != nil {
			return err
		}
		if !p.NextArg() {
			return p.ArgErr(usage)
		}
	}
	if p.NextArg() {
		return p.ArgErr(usage)
	}
	return nil
}

func (p *Parser) autoRegexp() error {
	limit := math.MaxInt
	if p.Since("1.13.2") {
		limit = reader.MaxRegexp
	}
	if n := len(p.Val()); n > limit {
		return p.Errorf(reader.RuleInvalidValue, "the regular expression has %d characters; at most %d are allowed. Shorten it", n, limit)
	}
	groups, err := p.Regexp(p.Token())
	if err == nil && groups == 0 {
		err = p.Errorf(reader.RuleInvalidValue, "the regular expression %s has no group. Put parentheses around the part that is the zone name", corefile.Quote(p.Val()))
	}
	return err
}
