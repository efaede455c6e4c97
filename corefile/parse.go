package corefile

import (
	"fmt"
	"slices"
	"strings"
)

// A Configuration is what a server loads: a main Corefile and the files that its
// imports can reach.
type Configuration struct {
	Main File
	// Files are the files beside Main, each with a Path. Every file of Dirs is among
	// them; what lies elsewhere is unknown.
	Files []File
	// Dirs are the folders of Files: absolute paths.
	Dirs []string
	// Loads is called with each file that is read, once, if it is not nil.
	Loads func(File)
	// Sources are shared by configurations that have files in common. It may be nil.
	Sources *Sources
}

// Limits on what one configuration may hold. CoreDNS expands snippets up to 10,000
// times and files up to 100,000 times, whatever memory that takes.
const (
	maxTokens      = 200_000 // after expansion
	maxExpansions  = 10_000  // of snippets and files
	maxImportDepth = 100     // imports within imports
	maxCompared    = 250_000 // comparisons of files' names with patterns, as glob.effort counts
	maxRecoveries  = 10      // starts at the next file after an unbalanced brace
)

// Parse groups a configuration into server blocks as caddyfile.Parse does, with two
// differences: it opens no file and reads no environment, and it goes on after an
// error, to report all of them.
//
// A configuration for which it reports no Error is one that caddyfile.Parse accepts for a
// server that knows every directive in it. Where known says that no server knows a
// directive, an unbalanced brace may be to blame for it.
func Parse(conf Configuration, known func(directive string) bool, report *Report) []Block {
	p := newParser(conf, known, report)
	p.read = make([]Token, 0, min(p.words(), maxTokens))
	main := p.lex(conf.Main)
	p.kept = p.keptBlocks(main)
	p.start(main)
	p.parseAll()
	return p.blocks
}

func newParser(conf Configuration, known func(directive string) bool, report *Report) *parser {
	p := &parser{
		conf: conf, known: known, report: report,
		files: map[string]File{}, sources: map[string]*source{}, snippets: map[string]snippet{},
	}
	p.cursor = -1
	for _, file := range append(conf.Files[:len(conf.Files):len(conf.Files)], conf.Main) {
		p.files[file.Path] = file
	}
	return p
}

// start makes a file the main Corefile.
func (p *parser) start(main *source) {
	p.main = &expansion{source: main}
	p.push(main.tokens, p.main)
}

// parser follows caddyfile's parser function by function, so that the two can be read
// side by side. Where that returns an error, this reports a problem and goes on at the
// likeliest place: up to the first error both have read the same.
type parser struct {
	reader
	conf       Configuration
	known      func(string) bool
	files      map[string]File    // all that an import can reach, by path
	sources    map[string]*source // those that were read, by path
	snippets   map[string]snippet
	expansions int
	compared   int
	recoveries int
	main       *expansion        // of the main Corefile
	kept       map[int]keptBlock // of the main Corefile, see takeKept

	block  Block
	blocks []Block
	report *Report
}

// words returns about how many words the files have together. Most are read, and once.
func (p *parser) words() int {
	words := 0
	for _, file := range p.files {
		words += wordsIn(file)
	}
	return words
}

func (p *parser) lex(file File) *source {
	if s := p.sources[file.Path]; s != nil {
		return s
	}
	if p.conf.Loads != nil {
		p.conf.Loads(file)
	}
	s := p.conf.Sources.lex(file)
	if s.tooLarge {
		p.report.Error(Token{source: s, line: 1}, RuleTooLarge, fmt.Sprintf("the file has more than %d words. Shorten it", maxTokens))
	}
	s.checkText(p.report)
	p.sources[file.Path] = s
	return s
}

func (p *parser) parseAll() {
	for !p.report.Stopped() && p.next() {
		if p.takeKept() {
			continue
		}
		p.block = Block{open: p.token()}
		p.parseBlock()
	}
	if p.overflow {
		p.report.Refuse(p.read[len(p.read)-1], RuleTooLarge, fmt.Sprintf(
			"the configuration has more than %d words with its imports. Import or write less", maxTokens))
	}
}

