package plugin_test

import "testing"

func TestDebug(t *testing.T) {
	t.Parallel()
	runExamples(t, "debug", []example{
		{text: "debug"},
		{text: "debug\ndebug"},
		{text: "debug on", want: "1:7 wrong-arguments"},
		{text: "debug {\n}", want: "1:7 wrong-arguments"},
		{text: "debug\n{\n}", want: "warning 2:1 ignored-text"},
	})
}
