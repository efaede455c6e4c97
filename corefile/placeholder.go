package corefile

import "strings"

// placeholderMarks are what only a word holds that is to be replaced: of the manifests of
// node-local-dns, of Helm's templates, of shells, and of examples in documentation.
var placeholderMarks = []string{"__PILLAR__", "{{", "}}", "${", "<", ">"}

// IsPlaceholder reports whether a word is what an installer or a reader of an example
// should have replaced.
func IsPlaceholder(word string) bool {
	for _, mark := range placeholderMarks {
		if strings.Contains(word, mark) {
			return true
		}
	}
	return false
}