// parseBlock parses one server block or snippet, from its first key on.
func (p *parser) parseBlock() {
	more := p.keys()
	if !more {
		if len(p.block.Keys) > 0 {
			p.save() // a line of zones and nothing else
		}
		return
	}
	if key, name, ok := p.snippetName(); ok {
		p.defineSnippet(key, name)
		return
	}
	p.contents()
	p.save()
}

func (p *parser) save() {
	p.block.groupByPlugin(p.known)
	p.blocks = doubling(p.blocks, p.block)
}

// keys reads the zones of a server block. It reports false at the end of input.
func (p *parser) keys() bool {
	expectingAnother := false
	for {
		key := p.text()
		if key == "import" && p.isNewLine() {
			p.doImport()
			continue
		}
		if key == "{" {
			if expectingAnother {
				p.report.Error(p.block.Keys[len(p.block.Keys)-1], RuleTrailingComma,
					`the comma announces another zone, but "{" follows. Remove the comma`)
			}
			return true
		}
		if key != "" {
			if last := len(p.block.Keys) - 1; expectingAnother && p.block.Keys[last].source != p.token().source {
				p.report.Warn(p.block.Keys[last], RuleTrailingComma, fmt.Sprintf(
					"because of the comma, CoreDNS reads %s as another zone of this block. Remove the comma or add a block",
					follows(p.token(), p.block.Keys[last])))
			}
			expectingAnother = strings.HasSuffix(key, ",")
			p.addKey(p.token())
		}
		if !p.next() {
			if expectingAnother {
				p.report.Error(p.block.Keys[len(p.block.Keys)-1], RuleTrailingComma,
					"the comma announces another zone, but nothing follows. Remove the comma, or add the zone and its block")
			}
			return false
		}
		if !expectingAnother && p.isNewLine() {
			return true
		}
	}
}

func (p *parser) addKey(key Token) {
	if len(p.block.Keys) == 0 {
		p.block.open = p.token()
	}
	key.Text = strings.TrimSuffix(key.Text, ",")
	p.block.Keys = doubling(p.block.Keys, key)
}

// doubling is append for what may be very many: the slice doubles when it is full, so that
// all copies of it together are at most twice as large as the last.
func doubling[T any](s []T, v T) []T {
	if len(s) == cap(s) {
		s = slices.Grow(s, max(len(s), 1))
	}
	return append(s, v)
}

func (p *parser) contents() {
	if p.text() == "{" {
		p.block.open, p.block.braced = p.token(), true
	} else {
		p.cursor-- // a single server block needs no braces
	}
	if closed := p.directives(); closed || !p.block.braced {
		return
	}
	// At the end of input caddyfile looks at the last token it has read, even where
	// that closes something else.
	if p.text() != "}" {
		p.unclosed(p.block.open, p.blockName(p.block.open))
		p.block.Directives = slices.DeleteFunc(p.block.Directives, func(d Directive) bool { return d.place > p.cursor })
		return
	}
	p.warnUnclosed()
}

// directives reads the lines of a server block up to its closing brace. It reports
// whether the block is done with.
func (p *parser) directives() bool {
	for !p.report.Stopped() && p.next() {
		switch {
		case p.text() == "}":
			p.warnCutShort()
			return true
		case p.text() == "import":
			p.doImport()
			p.cursor--
		case p.leaked():
			p.cursor--
			return true
		default:
			if closed := p.directive(); closed {
				return true
			}
		}
	}
	return false
}

