package plugin

import (
	"slices"
	"strings"

	"corewarden/corefile"
)

// autopath reads: autopath [ZONE...] RESOLV-CONF|@PLUGIN. The last use in a block counts,
// but all files have to be there.
func autopath(p *Parser) error {
	var source *corefile.Token
	err := p.every(func() error {
		args := p.RemainingArgs()
		if len(args) == 0 {
			return p.argErr("autopath [ZONE...] RESOLV-CONF|@PLUGIN")
		}
		last := args[len(args)-1]
		p.origins(args[:len(args)-1])
		if strings.HasPrefix(last.Text, "@") {
			source = &last
			return nil
		}
		return p.podFile(last, "the resolv.conf")
	})
	if err != nil || source == nil {
		return err
	}
	return p.autopathSource(*source)
}

// autopathSources are the plugins that know search paths.
var autopathSources = []string{"erratic", "kubernetes"}

func (p *Parser) autopathSource(token corefile.Token) error {
	source := token.Text[len("@"):]
	about, _ := p.about(source)
	switch {
	case slices.Contains(autopathSources, source) && p.Has(source):
		return nil
	case p.Has(source) && about.Role != SetsUp: // CoreDNS finds only what meets queries
		return p.errorAt(token, RuleInvalidValue, "plugin %s has no search path. Write @kubernetes", corefile.Quote(source))
	}
	p.warnAt(token, RuleIgnored, "autopath does nothing: this block has no plugin %s with a search path. Use kubernetes in this block and write @kubernetes", corefile.Quote(source))
	return nil
}
