package plugin_test

import "testing"

func TestChaos(t *testing.T) {
	t.Parallel()
	runExamples(t, "chaos", []example{
		{text: "chaos"},
		{text: "chaos CoreDNS-001"},
		{text: "chaos CoreDNS-001 one two"},
		{text: "chaos {\n}"},
		{text: "chaos {\nversion 1\n}", want: "2:1 unknown-property"},
		{text: "chaos {\nversion 1\n}", want: "warning 1:7 ignored-text", coredns: "1.14.3"},
		{text: "chaos one\nchaos two", want: "warning 2:1 ignored-text"},
	})
}
