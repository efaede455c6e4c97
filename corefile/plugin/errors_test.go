package plugin_test

import "testing"

func TestErrors(t *testing.T) {
	t.Parallel()
	runExamples(t, "errors", []example{
		{text: "errors"},
		{text: "errors stdout"},
		{text: "errors stderr", want: "1:8 invalid-value"},
		{text: "errors stdout stdout", want: "1:15 wrong-arguments"},
		{text: "errors\nerrors", want: "2:1 repeated-plugin"},
		{text: "errors {\nstacktrace\nconsolidate 5m \".* i/o timeout$\"\nconsolidate 30s ^Failed warning\n}"},
		{text: "errors {\nconsolidate 5m\n}", want: "2:13 wrong-arguments"},
		{text: "errors {\nconsolidate 5 x\n}", want: "2:13 invalid-value"},
		{text: "errors {\nconsolidate 5m (\n}", want: "2:16 invalid-value"},
		{text: "errors {\nconsolidate 5m x fatal\n}", want: "2:18 invalid-value"},
		{text: "errors {\nconsolidate 5m x error warning\n}", want: "2:24 invalid-value"},
		{text: "errors {\nconsolidate 5m x show_first\nconsolidate 5m x info show_first\n}"},
		{text: "errors {\nconsolidate 5m x show_first info\n}", want: "2:29 invalid-value"},
		{text: "errors {\nconsolidate 5m x show_first\n}", coredns: "1.13.2", want: "2:18 invalid-value"},
		{text: "errors {\nconsolidate 5m x info show_first\n}", coredns: "1.13.2", want: "2:23 wrong-arguments"},
		{text: "errors {\nstdout\n}", want: "2:1 unknown-property"},
	})
}
