package plugin

import (
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// An Autopath is the last use of autopath, which is the one that counts.
type Autopath struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// Zones are those that it holds for, in small letters; a network is one of them.
	Zones []string
	// Source is a file with a search path, or a plugin behind a "@".
	Source string
}

// autopath reads: autopath [ZONE...] RESOLV-CONF|@PLUGIN. The last use in a block counts,
// but all files have to be there.
func autopath(p *Parser) error {
	var source *corefile.Token
	err := p.Every(func() error {
		use := &Autopath{Token: p.Token()}
		args := p.RemainingArgs()
		if len(args) == 0 {
			return p.ArgErr("autopath [ZONE...] RESOLV-CONF|@PLUGIN")
		}
		last := args[len(args)-1]
		use.Zones, use.Source = p.Origins(args[:len(args)-1]), last.Text
		p.Settings.Autopath = use
		if strings.HasPrefix(last.Text, "@") {
			source = &last
			return nil
		}
		return p.PodFile(last, "the resolv.conf")
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
	case p.Has(source) && about.Role != SetsUp && p.listens(): // CoreDNS finds only what meets queries
		return p.ErrorAt(token, reader.RuleInvalidValue, "plugin %s has no search path. Write @kubernetes", corefile.Quote(source))
	}
	p.WarnAt(token, reader.RuleIgnored, "autopath does nothing: this block has no plugin %s with a search path. Use kubernetes in this block and write @kubernetes", corefile.Quote(source))
	return nil
}
