package plugin

import (
	"cmp"
	"fmt"
	"slices"
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

// properties are what may stand in a plugin's block. They are made for each use of a plugin: a
// slice on the stack, as long as nothing keeps it.
type properties []property

// A property reads what follows its name.
//
// Its words leave it only as copies. Else the compiler would put all readers of the properties, and
// what they read into, on the heap.
type property struct {
	name  string
	usage string // what follows the name; "" for nothing
	since string // the version of CoreDNS that it came with; "" for every supported one
	until string // the last version that had it; "" where the newest has it
	read  func() error
}

func (known properties) find(name string) (property, bool) {
	i := slices.IndexFunc(known, func(p property) bool { return p.name == name })
	if i < 0 {
		return property{}, false
	}
	return known[i], true
}

// names returns the names of the properties that the release has, sorted.
func (p *Parser) names(known properties) []string {
	names := make([]string, 0, len(known))
	for _, property := range known {
		if p.knows(known, property.name) {
			names = append(names, strings.Clone(property.name))
		}
	}
	slices.Sort(names)
	return names
}

// knows reports whether the release has a property.
func (p *Parser) knows(known properties, name string) bool {
	property, found := known.find(name)
	return found && p.since(property.since) && (property.until == "" || !p.since(property.until) || p.Release.CoreDNSVersion() == property.until)
}

// block reads the plugin's block, if there is one. After an error it goes on with the
// next line, so that every line is judged.
func (p *Parser) block(known properties) error {
	return p.blockOr(known, func() bool { return false }, nil)
}

// blockOr is block for a plugin that takes some lines for something else than properties:
// those for which isOther reports true are read by other.
func (p *Parser) blockOr(known properties, isOther func() bool, other func()) error {
	for p.nextProperty() {
		if isOther() {
			other()
			continue
		}
		if !p.judged(p.property(p.Val(), known)) {
			return nil
		}
	}
	return nil
}

// nextProperty is NextBlock, and takes note of a property whose name is hidden.
func (p *Parser) nextProperty() bool {
	found := p.NextBlock()
	p.nameless = p.nameless || found && p.hidden(p.Token())
	return found
}

// foldedBlock is block for a plugin that takes its properties' names in capitals, too.
func (p *Parser) foldedBlock(known properties) error {
	for p.nextProperty() {
		if !p.judged(p.property(strings.ToLower(p.Val()), known)) {
			return nil
		}
	}
	return nil
}

// judged reports the error of a property, if any, and passes over the rest of its line, as it
// does where the property stopped at a word that is hidden. It
// returns false if what belongs to which block is guesswork from there on.
func (p *Parser) judged(err error) bool {
	if err == nil && !p.unread {
		return true
	}
	p.unread = false
	if err != nil {
		p.reportError(err)
	}
	for p.Report.Full() && p.Next() { // further errors would only be counted
	}
	for p.NextArg() {
		if p.Val() == "{" {
			return false
		}
	}
	return true
}

// lenientBlock is block for a plugin that ignored unknown properties in versions of
// CoreDNS before the given one, word by word.
func (p *Parser) lenientBlock(strict string, known properties) error {
	line := 0
	unknown := func() bool { return !p.since(strict) && !p.knows(known, p.Val()) }
	return p.blockOr(known, unknown, func() {
		if p.hidden(p.Token()) { // it may be a property that takes what follows
			p.RemainingArgs()
			return
		}
		if at := p.Token(); at.Line() != line {
			line = at.Line()
			p.warnf(RuleIgnored, "%s ignores the unknown property %s, but CoreDNS %s and later do not start with it. Remove it", p.Release.Name, corefile.Quote(p.Val()), strict)
		}
	})
}

// described returns what a property is for others.
func (p property) described() Property {
	return Property{Name: strings.Clone(p.name), Arguments: strings.Clone(p.usage), Since: strings.Clone(p.since), Until: strings.Clone(p.until)}
}

func (p *Parser) property(name string, known properties) error {
	if p.describe != nil {
		for _, property := range known {
			p.describe(property.described())
		}
	}
	property, found := known.find(name)
	switch {
	case !found:
		return p.unknownProperty(name, p.names(known))
	case property.since != "" && !p.since(property.since):
		return p.errorf(RuleUnavailableProperty, "%s has no property %q: it came with CoreDNS %s. Remove it", p.Release.Name, name, property.described().Since)
	case property.until != "" && p.since(property.until) && p.Release.CoreDNSVersion() != property.until:
		return p.errorf(RuleUnavailableProperty, "%s no longer has the property %q: CoreDNS %s was the last with it. Remove it", p.Release.Name, name, property.described().Until)
	}
	return property.read()
}

// misnomers are words that people write for properties, too unlike to be misspellings, by
// plugin.
var misnomers = map[string]map[string]string{
	"cache": {"positive": "success", "negative": "denial"},
}

func (p *Parser) unknownProperty(name string, known []string) error {
	nearest := cmp.Or(misnomers[p.plugin][name], corefile.Nearest(name, known))
	remedy := "there are none: remove it"
	switch {
	case p.Release.Has(name):
		nearest, remedy = "", `it is a plugin. Move it out of this block, or close the block above it with "}"`
	case nearest != "":
		remedy = fmt.Sprintf("did you mean %q?", nearest)
	case len(known) > 0:
		remedy = "it has " + strings.Join(known, ", ")
	}
	return &fault{
		token: p.Token(), rule: RuleUnknownProperty, suggestion: nearest,
		message: fmt.Sprintf("%s: unknown property %s; %s", p.plugin, corefile.Quote(name), remedy),
	}
}
