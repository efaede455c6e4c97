package plugin_test

import "testing"

func TestRoot(t *testing.T) {
	t.Parallel()
	runExamples(t, "root", []example{
		{text: "root /etc/coredns"},
		{text: "root /nonexistent\nroot \"\""},
		{text: "root", want: "1:1 wrong-arguments"},
		{text: "root /a b", want: "warning 1:9 ignored-text; 1:9 wrong-arguments"},
		{text: "root {\n}", want: "warning 2:1 ignored-text; 2:1 wrong-arguments"},
	})
}
