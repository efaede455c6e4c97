package plugin_test

import "testing"

func TestAuto(t *testing.T) {
	t.Parallel()
	runExamples(t, "auto", []example{
		{text: "auto"},
		{text: "auto example.org"},
		{text: "auto {\n}"},
		{text: "auto a..b example.org", want: "warning 1:6 silent-zone"},
		{text: "auto {\ndirectory /zones\n}"},
		{text: "auto {\ndirectory /zones db\\.(.*) {1}\nreload 10s\n}"},
		{text: "auto {\ndirectory\n}", want: "2:1 wrong-arguments"},
		{text: "auto {\ndirectory /zones (.*)\n}", want: "2:18 wrong-arguments"},
		{text: "auto {\ndirectory /zones (.*) {1} more\n}", want: "2:27 wrong-arguments"},
		{text: "auto {\ndirectory /zones db.* {1}\n}", want: "2:18 invalid-value"},
		{text: "auto {\ndirectory /zones (?!db)(.*) {1}\n}", want: "2:18 invalid-value"},
		{text: "auto {\nreload 0\n}"},
		{text: "auto {\nreload 60\n}", want: "2:8 invalid-value"},
		{text: "auto {\nreload -1s\n}", want: "2:8 invalid-value"},
		{text: "auto {\nreload\n}", want: "2:1 wrong-arguments"},
		{text: "auto {\nreload 1m 2m\n}", want: "warning 2:11 ignored-text"},
		{text: "auto {\nupstream 10.0.0.1\n}", want: "warning 2:1 ignored-text"},
		{text: "auto {\nno_reload\ndirectori /zones\n}", want: "2:1 unknown-property; 3:1 unknown-property"},
		{text: "auto {\nreload 1m\n}\nauto {\nreload 60\n}", want: "5:8 invalid-value"},
	})
}
