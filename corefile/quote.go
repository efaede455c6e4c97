package corefile

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxQuoted is how many characters of the user's text a message repeats, escapes included.
const maxQuoted = 60

// Quote quotes a word of the user's for a message: on one line, invisible characters
// escaped, and cut short.
func Quote(text string) string {
	length := 0
	for i, r := range text {
		quoted := strconv.QuoteToGraphic(string(r))
		if length += utf8.RuneCountInString(quoted) - len(`""`); length > maxQuoted {
			return strconv.QuoteToGraphic(text[:i]) + "…"
		}
	}
	return strconv.QuoteToGraphic(text)
}

// QuotePath returns a path as it stands where it is plain, and quoted otherwise.
func QuotePath(path string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-", r)
	}
	if path == "" || len(path) > maxQuoted || strings.ContainsFunc(path, func(r rune) bool { return !plain(r) }) {
		return Quote(path)
	}
	return path
}

// Place says where a token is, as seen from another: its line, and its file where that
// is another one.
func Place(token, from Token) string {
	if token.source == from.source {
		return fmt.Sprintf("line %d", token.line)
	}
	return fmt.Sprintf("line %d of %s", token.line, Quote(token.File()))
}
