package plugin_test

import "testing"

func TestWhoami(t *testing.T) {
	t.Parallel()
	runExamples(t, "whoami", []example{
		{text: "whoami"},
		{text: "whoami example.org", want: "1:8 wrong-arguments"},
		{text: "whoami\nwhoami", want: "warning 2:1 ignored-text"},
	})
}
