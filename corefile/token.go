package corefile

import (
	"strings"
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

// InMain reports whether the token stands in the configuration's main Corefile.
func (t Token) InMain() bool { return t.source.main }

// lineBreaks counts the line breaks inside of a quoted token.
func (t Token) lineBreaks() int32 { return int32(strings.Count(t.Text, "\n")) }

// startsLine reports whether next, the token after t, stands on a line of its own.
// Imported tokens keep the file and the line they were written in.
func (t Token) startsLine(next Token) bool {
	return t.source != next.source || t.line+t.lineBreaks() < next.line
}

// sharesLine reports whether next, the token after t, stands on the same line. Of two
// imported tokens neither startsLine nor sharesLine may hold.
func (t Token) sharesLine(next Token) bool {
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
	main   bool
	tokens []Token
	spans  []span // filled in when the first problem asks for a column
}

// lex reads the tokens of a file with CoreDNS's own lexer.
func lex(file File) *source {
	s := &source{File: file}
	d := caddyfile.NewDispenser("", strings.NewReader(file.Text))
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
	if s.spans == nil {
		s.spans = spans(s.Text)
	}
	if ordinal >= len(s.spans) {
		return 0, 0
	}
	return s.spans[ordinal].start, s.spans[ordinal].end
}

// spans finds the places of a text's tokens, which the lexer does not tell. It follows
// the lexer's rules and only ever serves to point at a problem: no verdict rests on it.
func spans(text string) []span {
	var (
		found                    []span
		column                   = 0
		token, comment           bool
		quoted, escaped, oneLine bool
		current                  span
	)
	end := func(at int) {
		if oneLine {
			current.end = at
		}
		found, token, quoted = append(found, current), false, false
	}
	for i, r := range text {
		if i == 0 && r == '\uFEFF' {
			continue // the lexer drops a byte order mark, and so do editors
		}
		column++
		switch {
		case quoted:
			if r == '\n' && oneLine {
				current.end, oneLine = column, false
			}
			if r == '"' && !escaped {
				end(column + 1)
			}
			escaped = r == '\\' && !escaped
		case r == '\r':
			// dropped: it neither ends a token nor starts one
		case unicode.IsSpace(r):
			if token {
				end(column)
			}
			comment = comment && r != '\n'
		case comment:
		case r == '#':
			comment = true
			if token {
				// The token goes on if the next line starts without a blank, which
				// takes a line break, so it never does.
				current.end, oneLine = column, false
			}
		case !token:
			current, token, oneLine = span{start: column}, true, true
			quoted, escaped = r == '"', false
		}
		if r == '\n' {
			column = 0
		}
	}
	if token {
		end(column + 1)
	}
	return found
}
