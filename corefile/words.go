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
		tokens := lex(File{Text: text}).tokens
		for i, token := range tokens {
			if !yield(Word{token.Text, i == 0 || tokens[i-1].startsLine(token)}) {
				return
			}
		}
	}
}

// Imports returns a function that reports whether an import in the file names another
// file, by its path. Whether the import is ever reached does not matter.
func Imports(file File) func(other File) bool {
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
	return func(other File) bool {
		for _, pattern := range patterns {
			if matches(pattern, other.Path) {
				return true
			}
		}
		return false
	}
}
