package scalar

import (
	"regexp"
	"slices"
	"strings"
)

// mark is the byte order mark, which some editors put at the start of a file. Where files are
// joined, it stands before any document of the stream.
const mark = "\ufeff"

// marks returns where byte order marks stand that are no part of a document: at the start of
// the text, and behind the line of "---", where comments and blank lines may come first.
func marks(text string) []int {
	var at []int
	if strings.HasPrefix(text, mark) {
		at = append(at, 0)
	}
	if !strings.Contains(strings.TrimPrefix(text, mark), mark) {
		return at
	}
	before := regexp.MustCompile(`(?m)^---(?:[ \t]+#.*|[ \t\r]*)\n(?:[ \t]*#.*\n|[ \t\r]*\n)*` + mark)
	for _, found := range before.FindAllStringIndex(text, -1) {
		at = append(at, found[1]-len(mark))
	}
	return at
}

// withoutMarks returns a text without the byte order marks before its documents. The decoder
// knows the first, and takes any other for a part of a word.
func withoutMarks(text string) string {
	for _, at := range slices.Backward(marks(text)) {
		text = text[:at] + text[at+len(mark):]
	}
	return text
}
