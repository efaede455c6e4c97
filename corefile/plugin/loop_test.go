package plugin_test

import "testing"

func TestLoop(t *testing.T) {
	t.Parallel()
	runExamples(t, "loop", []example{
		{text: "loop"},
		{text: "loop .", want: "1:6 wrong-arguments"},
		{text: "loop {\n}", want: "1:6 wrong-arguments"},
		{text: "loop\nloop", want: "2:1 repeated-plugin"},
		{text: "loop\n{\n}", want: "2:1 repeated-plugin"},
	})
}
