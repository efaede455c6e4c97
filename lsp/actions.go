package lsp

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// codeActions offers to write what problems in a range suggest.
func (s *snapshot) codeActions(p codeActionParams) ([]codeAction, error) {
	actions := []codeAction{}
	d, err := s.document(p.TextDocument)
	if err != nil || len(p.Context.Only) > 0 && !slices.Contains(p.Context.Only, quickFix) {
		return actions, err
	}
	from, to := d.offset(p.Range.Start, s.encoding), d.offset(p.Range.End, s.encoding)
	files := s.files()
	corefiles := s.checker.Corefiles(d.path, files)
	for _, f := range s.checker.Check(d.path, files) {
		start, end := d.span(f.Place)
		if f.Problem.Suggestion == "" || end < from || to < start {
			continue
		}
		diagnostics := s.diagnostics(d, []Finding{f})
		if start, end, found := d.replaced(f, corefiles); found {
			actions = append(actions, codeAction{
				Title: title(f.Problem), Kind: quickFix, Diagnostics: diagnostics, IsPreferred: true,
				Edit: workspaceEdit{map[string][]textEdit{d.uri: {{d.textRange(start, end, s.encoding), f.Problem.Suggestion}}}},
			})
		}
	}
	return actions, nil
}

func title(p corefile.Problem) string {
	if p.Rule == extraconfig.RuleKeyName {
		return fmt.Sprintf("Rename the key to %q", p.Suggestion)
	}
	return fmt.Sprintf("Write %q", p.Suggestion)
}

// replaced returns the part of a document that a suggestion is for: a word of a Corefile,
// or the name of a key. It reports false where the place is not that very word, as where the
// characters of a text cannot be told.
func (d *document) replaced(f Finding, corefiles []Corefile) (start, end int, found bool) {
	start, end = d.span(f.Place)
	if f.Problem.Line == 0 {
		text := d.text[start:end]
		if strings.HasPrefix(text, `"`) || strings.HasPrefix(text, `'`) {
			start, end = start+1, end-1
		}
		return start, end, f.Problem.Rule == extraconfig.RuleKeyName && start < end
	}
	exact := slices.ContainsFunc(corefiles, func(c Corefile) bool {
		from, to, found := c.span(c.place(f.Problem))
		return found && c.Path == d.path && from == start && to == end
	})
	return start, end, exact && start < end
}

// place returns where a problem is in the text.
func (c Corefile) place(p corefile.Problem) (start, end int) {
	text := newDocument("", 0, c.Text)
	return text.at(p.Line, p.Column), text.at(p.Line, p.EndColumn)
}
