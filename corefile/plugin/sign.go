package plugin

import (
	"strings"

	"corewarden/corefile"
)

// sign reads: sign DBFILE [ZONE...] { key file FILE...; directory DIRECTORY }. All uses in
// a block count. The zone is signed after the start, so that DBFILE need not be there.
func sign(p *Parser) error {
	return p.every(func() error {
		if !p.NextArg() {
			return p.argErr("sign DBFILE [ZONE...]")
		}
		if strings.ContainsRune(p.Val(), '\uFFFD') && p.since("1.13.1") {
			return p.errorf(RuleInvalidValue, "the file name %s contains invalid characters. Type it again", corefile.Quote(p.Val()))
		}
		p.origins(p.RemainingArgs())
		return p.block(properties{
			{name: "key", usage: "file FILE...", read: p.signKey},
			{name: "directory", usage: "DIRECTORY", read: func() error {
				if len(p.RemainingArgs()) != 1 {
					return p.argErr("directory DIRECTORY")
				}
				return nil
			}},
		})
	})
}

func (p *Parser) signKey() error {
	if !p.NextArg() {
		return p.argErr("key file FILE...")
	}
	switch p.Val() {
	case "file":
		return p.keyFiles()
	case "directory":
		return p.errorf(RuleInvalidValue, "CoreDNS takes no directory of keys. Write: key file FILE...")
	}
	return p.ignoredKey()
}
