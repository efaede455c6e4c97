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
	file := File{Text: text}
	lines, open := writtenLines(file)
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
		closes := len(line.words) > 0 && line.words[0].Text == "}"
		if i > 0 && line.first > lines[i-1].last+1 && !lines[i-1].opens() && !closes {
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

// format returns the line with one space between its words.
func (l writtenLine) format() string {
	words := make([]string, 0, len(l.words)+1)
	for _, w := range l.words {
		words = append(words, w.source)
	}
	if l.comment.source != "" {
		words = append(words, l.comment.source)
	}
	return strings.Join(words, " ")
}

// sameMeaning reports whether a text has the same words and comments in the same lines.
func sameMeaning(lines []writtenLine, text string) bool {
	others, _ := writtenLines(File{Text: text})
	return slices.EqualFunc(lines, others, func(a, b writtenLine) bool {
		return a.comment.Text == b.comment.Text && slices.EqualFunc(a.words, b.words, func(x, y writtenWord) bool {
			return x.Text == y.Text && x.glued == y.glued
		})
	})
}
