package corefile

import (
	"fmt"
	"strings"
)

// snippet is a named run of tokens, which an import repeats.
type snippet struct {
	name   Token
	tokens []Token
}

// snippetName tells whether the keys read name a snippet, "(name)".
func (p *parser) snippetName() (key Token, name string, ok bool) {
	if len(p.block.Keys) != 1 {
		return Token{}, "", false
	}
	key = p.block.Keys[0]
	if !strings.HasPrefix(key.Text, "(") || !strings.HasSuffix(key.Text, ")") {
		return Token{}, "", false
	}
	return key, strings.TrimSuffix(key.Text[1:], ")"), true
}

func (p *parser) defineSnippet(key Token, name string) {
	if p.text() != "{" {
		p.report.Error(key, RuleSnippetWithoutBlock, fmt.Sprintf(`snippet %s has no block. Write "{" after it on the same line`, Quote(key.Text)))
		p.skipBlock(key.source)
		return
	}
	tokens, closed := p.snippetTokens(key)
	if !closed {
		return
	}
	if first, found := p.snippets[name]; found {
		at, other := Blame(first.name, key)
		p.report.Error(at, RuleSnippetRedeclared, fmt.Sprintf("snippet %s is already declared on %s. Rename one of the two", Quote(key.Text), Place(other, at)))
		return
	}
	for _, imported := range imports(tokens) {
		if imported.DependsOnEnvironment() { // it may name the snippet itself
			p.report.WarnOfImport(imported)
		} else if imported.Text == name {
			p.report.Error(imported, RuleImportCycle, fmt.Sprintf("snippet %s imports itself. Remove this import", Quote(key.Text)))
			tokens = nil
			break
		}
	}
	p.snippets[name] = snippet{name: key, tokens: tokens}
}

// skipBlock goes to the end of a block whose opening brace is missing, which is in the
// same file.
func (p *parser) skipBlock(in *source) {
	for depth := 0; p.token().source == in; {
		switch p.text() {
		case "{":
			depth++
		case "}":
			if depth--; depth < 0 {
				return
			}
		}
		if !p.next() {
			return
		}
	}
	p.cursor-- // read too far
}

func (p *parser) snippetTokens(key Token) (tokens []Token, closed bool) {
	open, depth, start := p.token(), 1, p.cursor+1
	for p.next() {
		switch p.text() {
		case "}":
			if depth--; depth == 0 {
				return p.read[start:p.cursor:p.cursor], true
			}
		case "{":
			depth++
		}
	}
	p.unclosed(open, fmt.Sprintf("snippet %s", Quote(key.Text)))
	return nil, false
}

// imports returns the arguments of the imports in the tokens of a snippet.
func imports(tokens []Token) []Token {
	var all []Token
	for i := 0; i+1 < len(tokens); i++ {
		lineStart := i == 0 || tokens[i-1].source != tokens[i].source || tokens[i-1].line != tokens[i].line
		if tokens[i].Text == "import" && lineStart {
			all = append(all, tokens[i+1])
		}
	}
	return all
}
