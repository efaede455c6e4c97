// Package reader reads what the lines of CoreDNS plugins have in common: words, numbers, durations,
// zones, addresses, files, the properties of a block. The grammars of package plugin read through
// its Parser.
//
// A method takes the words that CoreDNS's own code takes there, and no more. What is wrong with one
// it returns as an error, for the grammar to return; what only deserves a warning it reports. A word
// that depends on the pod's environment is never wrong.
package reader

import (
	"fmt"
	"strings"

	"corewarden/corefile"
)

// A Parser reads the tokens of one plugin in one server block, by the calls that the
// plugins themselves use: those of caddyfile.Dispenser, quirks included, to which a test
// compares it. Unlike that it knows where it stands, to point at a problem.
type Parser struct {
	*Block

	// Name is the plugin's.
	Name string
	// Tokens are those of all its uses; the first of them is its name.
	Tokens []corefile.Token
	// Failed tells whether an error was reported.
	Failed bool
	// Environment tells that some words depend on the pod's environment, and Nameless that
	// one of them stands for the name of a property.
	Environment, Nameless bool
	// Ignorable tells that CoreDNS may not read the use at all: the environment may name the
	// plugin above it, and only the first use counts.
	Ignorable bool

	found    *Found
	position int  // of the current token; -1 before the first
	nesting  int  // blocks around it
	unread   bool // whether a grammar may have stopped at a word that is hidden
}

// New returns a Parser before the tokens of a plugin in a server block. What it takes note of it
// adds to found.
func New(plugin string, tokens []corefile.Token, block *Block, found *Found) Parser {
	if block.Shared == nil {
		block.Shared = &Shared{}
	}
	return Parser{Block: block, Name: plugin, Tokens: tokens, found: found, position: -1}
}

// Next goes to the next token, wherever it stands.
func (p *Parser) Next() bool {
	if p.position >= len(p.Tokens)-1 {
		return false
	}
	p.position++
	return true
}

// NextArg goes to the next token if that stands on the same line. The first token always
// does.
func (p *Parser) NextArg() bool {
	if p.position >= 0 && (p.position >= len(p.Tokens)-1 || !p.Tokens[p.position].SharesLine(p.Tokens[p.position+1])) {
		return false
	}
	p.position++
	return true
}

// NextBlock goes to the next property of a block, which it enters first. It reports false
// at the end of the block, or where there is none.
func (p *Parser) NextBlock() bool {
	if !p.Since("1.15.0") {
		return p.nextFlat()
	}
	if p.nesting > 0 {
		if !p.Next() {
			return false
		}
		switch p.Val() {
		case "}":
			p.nesting--
			return false
		case "{":
			p.position-- // a block in the block
		default:
			return true
		}
	}
	if !p.opensBlock() || !p.Next() || p.Val() == "}" {
		return false
	}
	p.nesting++
	return true
}

// nextFlat is NextBlock as it was before CoreDNS 1.15.0: blocks did not nest, so that a
// brace inside of one was the name of a property.
func (p *Parser) nextFlat() bool {
	switch {
	case p.nesting == 0:
		if !p.opensBlock() {
			return false
		}
		p.Next()
	case !p.Next() && p.Since("1.13.0"):
		return false
	case p.position == len(p.Tokens)-1 && p.Val() != "}": // which CoreDNS reads again and again
		p.ReportError(p.Errorf(RuleWrongArguments, "the closing brace is read as an argument. Put it on its own line"))
		return false
	}
	p.nesting = 1
	if p.Val() == "}" {
		p.nesting = 0
	}
	return p.nesting > 0
}

// AtBlock reports whether NextBlock may find a property. A plugin with many of them asks it
// before it makes them.
func (p *Parser) AtBlock() bool {
	if p.nesting > 0 {
		return true
	}
	opens := p.opensBlock()
	if opens {
		p.position--
	}
	return opens
}

// opensBlock goes to the next token if that is the brace of a block on the same line.
func (p *Parser) opensBlock() bool {
	if !p.NextArg() {
		return false
	}
	if p.Val() != "{" {
		p.position--
		return false
	}
	return true
}

// RemainingArgs reads the rest of the line, up to an opening brace.
func (p *Parser) RemainingArgs() []corefile.Token {
	start := p.position + 1
	for p.NextArg() {
		if p.Val() == "{" {
			p.position--
			break
		}
	}
	return p.Tokens[start : p.position+1 : p.position+1]
}

// Token returns the current token, or the first one before that.
func (p *Parser) Token() corefile.Token {
	return p.Tokens[min(max(p.position, 0), len(p.Tokens)-1)]
}

