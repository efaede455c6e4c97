package corefile

import (
	"strings"
	"unicode"
)

// A writtenLine is a line as it is written: words and a comment, or one of them. A word in
// quotes that holds line breaks makes it span several lines of the text.
type writtenLine struct {
	words   []writtenWord
	comment writtenWord // without text where there is none
	first   int32       // of the lines of the text that it spans
	last    int32
}

// A writtenWord is a token, or a comment, and its source. The source of a token has a comment
// in it that is glued to it.
type writtenWord struct {
	Token
	source string
}

// opens reports whether the line opens a block.
func (l writtenLine) opens() bool {
	return len(l.words) > 0 && l.words[len(l.words)-1].Text == "{"
}

// depth returns by how many braces the line opens more than it closes.
func (l writtenLine) depth() int {
	depth := 0
	for _, w := range l.words {
		switch w.Text {
		case "{":
			depth++
		case "}":
			depth--
		}
	}
	return depth
}

// writtenLines returns the lines of a file that are not blank. It tells of the line of a quote
// that nothing closes; 0 if there is none.
func writtenLines(file File) (lines []writtenLine, open int32) {
	l := newLexer(&source{File: file})
	add := func(w writtenWord, isComment bool) {
		if n := len(lines); n == 0 || lines[n-1].last < w.line {
			lines = append(lines, writtenLine{first: w.line})
		}
		line := &lines[len(lines)-1]
		line.last = w.line + int32(strings.Count(w.source, "\n"))
		if isComment {
			line.comment = w
		} else {
			line.words = append(line.words, w)
		}
	}
	for l.text != "" {
		start := l.text
		read := func() string {
			return strings.TrimRightFunc(start[:len(start)-len(l.text)], unicode.IsSpace)
		}
		switch r, size := firstRune(l.text); {
		case r == '#':
			t := Token{source: l.source, line: l.line, column: l.column}
			l.skipComment()
			text := read()
			t.Text, t.endColumn = text, t.column+int32(len([]rune(text)))
			add(writtenWord{t, text}, true)
		case unicode.IsSpace(r):
			l.advance(r, size)
		default:
			if t, found := l.token(); found {
				add(writtenWord{t, read()}, false)
			}
		}
	}
	return lines, l.open
}
