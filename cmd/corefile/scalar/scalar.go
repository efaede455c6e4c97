// Package scalar finds where the characters of a string stand in the YAML or JSON that it
// was decoded from. The decoder tells only where the string begins.
package scalar

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// A Source is the text of a stream of YAML documents, or of JSON.
type Source struct {
	text  string
	lines []int // where each line of YAML starts
}

// NewSource prepares a text for looking up places.
func NewSource(text string) *Source {
	s := &Source{text: text, lines: []int{0}}
	for at := 0; at < len(text); {
		if size := lineBreak(text[at:]); size > 0 {
			at += size
			s.lines = append(s.lines, at)
			continue
		}
		at++
	}
	for _, at := range marks(text) { // which are in no column
		line, _ := slices.BinarySearch(s.lines, at)
		s.lines[line] += len(mark)
	}
	return s
}

// A Place is where a character of the source stands: Line and Column count from 1, columns
// in characters. Lines end where an editor sees them end.
type Place struct{ Line, Column int }

// Place returns the place of the byte at an offset.
func (s *Source) Place(offset int) Place {
	before := s.text[:offset]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return Place{Line: strings.Count(before, "\n") + 1, Column: utf8.RuneCountInString(strings.TrimPrefix(line, mark)) + 1}
}

// NodePlace returns the place where a node starts.
func (s *Source) NodePlace(node *yaml.Node) Place {
	offset, found := s.offset(node)
	if !found {
		return Place{Line: node.Line, Column: node.Column}
	}
	return s.Place(offset)
}

// offset returns where a node starts, its tag and anchor included.
func (s *Source) offset(node *yaml.Node) (int, bool) {
	if node.Line < 1 || node.Line > len(s.lines) {
		return 0, false
	}
	offset := s.lines[node.Line-1]
	for range node.Column - 1 {
		if offset >= len(s.text) {
			return 0, false
		}
		_, size := utf8.DecodeRuneInString(s.text[offset:])
		offset += size
	}
	return offset, true
}

// A Scalar is a string and where each of its characters stands.
type Scalar struct {
	source *Source
	value  string
	spans  []span // of each character

	block  bool // it is a literal block
	body   int  // where the first line of a block starts
	indent int  // of a block
}

// A span is where a character stands: it may be an escape or a line break with the blanks
// around it.
type span struct{ start, end int }

// Locate finds the characters of a value that was decoded from a node. It reports false if it
// cannot tell all of them.
func (s *Source) Locate(node *yaml.Node, value string) (*Scalar, bool) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	at, found := s.offset(node)
	if !found || node.Kind != yaml.ScalarNode {
		return nil, false
	}
	w := walker{text: s.text, at: at, value: value, spans: make([]span, 0, len(value))}
	w.properties()
	v := &Scalar{source: s, value: value}
	switch node.Style &^ yaml.TaggedStyle {
	case yaml.LiteralStyle, yaml.FoldedStyle:
		folded := node.Style&yaml.FoldedStyle != 0
		v.block, v.body, v.indent = !folded, w.header(), w.indentation()
		w.block(folded, v.indent)
	case yaml.DoubleQuotedStyle:
		w.flow('"')
	case yaml.SingleQuotedStyle:
		w.flow('\'')
	default:
		w.flow(0)
	}
	v.spans = w.spans
	return v, w.value == ""
}

// Range returns where the characters of a line of the value stand, from the first column to
// the one before the second: columns count from 1, in characters. The end is behind the last.
func (v *Scalar) Range(line, column, endColumn int) (start, end Place, found bool) {
	first := 0 // character of the line
	rest := v.value
	for range line - 1 {
		before, after, more := strings.Cut(rest, "\n")
		if !more {
			return start, end, false
		}
		first += utf8.RuneCountInString(before) + 1
		rest = after
	}
	if line == 1 && strings.HasPrefix(v.value, mark) {
		first++ // it is in no column
	}
	from, to := first+column-1, first+max(endColumn-1, column)-1
	if column < 1 || to >= len(v.spans) {
		return start, end, false
	}
	return v.source.Place(v.spans[from].start), v.source.Place(v.spans[to].end), true
}

// Span returns where a part of the value stands in the source. All are offsets in bytes. It
// reports false for what is not in the value.
func (v *Scalar) Span(start, end int) (sourceStart, sourceEnd int, found bool) {
	if start < 0 || end < start || end > len(v.value) || len(v.spans) == 0 {
		return 0, 0, false
	}
	first := utf8.RuneCountInString(v.value[:start])
	switch {
	case first == len(v.spans): // behind the last character
		sourceStart = v.spans[first-1].end
		return sourceStart, sourceStart, true
	case start == end:
		return v.spans[first].start, v.spans[first].start, true
	}
	last := first + utf8.RuneCountInString(v.value[start:end]) - 1
	return v.spans[first].start, v.spans[last].end, true
}

// Offset returns the offset in the value of what stands at an offset of the source, which
// may be that behind the last character. It reports false where the value does not stand.
func (v *Scalar) Offset(source int) (int, bool) {
	if len(v.spans) == 0 || source < v.spans[0].start || source > v.spans[len(v.spans)-1].end {
		return 0, false
	}
	offset := 0
	for i, r := range []rune(v.value) {
		if source <= v.spans[i].start {
			break
		}
		offset += utf8.RuneLen(r)
	}
	return offset, true
}

// Replace returns the part of the source to replace, from one offset to another, and by what,
// for a literal block to have another value. It reports false for any other scalar, and for a
// value that the block cannot hold.
func (v *Scalar) Replace(value string) (start, end int, source string, possible bool) {
	if !v.block || len(v.spans) == 0 || strings.ContainsAny(value, "\r\u0085\u2028\u2029") || strings.Trim(value, "\n") == "" || strings.HasPrefix(value, " ") {
		return 0, 0, "", false
	}
	if !strings.HasSuffix(v.value, "\n") {
		value = strings.TrimRight(value, "\n")
	}
	lineEnd := "\n"
	if strings.HasSuffix(v.source.text[:v.body], "\r\n") {
		lineEnd = "\r\n"
	}
	var out strings.Builder
	for line := range strings.Lines(value) {
		text, ended := strings.CutSuffix(line, "\n")
		if text != "" {
			out.WriteString(strings.Repeat(" ", v.indent) + text)
		}
		if ended {
			out.WriteString(lineEnd)
		}
	}
	return v.body, v.spans[len(v.spans)-1].end, out.String(), true
}
