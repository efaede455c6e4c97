package plugin

import "math"

// dnssec reads: dnssec [ZONE...] { key file FILE... | aws_secretsmanager SECRET...;
// cache_capacity COUNT }.
func dnssec(p *Parser) error {
	return p.once(func() error {
		p.origins(p.RemainingArgs())
		return p.block(properties{
			{name: "key", usage: "file FILE...", read: p.dnssecKey},
			{name: "cache_capacity", usage: "COUNT", read: func() error {
				if !p.NextArg() {
					return p.argErr("cache_capacity COUNT")
				}
				err := p.integer(p.Token(), "the capacity", math.MinInt, math.MaxInt)
				return err
			}},
		})
	})
}

func (p *Parser) dnssecKey() error {
	if !p.NextArg() {
		return p.argErr("key file FILE...")
	}
	switch kind := p.Val(); {
	case kind == "file":
		return p.keyFiles()
	case kind == "aws_secretsmanager" && p.since("1.11.4"):
		if len(p.RemainingArgs()) == 0 {
			return p.argErr("key aws_secretsmanager SECRET...")
		}
		p.warnf(RulePodNetwork, "the server starts only if it can fetch this key from AWS; Corewarden cannot check this")
		return nil
	}
	return p.ignoredKey()
}
