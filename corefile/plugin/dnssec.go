package plugin

import (
	"math"

	"corewarden/corefile/plugin/reader"
)

// dnssec reads: dnssec [ZONE...] { key file FILE... | aws_secretsmanager SECRET...;
// cache_capacity COUNT }.
func dnssec(p *Parser) error {
	return p.Once(func() error {
		p.Origins(p.RemainingArgs())
		return p.ReadBlock(reader.Properties{
			{Name: "key", Usage: "file FILE...", Read: p.dnssecKey},
			{Name: "cache_capacity", Usage: "COUNT", Read: func() error {
				if !p.NextArg() {
					return p.ArgErr("cache_capacity COUNT")
				}
				err := p.Integer(p.Token(), "the capacity", math.MinInt, math.MaxInt)
				return err
			}},
		})
	})
}

func (p *Parser) dnssecKey() error {
	if !p.NextArg() {
		return p.ArgErr("key file FILE...")
	}
	switch kind := p.Val(); {
	case kind == "file":
		return p.KeyFiles()
	case kind == "aws_secretsmanager" && p.Since("1.11.4"):
		if len(p.RemainingArgs()) == 0 {
			return p.ArgErr("key aws_secretsmanager SECRET...")
		}
		p.Warnf(reader.RulePodNetwork, "the server starts only if it can fetch this key from AWS; Corewarden cannot check this")
		return nil
	}
	return p.IgnoredKey()
}
