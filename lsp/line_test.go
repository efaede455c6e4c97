package lsp

import (
	"fmt"
	"strings"
	"testing"
)

func TestLineOfAnOffset(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"an empty text", "^", `[] [] ""`},
		{"a word in the middle", "a b^c d", `[] [a] "bc"`},
		{"the end of a word", "a bc^ d", `[] [a] "bc"`},
		{"the start of a word", "a ^bc", `[] [a] "bc"`},
		{"between words", "a  ^  b", `[] [a] ""`},
		{"the first word of a line", "a {\n l^og x\n}", `[a] [] "log"`},
		{"an empty line", "a {\n log\n ^\n}", `[a] [] ""`},
		{"behind the last line", "a {\n log\n^", `[a] [] ""`},
		{"in the block of a plugin", "a {\n forward . x {\n  policy ^", `[a forward] [policy] ""`},
		{"behind that", "a {\n forward . x {\n }\n ^", `[a] [] ""`},
		{"behind all", "a {\n}\n^", `[] [] ""`},
		{"behind a brace", "a { ^", `[a] [] ""`},
		{"braces too many", "}\n}\na {\n^", `[a] [] ""`},
		{"a brace in a comment", "a # {\n^", `[] [] ""`},
		{"a comment", "a # b^", `[] [a] "# b"`},
		{"behind a quote over lines", "a \"b\nc\" ^d", "[] [a b\nc] \"d\""},
		{"CRLF", "a {\r\n ^\r\n}", `[a] [] ""`},
	} {
		before, after, _ := strings.Cut(test.text, "^")
		l := lineAt(before+after, len(before))
		var words []string
		for _, w := range l.words {
			words = append(words, w.Text)
		}
		if got := fmt.Sprintf("%v %v %q", l.outer, words, l.touched.Text); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}