// leaked reports whether the current token, read as a directive, shows that the block
// should have ended before it, and says so.
func (p *parser) leaked() bool {
	token, open := p.token(), p.block.open
	switch {
	case p.block.braced && token.source == open.source || token.within(open.via):
		return false // a misspelt plugin is likelier
	case p.known(token.Text) || token.DependsOnEnvironment():
		return false
	case p.block.braced && p.unknownImport:
	case p.block.braced:
		p.report.Error(open, RuleUnclosedBlock, `missing "}": the file that is loaded next becomes part of `+p.blockName(open)+
			`. Add "}" on its own line`)
	case open.Text == "}":
		p.report.Error(open, RuleUnexpectedBrace, `"}" closes nothing: every block above it is already closed. Remove it`)
		p.block.Keys = nil // nothing more to say about such a zone
	default:
		p.report.Error(open, RuleZoneWithoutBlock, fmt.Sprintf(
			"zone %s has no block, so CoreDNS reads %s as one of its plugins. %s", Quote(open.Text), follows(token, open), p.openRemedy(open.Text)))
	}
	return true
}

// directive reads one directive with its arguments and its block. It reports whether a
// brace out of place closed the server block as well.
func (p *parser) directive() bool {
	start, end := p.cursor, p.cursor+1
	// What was read is never written over, but where a recovery went back before it.
	defer func() {
		p.block.Directives = doubling(p.block.Directives, Directive{Tokens: p.read[start:end:end], place: start})
	}()
	name := p.token()
	var outermost Token // of the braces that are open
	depth := 0
	if word, found := strings.CutSuffix(name.Text, "{"); found && p.known(word) && !p.known(name.Text) {
		outermost, depth = name, 1 // only the blank before the brace is missing
	}
	for p.next() {
		switch text := p.text(); {
		case text == "{":
			if depth++; depth == 1 {
				outermost = p.token()
			}
		case depth == 0 && p.isNewLine():
			p.cursor-- // read too far
			return false
		case text == "}" && depth == 0:
			p.report.Error(p.token(), RuleUnexpectedBrace, p.oneLineRemedy())
			return true
		case text == "}":
			depth--
		case text == "import" && p.isNewLine():
			p.doImport()
			p.cursor--
			continue
		}
		end = p.cursor + 1
	}
	if depth > 0 {
		p.unclosed(outermost, fmt.Sprintf("the block of %s", Quote(name.Text)))
		end = min(end, p.cursor+1)
		return true
	}
	return false
}

func (p *parser) oneLineRemedy() string {
	token := p.token()
	if text := strings.TrimSpace(token.source.Text); token.line == 1 && !strings.Contains(text, "\n") {
		return `"}" is on the line of a directive: the whole text is one line. If it comes from YAML, put "|" after the key to keep its line breaks`
	}
	return `"}" is on the line of a directive. Put each directive and each "}" on its own line`
}

// blockName names the server block in a message about a token.
func (p *parser) blockName(at Token) string {
	if len(p.block.Keys) == 0 || p.block.Keys[0].Foreign() && !at.Foreign() {
		return "this server block"
	}
	return "the server block of " + Quote(p.block.Keys[0].Text)
}

// unclosed reports a brace that is still open at the end of input and goes on at the
// file after the one that it stands in, as all that was read since belongs to it.
func (p *parser) unclosed(open Token, what string) {
	if culprit, found := p.leftOpen(open); found {
		open, what = culprit, "this block"
	}
	message := `missing "}": ` + what + ` is never closed in this file. Add "}" on its own line`
	if _, quote := writtenLines(open.source.Text); quote > 0 {
		message = fmt.Sprintf("the quote on line %d is never closed, so all that follows is one word and this block has no \"}\". Close the quote", quote)
	}
	if !p.unknownImport {
		p.report.Error(open, RuleUnclosedBlock, message)
	}
	if p.recoveries++; p.recoveries > maxRecoveries {
		return
	}
	var opened *expansion
	for i, token := range p.read {
		if token == open {
			opened = token.via
		} else if opened != nil && token.source != open.source && !token.within(opened) {
			p.cursor = i - 1
			return
		}
	}
}
