package corefile

import (
	"strings"
	"sync"
)

// A Token is one word of a File, as CoreDNS reads it: quotes, escapes, comments and
// blanks are gone.
type Token struct {
	Text string

	source *source
	via    *expansion // the import that brought it; nil before it is read for one

	// Where it starts, and the column after its last character on that line: lines from
	// 1, columns in characters from 1.
	line, column, endColumn int32

	glued       bool // a comment follows without a blank
	environment bool // it refers to an environment variable
	// doubtful tells that it follows an import that only the environment names, and that may
	// open or close a block.
	doubtful bool
}

// Line returns the line the token starts on, from 1.
func (t Token) Line() int { return int(t.line) }

// File returns the name of the file the token was read from.
func (t Token) File() string { return t.source.Name }

// SharesPlace reports whether other stands at the same place: it is the same token, or was
// imported once more.
func (t Token) SharesPlace(other Token) bool {
	return t.source == other.source && t.line == other.line && t.column == other.column
}

// StartsLine reports whether next, the token after t, stands on a line of its own.
// Imported tokens keep the file and the line they were written in.
func (t Token) StartsLine(next Token) bool {
	return t.source != next.source || t.lastLine() < next.line
}

// SharesLine reports whether next, the token after t, stands on the same line. Of two
// imported tokens neither StartsLine nor SharesLine may hold.
func (t Token) SharesLine(next Token) bool {
	return t.source == next.source && t.lastLine() == next.line
}

// lastLine returns the line on which the token ends: a quoted one may hold line breaks.
func (t Token) lastLine() int32 {
	return t.line + int32(strings.Count(t.Text, "\n"))
}

// within reports whether an import inside of what the given one brought brought the token.
func (t Token) within(outer *expansion) bool {
	for e := t.via; e != nil; e = e.parent {
		if e.parent == outer {
			return true
		}
	}
	return false
}

// Problem returns a problem of the given rule at t.
func (t Token) Problem(rule string, severity Severity, message string) Problem {
	return Problem{
		Rule: rule, Severity: severity, File: t.File(), Line: t.Line(), Message: message,
		Column: int(t.column), EndColumn: int(t.endColumn),
	}
}

// source is a File and its tokens.
type source struct {
	File
	once     sync.Once // for lex, where Sources keep it
	tokens   []Token
	tooLarge bool // it has more tokens than are read of any configuration, and none here
	odd      bool // it holds characters that CoreDNS reads otherwise than a person does
	kept     keptBlocks
}

// lex reads the tokens of a file.
func lex(file File) *source {
	s := &source{File: file}
	s.lex()
	return s
}

func (s *source) lex() {
	s.odd = odd(s.Text)
	s.tokens = make([]Token, 0, min(maxTokens, wordsIn(s.File)))
	for l := newLexer(s); ; {
		token, found := l.next()
		if !found {
			return
		}
		if len(s.tokens) == maxTokens {
			s.tokens, s.tooLarge = nil, true
			return
		}
		s.odd = s.odd || token.glued
		s.tokens = append(s.tokens, token)
	}
}

// wordsIn returns about how many words a file has.
func wordsIn(file File) int { return 4 + len(file.Text)/6 }

// Line returns the text of a line, counted from 1, without its line break.
func (f File) Line(n int) string {
	for line := range strings.SplitSeq(f.Text, "\n") {
		if n--; n == 0 {
			return strings.TrimSuffix(line, "\r")
		}
	}
	return ""
}
