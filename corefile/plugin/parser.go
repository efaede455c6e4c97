package plugin

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

	plugin string
	// about returns what the table says about a plugin. Grammars cannot name the table, which
	// names them.
	about    func(plugin string) (Plugin, bool)
	tokens   []corefile.Token
	position int  // of the current token; -1 before the first
	nesting  int  // blocks around it
	failed   bool // whether an error was reported
	// environment tells that some words depend on the pod's environment, and nameless that
	// one of them stands for the name of a property.
	environment, nameless bool
	// ignorable tells that CoreDNS may not read the use at all: the environment may name the
	// plugin above it, and only the first use counts.
	ignorable bool
	// unread tells that a grammar may have stopped at a word that is hidden.
	unread bool
}

func newParser(plugin string, tokens []corefile.Token, block *Block) Parser {
	return Parser{Block: block, plugin: plugin, tokens: tokens, position: -1}
}

// Next goes to the next token, wherever it stands.
func (p *Parser) Next() bool {
	if p.position >= len(p.tokens)-1 {
		return false
	}
	p.position++
	return true
}

// NextArg goes to the next token if that stands on the same line. The first token always
// does.
func (p *Parser) NextArg() bool {
	if p.position >= 0 && (p.position >= len(p.tokens)-1 || !p.tokens[p.position].SharesLine(p.tokens[p.position+1])) {
		return false
	}
	p.position++
	return true
}

// NextBlock goes to the next property of a block, which it enters first. It reports false
// at the end of the block, or where there is none.
func (p *Parser) NextBlock() bool {
	if !p.since("1.15.0") {
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
	case !p.Next() && p.since("1.13.0"):
		return false
	case p.position == len(p.tokens)-1 && p.Val() != "}": // which CoreDNS reads again and again
		p.reportError(p.errorf(RuleWrongArguments, "the closing brace is read as an argument. Put it on its own line"))
		return false
	}
	p.nesting = 1
	if p.Val() == "}" {
		p.nesting = 0
	}
	return p.nesting > 0
}

// atBlock reports whether NextBlock may find a property. A plugin with many of them asks it
// before it makes them.
func (p *Parser) atBlock() bool {
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
	return p.tokens[start : p.position+1 : p.position+1]
}

// Token returns the current token, or the first one before that.
func (p *Parser) Token() corefile.Token {
	return p.tokens[min(max(p.position, 0), len(p.tokens)-1)]
}

// Val returns the current token's text, or "" before the first.
func (p *Parser) Val() string {
	if p.position < 0 || p.position >= len(p.tokens) {
		return ""
	}
	return p.tokens[p.position].Text
}

// since reports whether the release holds CoreDNS of the given version or newer.
func (p *Parser) since(version string) bool { return p.Release.AtLeast(version) }

// warnf adds a warning at the current token.
func (p *Parser) warnf(rule, format string, args ...any) {
	p.warnAt(p.Token(), rule, format, args...)
}

// warnAt adds a warning at a token.
func (p *Parser) warnAt(at corefile.Token, rule, format string, args ...any) {
	if !at.Foreign() && !p.Report.FullOfWarnings() && !p.hidden(at) { // to write a message takes its time
		p.Report.Warn(at, rule, p.plugin+": "+fmt.Sprintf(format, args...))
	}
}

// argErr is the error for a wrong number of arguments. Usage shows the right one, such as
// "prefetch AMOUNT [DURATION [PERCENTAGE%]]".
func (p *Parser) argErr(usage string) error {
	switch {
	case p.Val() == "}" && p.position > 0 && p.tokens[p.position-1].SharesLine(p.tokens[p.position]):
		return p.errorf(RuleWrongArguments, `the "}" is read as an argument. Put each property and each "}" on its own line`)
	case !strings.Contains(usage, " "):
		return p.errorf(RuleWrongArguments, "%s takes no argument. Write it alone on its line", usage)
	}
	return p.errorf(RuleWrongArguments, "wrong number of arguments. Write: %s", usage)
}

// every reads each use of the plugin in the block: all of them count. CoreDNS does not
// look at the plugin's name: it takes whatever a use leaves over for the next one.
func (p *Parser) every(read func() error) error {
	for warned := false; p.Next(); {
		if p.Val() != p.plugin && !warned {
			warned = true
			p.warnf(RuleIgnored, "CoreDNS reads %s as another use of the plugin, not as part of the one above. "+
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

// once reads the only use of the plugin that a block may have.
func (p *Parser) once(read func() error) error {
	if p.Next() {
		if err := read(); err != nil {
			return err
		}
		p.passUnread()
	}
	switch {
	case !p.Next():
		return nil
	case p.Val() != p.plugin:
		return p.errorf(RuleRepeatedPlugin, "CoreDNS reads %s as a second use of the plugin, but a server block can have only one. "+
			`Open a block with "{" on the plugin's line, if the plugin takes a block`, corefile.Quote(p.Val()))
	}
	at, other := corefile.Blame(p.tokens[0], p.Token())
	if at.Foreign() == other.Foreign() {
		return p.errorf(RuleRepeatedPlugin, "a server block can use this plugin only once. Merge this use into the first, on line %d", p.tokens[0].Line())
	}
	return &fault{token: at, rule: RuleRepeatedPlugin, message: fmt.Sprintf(
		"%s: a server block can use this plugin only once, and this block already does on %s. Remove this use", p.plugin, corefile.Place(other, at))}
}

// first reads the first use of the plugin in a block. CoreDNS ignores whatever else there
// is.
func (p *Parser) first(read func() error) error {
	p.ignorable = p.Unnamed
	p.Next()
	if err := read(); err != nil {
		return err
	}
	return p.restIgnored()
}

// restIgnored warns of what CoreDNS does not look at after the first use that counts.
func (p *Parser) restIgnored() error {
	if p.Next() {
		p.warnf(RuleIgnored, "CoreDNS reads only the first use of the plugin in a block and ignores this one. Remove it")
	}
	return nil
}
