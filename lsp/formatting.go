package lsp

import (
	"slices"
	"strings"
)

// formatting returns the edit that formats a document, if it needs one: of the lines that
// change, from the first to the last.
func (s *snapshot) formatting(p documentParams) ([]textEdit, error) {
	d, err := s.document(p.TextDocument)
	if err != nil {
		return nil, err
	}
	formatted, err := s.checker.Format(d.path, d.text)
	if err != nil || formatted == d.text {
		return []textEdit{}, err
	}
	before, after := slices.Collect(strings.Lines(d.text)), slices.Collect(strings.Lines(formatted))
	start, end := 0, len(d.text)
	for len(before) > 0 && len(after) > 0 && before[0] == after[0] {
		start += len(before[0])
		before, after = before[1:], after[1:]
	}
	for len(before) > 0 && len(after) > 0 && before[len(before)-1] == after[len(after)-1] {
		end -= len(before[len(before)-1])
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	return []textEdit{{d.textRange(start, end, s.encoding), strings.Join(after, "")}}, nil
}
