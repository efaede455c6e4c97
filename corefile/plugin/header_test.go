package plugin_test

import "testing"

func TestHeader(t *testing.T) {
	t.Parallel()
	runExamples(t, "header", []example{
		{text: "header {\nresponse set aa\nquery clear rd RA\n}"},
		{text: "header {\nRESPONSE Set AA\n}"},
		{text: "header", want: "1:1 missing-property"},
		{text: "header {\n}", want: "2:1 missing-property"},
		{text: "header all {\nresponse set aa\n}"},
		{text: "header {\nresponse\n}", want: "2:1 wrong-arguments"},
		{text: "header {\nresponse set\n}", want: "2:10 wrong-arguments"},
		{text: "header {\nresponse flip aa\n}", want: "2:10 invalid-value"},
		{text: "header {\nresponse set aa ad\n}", want: "2:17 invalid-value"},
		{text: "header {\nanswer set aa\nresponse set aa\n}", want: "2:1 unknown-property"},
		{text: "header {\n}\nheader {\nresponse set aa\n}"},
		{text: "header {\nresponse set aa\n}\nheader {\nbroken\n}", want: "warning 4:1 ignored-text"},
		{text: "header {\nset aa\nClear ra\n}", coredns: "1.12.3"},
		{text: "header {\nset aa\nresponse set aa\n}", want: "2:1 unavailable-property", coredns: "1.12.4"},
	})
}
