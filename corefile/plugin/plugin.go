// Package plugin holds the grammar of every CoreDNS plugin, one per file: what its setup
// function accepts, quirks included.
//
// A grammar is a function that reads the directive's tokens through a Parser, in the
// order and by the calls of the plugin's own setup.go, so that the two can be read side
// by side. To add one, write it in a file of its own, enter it in the table of table.go, and
// give it an example and a table test.
package plugin

import (
	"corewarden/corefile"
	"corewarden/corefile/release"
)

// The rules of this package. Each is the Rule of a corefile.Problem.
const (
	RuleBindElsewhere       = "bind-elsewhere"
	RuleConflict            = "conflicting-settings"
	RuleIgnored             = "ignored-text"
	RuleInvalidValue        = "invalid-value"
	RuleMissingProperty     = "missing-property"
	RuleOldBehaviour        = "old-behaviour"
	RulePodAddress          = "pod-address"
	RulePodFile             = "pod-file"
	RulePodNetwork          = "pod-network"
	RuleRepeatedPlugin      = "repeated-plugin"
	RuleSilentZone          = "silent-zone"
	RuleUnavailableProperty = "unavailable-property"
	RuleUnknownProperty     = "unknown-property"
	RuleWrongArguments      = "wrong-arguments"
)

// A grammar reads every use of one plugin in a server block into the block's Settings, and
// returns the error that CoreDNS would end with.
type grammar func(*Parser) error

// A Block is what a plugin sees of the server block that it stands in and of its server.
type Block struct {
	Release release.Release
	// Report gets what there is to say.
	Report *corefile.Report
	// Zones are the block's zones, as fully qualified domain names. Those that depend on
	// the pod's environment are not among them.
	Zones []string
	// Transports are the transports that the zones are served by, such as "dns" or "tls".
	Transports []string
	// Ports are the ports of the zones, "" for none. Where there are fewer, the rest have none.
	Ports []string
	// Has reports whether the block uses a plugin.
	Has func(plugin string) bool
	// Unnamed tells that the environment names a plugin of the block.
	Unnamed bool
	// Pod is the one that the server runs in.
	Pod Pod
	// Shared is that of the configuration. Where it is nil, every block is by itself.
	Shared *Shared
	// Parsed is that of the verdict. It may be nil.
	Parsed *Parsed
	// Settings are what the plugins were read to say so far.
	Settings Settings

	lowered []string // Zones in small letters, once a plugin asked for them
	parser  Parser   // of the plugin that is read
	// describe gets each property of each block that is read. It may be nil.
	describe func(Property)
}

// Check judges the tokens of a plugin in a server block: those of all its directives
// there, one after the other, as CoreDNS hands them to the plugin.
func Check(name string, tokens []corefile.Token, block *Block) {
	about, found := table[name]
	if !found {
		return
	}
	if block.Shared == nil {
		block.Shared = &Shared{}
	}
	p := &block.parser
	*p = newParser(name, tokens, block)
	p.about = About
	p.warnOfEnvironment()
	if err := about.read(p); err != nil {
		p.reportError(err)
	}
	p.warnLiteral()
}

// warnLiteral warns of words that CoreDNS accepts though they are hardly meant as they stand,
// where the grammar had nothing to say of their line.
func (p *Parser) warnLiteral() {
	for _, token := range p.tokens {
		remedy := corefile.Literal(token.Text)
		if remedy == "" || p.Report.Contains(func(said corefile.Problem) bool {
			return said.Line == token.Line() && said.File == token.File() && said.Rule != RulePodFile && said.Rule != RulePodNetwork
		}) {
			continue
		}
		p.warnAt(token, RuleIgnored, "CoreDNS reads %s literally. %s", corefile.Quote(token.Text), remedy)
	}
}
