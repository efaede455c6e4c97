package lsp

import (
	"slices"
	"strings"
	"testing"
)

func TestValuesThatAUsageAllows(t *testing.T) {
	t.Parallel()
	const rewrite = "[continue|stop] name [exact|prefix] FROM TO [answer auto]"
	for _, test := range []struct{ name, usage, arguments, want string }{
		{"alternatives", "random|round_robin|sequential", "", "random round_robin sequential"},
		{"nothing after the last", "random|round_robin", "random", ""},
		{"words in capitals are none", "FROM TO...", "", ""},
		{"an optional part may be left out", rewrite, "", "continue stop name"},
		{"after an optional part", rewrite, "stop", "name"},
		{"after what was left out", rewrite, "name", "exact prefix"},
		{"behind any words", rewrite, "name exact a b", "answer"},
		{"within an optional part", rewrite, "name exact a b answer", "auto"},
		{"where one optional part is taken for a word or not", rewrite, "name a b", "answer"},
		{"other words match nothing", rewrite, "class", ""},
		{"nested parts", "[DURATION [immediate|verify [TIMEOUT]]]", "1h", "immediate verify"},
		{"repeated parts", "all|success|denial...", "success", "all success denial"},
		{"a part behind a repeated one", "ZONE... [full]", "a b", "full"},
		{"what a block holds is none", "[FILE] { on }", "x", ""},
		{"too many arguments", "ZONE... [full]", strings.Repeat("a ", 65), ""},
		{"brackets that do not match", "a] b", "", "a"},
	} {
		got := values(test.usage, strings.Fields(test.arguments))
		if !slices.Equal(got, strings.Fields(test.want)) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
