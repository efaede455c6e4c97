package corefile

import (
	"iter"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/coredns/caddy/caddyfile"
)

// A Token is one word of a File, as CoreDNS reads it: quotes, escapes, comments and
// blanks are gone.
type Token struct {
	Text string

	source  *source
	line    int32 // where it starts, from 1
	ordinal int32 // its number in the file, from 0
}

// Line returns the line the token starts on, from 1.
func (t Token) Line() int { return int(t.line) }

// File returns the name of the file the token was read from.
func (t Token) File() string { return t.source.Name }

// lineBreaks counts the line breaks inside of a quoted token.
func (t Token) lineBreaks() int32 { return int32(strings.Count(t.Text, "\n")) }

// StartsLine reports whether next, the token after t, stands on a line of its own.
// Imported tokens keep the file and the line they were written in.
func (t Token) StartsLine(next Token) bool {
	return t.source != next.source || t.line+t.lineBreaks() < next.line
}

// SharesLine reports whether next, the token after t, stands on the same line. Of two
// imported tokens neither StartsLine nor SharesLine may hold.
func (t Token) SharesLine(next Token) bool {
	return t.source == next.source && t.line+t.lineBreaks() == next.line
}

// Problem returns a problem of the given rule at t.
func (t Token) Problem(rule string, severity Severity, message string) Problem {
	p := Problem{Rule: rule, Severity: severity, File: t.File(), Line: t.Line(), Message: message}
	p.Column, p.EndColumn = t.source.columns(int(t.ordinal))
	return p
}

// source is a File and its tokens.
type source struct {
	File
	tokens []Token
	placed sync.Once
	places []span // of the tokens; filled in when the first problem asks for one
}

// lex reads the tokens of a file with CoreDNS's own lexer.
func lex(file File) *source {
	s := &source{File: file}
	d := caddyfile.NewDispenser("", strings.NewReader(file.Text))
	s.tokens = make([]Token, 0, count(spans(file.Text)))
	for d.Next() {
		s.tokens = append(s.tokens, Token{
			Text:    d.Val(),
			source:  s,
			line:    int32(d.Line()),
			ordinal: int32(len(s.tokens)),
		})
	}
	return s
}

// Line returns the text of a line, counted from 1, without its line break.
func (f File) Line(n int) string {
	for line := range strings.SplitSeq(f.Text, "\n") {
		if n--; n == 0 {
			return strings.TrimSuffix(line, "\r")
		}
	}
	return ""
}

// span is where a token stands in its line, in characters from 1; end is the column
// after its last character on that line.
type span struct{ start, end int }

func (s *source) columns(ordinal int) (start, end int) {
	s.placed.Do(func() { s.places = slices.Collect(spans(s.Text)) })
	if ordinal >= len(s.places) {
		return 0, 0
	}
	return s.places[ordinal].start, s.places[ordinal].end
}

func count(spans iter.Seq[span]) int {
	n := 0
	for range spans {
		n++
	}
	return n
}

// spans yields the places of a text's tokens, which the lexer does not tell. It follows
// the lexer's rules and serves to count tokens and to point at them: no verdict rests on it.
func spans(text string) iter.Seq[span] {
	return func(yield func(span) bool) {
		s := scanner{}
		for i, r := range text {
			if i == 0 && r == '\uFEFF' {
				continue // the lexer drops a byte order mark, and so do editors
			}
			if s.scan(r) && !yield(s.current) {
				return
			}
		}
		if s.open && !s.hollow { // the lexer drops a quote that has no end and nothing in it
			yield(s.current)
		}
	}
}

// scanner follows the lexer from character to character.
type scanner struct {
	current         span
	column          int
	open, firstLine bool // inside of a token; on the line that it starts on
	quoted, escaped bool
	hollow          bool // quoted, and nothing in the quotes so far
	comment         bool
}

// scan takes the next character and reports whether it ends the current token.
func (s *scanner) scan(r rune) (ended bool) {
	s.column++
	switch {
	case s.quoted:
		if s.firstLine = s.firstLine && r != '\n'; s.firstLine {
			s.current.end = s.column + 1
		}
		ended = r == '"' && !s.escaped
		s.escaped = r == '\\' && !s.escaped
		s.hollow = s.hollow && s.escaped
	case r == '\r':
		// dropped: it neither ends a token nor starts one
	case unicode.IsSpace(r) && s.open:
		ended = true // and with it a comment that touches the token: the lexer forgets it here
	case unicode.IsSpace(r):
		s.comment = s.comment && r != '\n'
	case s.comment:
	case r == '#':
		s.comment = true
	case !s.open:
		s.current, s.open, s.firstLine = span{start: s.column, end: s.column + 1}, true, true
		s.quoted, s.escaped = r == '"', false
		s.hollow = s.quoted
	default:
		s.current.end = s.column + 1
	}
	if ended {
		s.open, s.quoted, s.comment = false, false, false
	}
	if r == '\n' {
		s.column = 0
	}
	return ended
}
