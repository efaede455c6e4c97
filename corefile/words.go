package corefile

import (
	"iter"
	"path"
)

// A Word is a token on its own: what it says, and whether it starts a line.
type Word struct {
	Text       string
	StartsLine bool
}

// Words yields what CoreDNS reads of a text. Comments and blanks are gone.
func Words(text string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		l := newLexer(&source{File: File{Text: text}})
		line := int32(0) // on which the last token ends
		for token, found := l.next(); found; token, found = l.next() {
			if !yield(Word{token.Text, token.line > line}) {
				return
			}
			line = token.lastLine()
		}
	}
}

// Imports returns the absolute paths and patterns that the imports in a file name, as
// they stand. Whether an import is ever reached does not matter, and the name of a snippet
// counts as a path.
func Imports(file File) []string {
	var patterns []string
	importing := false
	for word := range Words(file.Text) {
		if importing && !word.StartsLine {
			pattern := word.Text
			if !path.IsAbs(pattern) {
				pattern = path.Join(path.Dir(file.Path), pattern)
			}
			patterns = append(patterns, pattern)
		}
		importing = word.Text == "import"
	}
	return patterns
}
