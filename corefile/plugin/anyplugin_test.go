package plugin_test

import "testing"

func TestAny(t *testing.T) {
	t.Parallel()
	runExamples(t, "any", []example{
		{text: "any"},
		{text: "any all", want: "1:5 wrong-arguments"},
		{text: "any {\n}", want: "1:5 wrong-arguments"},
		{text: "any\nany", want: "warning 2:1 ignored-text"},
		{text: "any all", want: "warning 1:5 ignored-text", coredns: "1.14.3"},
		{text: "any {\nall\n}", want: "warning 1:5 ignored-text", coredns: "1.14.3"},
	})
}
