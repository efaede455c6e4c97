package corefile

import (
	"iter"
	"strings"
	"unicode"
)

// A writtenWord is a token, or a comment, and its source. The source of a token has a comment
// in it that is glued to it.
type writtenWord struct {
	Token
	source  string
	offset  int // of the source in the text
	comment bool
}

// written yields the words and comments of the text as they are written.
func (l *lexer) written() iter.Seq[writtenWord] {
	return func(yield func(writtenWord) bool) {
		for l.text != "" {
			start, found := l.text, true
			w := writtenWord{
				Token:  Token{source: l.source, line: l.line, column: l.column},
				offset: len(l.source.Text) - len(l.text),
			}
			switch r, size := firstRune(l.text); {
			case r == '#':
				l.skipComment()
				w.comment = true
			case unicode.IsSpace(r):
				l.advance(r, size)
				continue
			default:
				w.Token, found = l.token()
			}
			w.source = strings.TrimRightFunc(start[:len(start)-len(l.text)], unicode.IsSpace)
			if w.comment {
				w.Text, w.endColumn = w.source, w.column+int32(len([]rune(w.source)))
			}
			if found && !yield(w) {
				return
			}
		}
	}
}

// lastWrittenLine returns the line of the text on which the source of a word ends.
func (w writtenWord) lastWrittenLine() int32 {
	return w.line + int32(strings.Count(w.source, "\n"))
}

// braces returns by how many blocks a word opens more than it closes.
func (w writtenWord) braces() int {
	switch {
	case w.comment:
		return 0
	case w.Text == "{":
		return 1
	case w.Text == "}":
		return -1
	}
	return 0
}
