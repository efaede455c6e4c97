package plugin_test

import "testing"

func TestHTTPS3(t *testing.T) {
	t.Parallel()
	runExamples(t, "https3", []example{
		{text: "https3"},
		{text: "https3 {\n}"},
		{text: "https3 5", want: "1:8 wrong-arguments"},
		{text: "https3 {\nmax_streams 1\nmax_connections 0\n}"},
		{text: "https3 {\nmax_connections -1\n}", want: "2:17 invalid-value"},
		{text: "https3 {\nmax_connections many\n}", want: "2:17 invalid-value"},
		{text: "https3 {\nmax_connections\n}", want: "2:1 wrong-arguments"},
		{text: "https3 {\nmax_connections 1 2\n}", want: "2:19 wrong-arguments"},
		{text: "https3 {\nmax_connections 1\nmax_connections 1\n}", want: "3:17 repeated-plugin"},
		{text: "https3 {\nmax_streams 0\n}"},
		{text: "https3 {\nmax_streams -1\n}", want: "2:13 invalid-value"},
		{text: "https3 {\nstreams 1\n}", want: "2:1 unknown-property"},
		{text: "https3\nhttps3 {\nmax_streams x\n}", want: "warning 2:1 ignored-text"},
		{text: "https3 {\nmax_streams 4294967296\n}"},
		{text: "https3 {\nmax_connections 1\n}", want: "2:1 unavailable-property", coredns: "1.14.6"},
	})
}
