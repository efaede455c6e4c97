package plugin

import (
	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// root reads: root PATH. The last use in a block counts. CoreDNS tolerates that the folder
// is missing.
func root(p *Parser) error {
	return p.Every(func() error {
		if !p.NextArg() {
			return p.ArgErr("root PATH")
		}
		if !reader.PossibleFile(p.Val()) && p.Val() != "" {
			return p.Errorf(reader.RuleInvalidValue, "%s cannot be a directory name. Write its path", corefile.Quote(p.Val()))
		}
		p.Settings.Root = p.Val()
		return nil
	})
}