// Val returns the current token's text, or "" before the first.
func (p *Parser) Val() string {
	if p.position < 0 || p.position >= len(p.Tokens) {
		return ""
	}
	return p.Tokens[p.position].Text
}

// Since reports whether the release holds CoreDNS of the given version or newer.
func (p *Parser) Since(version string) bool { return p.Release.AtLeast(version) }

// Warnf adds a warning at the current token.
func (p *Parser) Warnf(rule, format string, args ...any) {
	p.WarnAt(p.Token(), rule, format, args...)
}

// WarnAt adds a warning at a token.
func (p *Parser) WarnAt(at corefile.Token, rule, format string, args ...any) {
	if !at.Foreign() && !p.Report.FullOfWarnings() && !p.Hidden(at) { // to write a message takes its time
		p.Report.Warn(at, rule, p.Name+": "+fmt.Sprintf(format, args...))
	}
}

// ArgErr is the error for a wrong number of arguments. Usage shows the right one, such as
// "prefetch AMOUNT [DURATION [PERCENTAGE%]]".
func (p *Parser) ArgErr(usage string) error {
	switch {
	case p.Val() == "}" && p.position > 0 && p.Tokens[p.position-1].SharesLine(p.Tokens[p.position]):
		return p.Errorf(RuleWrongArguments, `the "}" is read as an argument. Put each property and each "}" on its own line`)
	case !strings.Contains(usage, " "):
		return p.Errorf(RuleWrongArguments, "%s takes no argument. Write it alone on its line", usage)
	}
	return p.Errorf(RuleWrongArguments, "wrong number of arguments. Write: %s", usage)
}

// Every reads each use of the plugin in the block: all of them count. CoreDNS does not
// look at the plugin's name: it takes whatever a use leaves over for the next one.
func (p *Parser) Every(read func() error) error {
	for warned := false; p.Next(); {
		if p.Val() != p.Name && !warned {
			warned = true
			p.Warnf(RuleIgnored, "CoreDNS reads %s as another use of the plugin, not as part of the one above. "+
				`Open a block with "{" on the plugin's line, if the plugin takes a block`, corefile.Quote(p.Val()))
		}
		if err := read(); err != nil {
			return err
		}
		p.passUnread()
	}
	return nil
}

// passUnread passes over what is left of a use of which a word is hidden.
func (p *Parser) passUnread() {
	if !p.unread {
		return
	}
	p.unread = false
	p.RemainingArgs()
	for p.NextBlock() {
		p.RemainingArgs()
	}
}

// Once reads the only use of the plugin that a block may have.
func (p *Parser) Once(read func() error) error {
	if p.Next() {
		if err := read(); err != nil {
			return err
		}
		p.passUnread()
	}
	switch {
	case !p.Next():
		return nil
	case p.Val() != p.Name:
		return p.Errorf(RuleRepeatedPlugin, "CoreDNS reads %s as a second use of the plugin, but a server block can have only one. "+
			`Open a block with "{" on the plugin's line, if the plugin takes a block`, corefile.Quote(p.Val()))
	}
	at, other := corefile.Blame(p.Tokens[0], p.Token())
	if at.Foreign() == other.Foreign() {
		return p.Errorf(RuleRepeatedPlugin, "a server block can use this plugin only once. Merge this use into the first, on line %d", p.Tokens[0].Line())
	}
	return &fault{token: at, rule: RuleRepeatedPlugin, message: fmt.Sprintf(
		"%s: a server block can use this plugin only once, and this block already does on %s. Remove this use", p.Name, corefile.Place(other, at))}
}

// First reads the first use of the plugin in a block. CoreDNS ignores whatever else there
// is.
func (p *Parser) First(read func() error) error {
	p.Ignorable = p.Unnamed
	p.Next()
	if err := read(); err != nil {
		return err
	}
	return p.RestIgnored()
}

// RestIgnored warns of what CoreDNS does not look at after the first use that counts.
func (p *Parser) RestIgnored() error {
	if p.Next() {
		p.Warnf(RuleIgnored, "CoreDNS reads only the first use of the plugin in a block and ignores this one. Remove it")
	}
	return nil
}

// WarnLiteral warns of words that CoreDNS accepts though they are hardly meant as they stand,
// where the grammar had nothing to say of their line.
func (p *Parser) WarnLiteral() {
	for _, token := range p.Tokens {
		remedy := corefile.Literal(token.Text)
		if remedy == "" || p.Report.Contains(func(said corefile.Problem) bool {
			return said.Line == token.Line() && said.File == token.File() && said.Rule != RulePodFile && said.Rule != RulePodNetwork
		}) {
			continue
		}
		p.WarnAt(token, RuleIgnored, "CoreDNS reads %s literally. %s", corefile.Quote(token.Text), remedy)
	}
}
