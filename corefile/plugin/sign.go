package plugin

import (
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// sign reads: sign DBFILE [ZONE...] { key file FILE...; directory DIRECTORY }. All uses in
// a block count. The zone is signed after the start, so that DBFILE need not be there.
func sign(p *Parser) error {
	return p.Every(func() error {
		if !p.NextArg() {
			return p.ArgErr("sign DBFILE [ZONE...]")
		}
		if strings.ContainsRune(p.Val(), '\uFFFD') && p.Since("1.13.1") {
			return p.Errorf(reader.RuleInvalidValue, "the file name %s contains invalid characters. Type it again", corefile.Quote(p.Val()))
		}
		p.Origins(p.RemainingArgs())
		return p.ReadBlock(reader.Properties{
			{Name: "key", Usage: "file FILE...", Read: p.signKey},
			{Name: "directory", Usage: "DIRECTORY", Read: func() error {
				if len(p.RemainingArgs()) != 1 {
					return p.ArgErr("directory DIRECTORY")
				}
				return nil
			}},
		})
	})
}

func (p *Parser) signKey() error {
	if !p.NextArg() {
		return p.ArgErr("key file FILE...")
	}
	switch p.Val() {
	case "file":
		return p.KeyFiles()
	case "directory":
		return p.Errorf(reader.RuleInvalidValue, "CoreDNS takes no directory of keys. Write: key file FILE...")
	}
	return p.IgnoredKey()
}
