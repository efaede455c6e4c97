package plugin_test

import "testing"

func TestNomad(t *testing.T) {
	t.Parallel()
	runExamples(t, "nomad", []example{
		{text: "nomad"},
		{text: "nomad service.nomad {\naddress http://127.0.0.1:4646 http://127.0.0.2:4646\nTOKEN x\nttl 0\nfilter \"a == b\"\n}"},
		{text: "nomad one two", want: "warning 1:11 ignored-text"},
		{text: "nomad {\naddress\n}", want: "2:1 wrong-arguments"},
		{text: "nomad {\naddress 127.0.0.1:4646\n}", want: "2:9 invalid-value"},
		{text: "nomad {\naddress unix:///run/nomad.sock\n}"},
		{text: "nomad {\ntoken\n}", want: "2:1 wrong-arguments"},
		{text: "nomad {\nttl 3600\n}"},
		{text: "nomad {\nttl 3601\n}", want: "2:5 invalid-value"},
		{text: "nomad {\nttl -1\n}", want: "2:5 invalid-value"},
		{text: "nomad {\nttl 1m\n}", want: "2:5 invalid-value"},
		{text: "nomad {\nttl\n}", want: "2:1 wrong-arguments"},
		{text: "nomad {\nadress http://127.0.0.1\n}", want: "2:1 unknown-property"},
		{text: "nomad {\nfilter x\n}", want: "2:1 unavailable-property", coredns: "1.13.1"},
		{text: "nomad\nnomad {\nbroken\n}", want: "warning 2:1 ignored-text"},
	})
}
