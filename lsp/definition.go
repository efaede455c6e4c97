package lsp

import (
	"slices"
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

// A symbol is what an import names: a snippet, or the Corefiles of other keys.
type symbol struct {
	snippet string
	keys    []*Corefile // instead of a snippet; several for a pattern
}

// shares reports whether both are one snippet or have a key in common.
func (s symbol) shares(other symbol) bool {
	return s.snippet != "" && s.snippet == other.snippet ||
		slices.ContainsFunc(s.keys, func(key *Corefile) bool { return slices.Contains(other.keys, key) })
}

// A mention is a word that names a symbol.
type mention struct {
	corefile Corefile
	word     corefile.WrittenWord
}

// symbol returns the symbol at a spot: where it is imported or declared.
func (at *spot) symbol() (symbol, bool) {
	for i := range at.corefiles {
		c := &at.corefiles[i]
		if start, end := at.document.span(c.Name); c.Path == at.document.path && start <= at.offset && at.offset <= end && start < end {
			return symbol{keys: []*Corefile{c}}, true
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

// named returns what the argument of an import names. A snippet goes before files.
func (at *spot) named(argument string) (symbol, bool) {
	if len(at.declared(argument)) > 0 {
		return symbol{snippet: argument}, true
	}
	var s symbol
	for i := range at.corefiles {
		if at.corefiles[i].matches(argument) {
			s.keys = append(s.keys, &at.corefiles[i])
		}
	}
	return s, len(s.keys) > 0
}

// declared returns where a snippet is declared.
func (at *spot) declared(name string) []mention {
	var all []mention
	for _, c := range at.corefiles {
		for _, s := range c.snippets() {
			if s.name == name {
				all = append(all, mention{c, s.word})
			}
		}
	}
	return all
}

// importing returns the imports that name a symbol.
func (at *spot) importing(s symbol) []mention {
	var all []mention
	for _, c := range at.corefiles {
		for _, word := range c.imported() {
			if other, found := at.named(word.Text); found && other.shares(s) {
				all = append(all, mention{c, word})
			}
		}
	}
	return all
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
	return append(all, at.locations(at.importing(symbol))...), nil
}

func (at *spot) declarations(s symbol) []location {
	all := at.locations(at.declared(s.snippet))
	for _, key := range s.keys {
		d := at.file(*key)
		start, end := d.span(key.Name)
		all = append(all, location{d.uri, d.textRange(start, end, at.encoding)})
	}
	return all
}

// locations returns where words of Corefiles stand in their files.
func (at *spot) locations(mentions []mention) []location {
	all := []location{}
	for _, m := range mentions {
		if l, found := at.location(m.corefile, m.word.Start, m.word.End); found {
			all = append(all, l)
		}
	}
	return all
}

// location returns where a part of a Corefile stands in its file.
func (s *snapshot) location(c Corefile, start, end int) (location, bool) {
	start, end, found := c.span(start, end)
	if !found {
		return location{}, false
	}
	d := s.file(c)
	return location{d.uri, d.textRange(start, end, s.encoding)}, true
}
