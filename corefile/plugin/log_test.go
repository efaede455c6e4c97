package plugin_test

import "testing"

func TestLog(t *testing.T) {
	t.Parallel()
	runExamples(t, "log", []example{
		{text: "log {}", want: "warning 1:5 silent-zone"},
		{text: "log . {}", want: "warning 1:7 ignored-text"},
		{text: "log"},
		{text: "log example.org"},
		{text: "log . \"{remote}:{port} - {type}\""},
		{text: "log example.org example.net {combined}"},
		{text: "log\nlog example.org"},
		{text: "log {\nclass denial error\n}"},
		{text: "log . {common} {\nclass all\n}"},
		{text: "log stdout", want: "warning 1:5 silent-zone"},
		{text: "log error", want: "warning 1:5 silent-zone"},
		{text: "log {combined}", want: "warning 1:5 silent-zone"},
		{text: "log . {remote} {name}", want: "warning 1:7 silent-zone"},
		{text: "log {\nclass\n}", want: "2:1 wrong-arguments"},
		{text: "log {\nclass denial errors\n}", want: "2:14 invalid-value"},
		{text: "log {\nclas denial\n}", want: "2:1 unknown-property"},
		{text: "log\n{\nclass error\n}", want: "warning 2:1 ignored-text; warning 3:7 silent-zone"},
	})
}
