package plugin

import "corewarden/corefile"

// root reads: root PATH. The last use in a block counts. CoreDNS tolerates that the folder
// is missing.
func root(p *Parser) error {
	return p.every(func() error {
		if !p.NextArg() {
			return p.argErr("root PATH")
		}
		if !possibleFile(p.Val()) && p.Val() != "" {
			return p.errorf(RuleInvalidValue, "%s cannot be a directory name. Write its path", corefile.Quote(p.Val()))
		}
		p.Settings.Root = p.Val()
		return nil
	})
}
