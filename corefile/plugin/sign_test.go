package plugin_test

import "testing"

func TestSign(t *testing.T) {
	t.Parallel()
	runExamples(t, "sign", []example{
		{text: "sign db.example.org"},
		{text: "sign db.example.org example.org {\nkey file Kexample.org.+013+45330.key\ndirectory /signed\n}", want: "warning 2:10 pod-file"},
		{text: "sign", want: "1:1 wrong-arguments"},
		{text: "sign db\uFFFD", want: "1:6 invalid-value"},
		{text: "sign db\uFFFD", coredns: "1.13.0"},
		{text: "sign db {\nkey\n}", want: "2:1 wrong-arguments"},
		{text: "sign db {\nkey file\n}", want: "2:5 wrong-arguments"},
		{text: "sign db {\nkey directory /keys\n}", want: "2:5 invalid-value"},
		{text: "sign db {\nkey files\n}", want: "warning 2:5 ignored-text"},
		{text: "sign db {\ndirectory\n}", want: "2:1 wrong-arguments"},
		{text: "sign db {\ndirectory a b\n}", want: "2:13 wrong-arguments"},
		{text: "sign db {\nkeys\n}", want: "2:1 unknown-property"},
	})
}
