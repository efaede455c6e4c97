package lsp

import (
	"strings"

	"corewarden/corefile"
)

// A snippet is where "(name)" stands in a Corefile.
type snippet struct {
	name string
	word corefile.WrittenWord
}

// snippets returns the snippets that a Corefile declares.
func (c Corefile) snippets() []snippet {
	var all []snippet
	depth := 0
	for word := range corefile.Written(c.Text) {
		switch {
		case word.Comment:
		case word.Text == "{":
			depth++
		case word.Text == "}":
			depth--
		case depth == 0 && word.StartsLine && strings.HasPrefix(word.Text, "(") && strings.HasSuffix(word.Text, ")"):
			all = append(all, snippet{strings.TrimSuffix(word.Text[1:], ")"), word})
		}
	}
	return all
}

// imported returns what imports in a Corefile name.
func (c Corefile) imported() []corefile.WrittenWord {
	var all []corefile.WrittenWord
	importing := false
	for word := range corefile.Written(c.Text) {
		if importing && !word.StartsLine && !word.Comment {
			all = append(all, word)
		}
		importing = word.StartsLine && word.Text == "import"
	}
	return all
}

// A symbol is what an import names: a snippet, or the Corefile of another key.
type symbol struct {
	snippet string
	key     *Corefile // instead of a snippet
}

// symbol returns the symbol at a spot: where it is imported or declared.
func (at *spot) symbol() (symbol, bool) {
	for i := range at.corefiles {
		c := &at.corefiles[i]
		if start, end := at.document.span(c.Name); c.Path == at.document.path && start <= at.offset && at.offset <= end && start < end {
			return symbol{key: c}, true
		}
	}
	if at.corefile == nil {
		return symbol{}, false
	}
	touched := at.line.touched
	if at.line.importing() {
		return at.named(touched.Text)
	}
	for _, s := range at.corefile.snippets() {
		if s.word == touched {
			return symbol{snippet: s.name}, true
		}
	}
	return symbol{}, false
}

// named returns what the argument of an import names. A snippet goes before a file.
func (at *spot) named(argument string) (symbol, bool) {
	for _, c := range at.corefiles {
		for _, s := range c.snippets() {
			if s.name == argument {
				return symbol{snippet: argument}, true
			}
		}
	}
	for i := range at.corefiles {
		if at.corefiles[i].names(argument) {
			return symbol{key: &at.corefiles[i]}, true
		}
	}
	return symbol{}, false
}

func (s *snapshot) definition(p positionParams) ([]location, error) {
	at, err := s.spot(p)
	if err != nil {
		return nil, err
	}
	symbol, found := at.symbol()
	if !found {
		return []location{}, nil
	}
	return at.declarations(symbol), nil
}

func (s *snapshot) references(p referenceParams) ([]location, error) {
	at, err := s.spot(p.positionParams)
	if err != nil {
		return nil, err
	}
	all := []location{}
	symbol, found := at.symbol()
	if !found {
		return all, nil
	}
	if p.Context.IncludeDeclaration {
		all = append(all, at.declarations(symbol)...)
	}
	for _, c := range at.corefiles {
		for _, word := range c.imported() {
			if other, found := at.named(word.Text); found && other == symbol {
				all = append(all, at.locations(c, word)...)
			}
		}
	}
	return all, nil
}

func (at *spot) declarations(s symbol) []location {
	if s.key != nil {
		d := at.file(*s.key)
		start, end := d.span(s.key.Name)
		return []location{{d.uri, d.textRange(start, end, at.encoding)}}
	}
	all := []location{}
	for _, c := range at.corefiles {
		for _, declared := range c.snippets() {
			if declared.name == s.snippet {
				all = append(all, at.locations(c, declared.word)...)
			}
		}
	}
	return all
}

// locations returns where a word of a Corefile stands in its file.
func (at *spot) locations(c Corefile, word corefile.WrittenWord) []location {
	start, end, found := c.span(word.Start, word.End)
	if !found {
		return nil
	}
	d := at.file(c)
	return []location{{d.uri, d.textRange(start, end, at.encoding)}}
}
