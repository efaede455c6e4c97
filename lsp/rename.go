package lsp

import (
	"fmt"
	"strings"

	"github.com/sourcegraph/jsonrpc2"

	"corewarden/corefile"
)

// unquoted are characters of which no name needs quotes, in a Corefile or in YAML around it.
const unquoted = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_"

// prepareRename returns the name of the snippet at a position, or nil if there is none.
func (s *snapshot) prepareRename(p positionParams) (*textRange, error) {
	at, err := s.spot(p)
	if err != nil {
		return nil, err
	}
	symbol, _ := at.symbol()
	if symbol.snippet == "" {
		return nil, nil
	}
	name, found := at.name(mention{*at.corefile, at.line.touched}, symbol.snippet)
	if !found {
		return nil, nil
	}
	return &name.Range, nil
}

// rename renames the snippet at a position wherever it is declared or imported.
func (s *snapshot) rename(p renameParams) (*workspaceEdit, error) {
	at, err := s.spot(p.positionParams)
	if err != nil {
		return nil, err
	}
	symbol, _ := at.symbol()
	_, taken := at.named(p.NewName)
	switch {
	case symbol.snippet == "":
		return nil, refused("only snippets can be renamed")
	case p.NewName == "" || strings.Trim(p.NewName, unquoted) != "":
		return nil, refused(`%s cannot be the name of a snippet. Use letters, digits, ".", "-" and "_"`, corefile.Quote(p.NewName))
	case taken:
		return nil, refused("there is a snippet or a key %q already", p.NewName)
	}
	edit := workspaceEdit{map[string][]textEdit{}}
	for _, m := range append(at.declared(symbol.snippet), at.importing(symbol)...) {
		name, found := at.name(m, symbol.snippet)
		if !found {
			return nil, refused("%s is written with escapes in some place. Rename it by hand", corefile.Quote(symbol.snippet))
		}
		edit.Changes[name.URI] = append(edit.Changes[name.URI], textEdit{name.Range, p.NewName})
	}
	return &edit, nil
}

func refused(format string, args ...any) error {
	return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: fmt.Sprintf(format, args...)}
}

// name returns where the name of a snippet stands in a word, without quotes and parentheses.
func (s *snapshot) name(m mention, snippet string) (location, bool) {
	i := strings.Index(m.corefile.Text[m.word.Start:m.word.End], snippet)
	if i < 0 {
		return location{}, false
	}
	start := m.word.Start + i
	return s.location(m.corefile, start, start+len(snippet))
}
