// Package plugin holds the grammar of every CoreDNS plugin, one per file: what its setup
// function accepts, quirks included.
//
// A grammar is a function that reads the directive's tokens through a Parser, in the
// order and by the calls of the plugin's own setup.go, so that the two can be read side
// by side. What several plugins read alike is in package reader. To add a grammar, write it in a
// file that is named after the plugin, enter it in the table of table.go, and give it an example
// and a table test. What others ask of the plugin goes into Settings.
package plugin

import (
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// A grammar reads every use of one plugin in a server block into the block's Settings, and
// returns the error that CoreDNS would end with.
type grammar func(*Parser) error

// A Parser reads the uses of one plugin in a server block.
type Parser struct {
	reader.Parser

	// Settings are the block's.
	Settings *Settings

	// about returns what the table says about a plugin. Grammars cannot name the table, which
	// names them.
	about func(plugin string) (Plugin, bool)
	// usual is the address that the plugin listens on unless it is given another, or "".
	usual string
}

// listens reports whether the block certainly listens somewhere. Its binds were read before.
func (p *Parser) listens() bool {
	certain := func(a Address) bool { return !a.Doubtful }
	bound := func(b Bind) bool { return slices.ContainsFunc(b.Addresses, certain) }
	return p.OpensSocket() && !p.Unnamed && (!p.Has("bind") || slices.ContainsFunc(p.Settings.Binds, bound))
}

// A Block is what plugins see of the server block that they stand in, and what they were read to
// say.
type Block struct {
	reader.Block

	// Settings are what the plugins were read to say so far.
	Settings Settings

	parser Parser // of the plugin that is read
}

// Check judges the tokens of a plugin in a server block: those of all its directives
// there, one after the other, as CoreDNS hands them to the plugin.
func Check(name string, tokens []corefile.Token, block *Block) {
	about, found := table[name]
	if !found {
		return
	}
	p := &block.parser
	*p = Parser{
		Parser:   reader.New(name, tokens, &block.Block, &block.Settings.Found),
		Settings: &block.Settings, about: About, usual: about.Listens,
	}
	p.WarnOfEnvironment()
	if err := about.read(p); err != nil {
		p.ReportError(err)
	}
	p.WarnLiteral()
}
