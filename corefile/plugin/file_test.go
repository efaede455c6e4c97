package plugin_test

import "testing"

func TestFile(t *testing.T) {
	t.Parallel()
	runExamples(t, "file", []example{
		{text: "file db.example.org", want: "warning 1:6 pod-file"},
		{text: "file db.example.org example.org a..b", want: "warning 1:33 silent-zone; warning 1:6 pod-file"},
		{text: "file db.example.org {\nreload 30s\nreload_by_mtime\nfallthrough example.org\n}", want: "warning 1:6 pod-file"},
		{text: "file", want: "1:1 wrong-arguments"},
		{text: "file db.example.org {\nreload\n}", want: "2:1 wrong-arguments; warning 1:6 pod-file"},
		{text: "file db.example.org {\nreload 60\n}", want: "2:8 invalid-value; warning 1:6 pod-file"},
		{text: "file db.example.org {\nreload -1s\n}", want: "2:8 invalid-value"},
		{text: "file db.example.org {\nreload -1s\n}\nfile db.example.org {\nreload 1s\n}", want: "warning 1:6 pod-file; warning 4:6 pod-file"},
		{text: "file db.example.org {\nreload 0\n}", want: "warning 1:6 pod-file"},
		{text: "file \"\" {\nreload 0\n}", want: "1:6 invalid-value"},
		{text: "file \"\" \"\" {\nreload 0\n}", want: "warning 1:9 silent-zone"},
		{text: "file db.example.org {\nreload 1m 2m\n}", want: "warning 2:11 ignored-text; warning 1:6 pod-file"},
		{text: "file db.example.org {\ntransfer to *\n}", want: "2:1 unknown-property; warning 1:6 pod-file"},
		{text: "file db.example.org {\nupstream\n}", want: "warning 2:1 ignored-text; warning 1:6 pod-file"},
		{text: "file db.example.org {\nfallthrough\n}", want: "2:1 unavailable-property; warning 1:6 pod-file", coredns: "1.12.1"},
		{text: "file db.example.org {\nreload_by_mtime\n}", want: "2:1 unavailable-property; warning 1:6 pod-file", coredns: "1.14.3"},
		{text: "file db.a a.example.org\nfile db.b b.example.org", want: "warning 1:6 pod-file; warning 2:6 pod-file"},
	})
}
