package corefile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A lexer splits a text into tokens as CoreDNS's own does, that of package caddyfile, to
// which FuzzLexer compares it. Unlike that one it knows the columns, and copies no text
// that can stay where it is, so that a large file costs neither much time nor memory.
type lexer struct {
	source *source
	text   string // what is left
	line   int32  // of the next character, from 1
	column int32  // of the next character, from 1
	open   int32  // the line of a quote that nothing closes, or 0
}

func newLexer(s *source) *lexer {
	return &lexer{source: s, text: strings.TrimPrefix(s.Text, "\ufeff"), line: 1, column: 1}
}

// next returns the next token, if there is one.
func (l *lexer) next() (Token, bool) {
	for l.skip(); l.text != ""; l.skip() {
		if t, found := l.token(); found {
			return t, true
		}
	}
	return Token{}, false
}

// token reads the token that starts at the next character.
func (l *lexer) token() (t Token, found bool) {
	t = Token{source: l.source, line: l.line, column: l.column}
	if l.text[0] != '"' {
		t.Text, t.endColumn, t.glued = l.word()
		t.environment = refers(t.Text)
		return t, true
	}
	var closed bool
	if t.Text, t.endColumn, closed = l.quoted(); !closed {
		l.open = t.line
	}
	t.environment = refers(t.Text)
	return t, closed || t.Text != "" // CoreDNS drops an open quote with nothing in it
}

// skip goes to the next token, past blanks and comments.
func (l *lexer) skip() {
	for l.text != "" {
		r, size := firstRune(l.text)
		switch {
		case r == '#':
			l.skipComment()
		case unicode.IsSpace(r):
			l.advance(r, size)
		default:
			return
		}
	}
}

func (l *lexer) skipComment() {
	end := strings.IndexByte(l.text, '\n')
	if end < 0 {
		end = len(l.text)
	}
	l.text = l.text[end:] // the column starts anew behind it
}

// advance goes past a character of the given size in bytes.
func (l *lexer) advance(r rune, size int) {
	l.text = l.text[size:]
	l.column++
	if r == '\n' {
		l.line, l.column = l.line+1, 1
	}
}

// word reads a token without quotes, and the blank that ends it. A "#" inside of it starts
// a comment, which that blank ends, even on the same line; it tells of one. Carriage returns
// are dropped.
func (l *lexer) word() (text string, endColumn int32, comment bool) {
	start, end, dropped, plain := l.text, 0, false, true
	for l.text != "" {
		if n := plainPrefix(l.text); n > 0 {
			l.text, l.column = l.text[n:], l.column+int32(n)
			if !comment {
				end, endColumn, plain = len(start)-len(l.text), l.column, plain && !dropped
			}
			continue
		}
		r, size := firstRune(l.text)
		l.advance(r, size)
		switch {
		case r == '\r':
			dropped = true
		case unicode.IsSpace(r):
			return wordText(start[:end], plain), endColumn, comment
		case r == '#' || comment:
			comment = true
		default:
			plain = plain && !dropped && (r != utf8.RuneError || size > 1)
			end, endColumn = len(start)-len(l.text), l.column
		}
	}
	return wordText(start[:end], plain), endColumn, comment
}

// wordText returns what CoreDNS makes of a word: without carriage returns, and with U+FFFD
// for bytes that are not UTF-8.
func wordText(written string, plain bool) string {
	if plain {
		return written
	}
	return strings.Map(func(r rune) rune {
		if r == '\r' {
			return -1
		}
		return r
	}, written)
}

// quoted reads a token in quotes up to the closing one, or to the end of the text. Its end
// column is on the line that it starts on.
func (l *lexer) quoted() (text string, endColumn int32, closed bool) {
	l.advance('"', 1)
	start, line, escaped := l.text, l.line, false
	endColumn = l.column
	for l.text != "" {
		r, size := firstRune(l.text)
		if r == '\n' && l.line == line {
			endColumn = l.column
		}
		l.advance(r, size)
		if l.line == line {
			endColumn = l.column
		}
		if r == '"' && !escaped {
			return quotedText(start[:len(start)-len(l.text)-1]), endColumn, true
		}
		escaped = r == '\\' && !escaped
	}
	if escaped { // a backslash escapes what follows, and nothing does
		start = start[:len(start)-1]
	}
	return quotedText(start), endColumn, false
}

// quotedText returns what CoreDNS makes of the text between quotes: it drops the backslash
// before a quote, and keeps every other.
func quotedText(written string) string {
	if !strings.Contains(written, `\"`) {
		return strings.Map(func(r rune) rune { return r }, written) // with U+FFFD for what is not UTF-8
	}
	var text strings.Builder
	escaped := false
	for _, r := range written {
		if escaped && r != '"' {
			text.WriteByte('\\')
		}
		if escaped = r == '\\' && !escaped; !escaped {
			text.WriteRune(r)
		}
	}
	return text.String()
}

// firstRune returns the first character of a text and its size in bytes.
func firstRune(text string) (rune, int) {
	if b := text[0]; b < utf8.RuneSelf {
		return rune(b), 1
	}
	return utf8.DecodeRuneInString(text)
}

// plainPrefix returns the number of ASCII characters at the start of a text that are
// neither blank nor start a comment.
func plainPrefix(text string) int {
	for i := range len(text) {
		if b := text[i]; b <= ' ' && (b == ' ' || b >= '\t' && b <= '\r') || b == '#' || b >= utf8.RuneSelf {
			return i
		}
	}
	return len(text)
}
