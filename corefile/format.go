package corefile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// indentation is one level of it.
const indentation = "    "

// maxIndented is the deepest level that is indented: deeper ones are no Corefile, and the
// result would be far larger than the text.
const maxIndented = 50

// Format returns a Corefile with each line indented by its depth, one space between words and
// at most one blank line in a row. It joins and splits no line and aligns nothing: words,
// quotes, comments and the line ends stay as they are.
func Format(text string) (string, error) {
	lines, open := writtenLines(text)
	if open > 0 {
		return "", fmt.Errorf("line %d: the quote is never closed. Close it", open)
	}
	lineEnd := "\n"
	if first, _, found := strings.Cut(text, "\n"); found && strings.HasSuffix(first, "\r") {
		lineEnd = "\r\n"
	}
	var out strings.Builder
	if strings.HasPrefix(text, "\ufeff") {
		out.WriteString("\ufeff")
	}
	depth := 0
	for i, line := range lines {
		closes := line.words[0].braces() < 0
		if i > 0 && line.first() > lines[i-1].last()+1 && !lines[i-1].opens() && !closes {
			out.WriteString(lineEnd)
		}
		inner := depth
		if closes {
			inner--
		}
		out.WriteString(strings.Repeat(indentation, min(max(inner, 0), maxIndented)))
		out.WriteString(line.format())
		out.WriteString(lineEnd)
		depth = max(depth+line.depth(), 0)
	}
	if formatted := out.String(); sameMeaning(lines, formatted) {
		return formatted, nil
	}
	return "", errors.New("it has characters that CoreDNS would read in another way after formatting. Remove invisible characters")
}

// A writtenLine is a line as it is written: words, and then perhaps a comment. A word in
// quotes that holds line breaks makes it span several lines of the text.
type writtenLine struct{ words []writtenWord }

// writtenLines returns the lines of a text that are not blank. It tells of the line of a quote
// that nothing closes; 0 if there is none.
func writtenLines(text string) (lines []writtenLine, open int32) {
	l := newLexer(&source{File: File{Text: text}})
	for word := range l.written() {
		if n := len(lines); n == 0 || lines[n-1].last() < word.line {
			lines = append(lines, writtenLine{})
		}
		line := &lines[len(lines)-1]
		line.words = append(line.words, word)
	}
	return lines, l.open
}

func (l writtenLine) first() int32 { return l.words[0].line }

func (l writtenLine) last() int32 { return l.words[len(l.words)-1].lastWrittenLine() }

// opens reports whether the line ends in the brace that opens a block, and perhaps a comment.
func (l writtenLine) opens() bool {
	last := len(l.words) - 1
	if l.words[last].comment {
		last--
	}
	return last >= 0 && l.words[last].braces() > 0
}

func (l writtenLine) depth() int {
	depth := 0
	for _, w := range l.words {
		depth += w.braces()
	}
	return depth
}

// format returns the line with one space between its words.
func (l writtenLine) format() string {
	words := make([]string, len(l.words))
	for i, w := range l.words {
		words[i] = w.source
	}
	return strings.Join(words, " ")
}

// sameMeaning reports whether a text has the same words and comments in the same lines.
func sameMeaning(lines []writtenLine, text string) bool {
	others, _ := writtenLines(text)
	return slices.EqualFunc(lines, others, func(a, b writtenLine) bool {
		return slices.EqualFunc(a.words, b.words, func(x, y writtenWord) bool {
			return x.Text == y.Text && x.glued == y.glued && x.comment == y.comment
		})
	})
}
