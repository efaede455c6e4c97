package plugin_test

import "testing"

func TestHTTPS(t *testing.T) {
	t.Parallel()
	runExamples(t, "https", []example{
		{text: "https"},
		{text: "https {\n}"},
		{text: "https 5", want: "1:7 wrong-arguments"},
		{text: "https {\nmax_streams 1\nmax_connections 0\n}"},
		{text: "https {\nmax_connections -1\n}", want: "2:17 invalid-value"},
		{text: "https {\nmax_connections many\n}", want: "2:17 invalid-value"},
		{text: "https {\nmax_connections\n}", want: "2:1 wrong-arguments"},
		{text: "https {\nmax_connections 1 2\n}", want: "2:19 wrong-arguments"},
		{text: "https {\nmax_connections 1\nmax_connections 1\n}", want: "3:17 repeated-plugin"},
		{text: "https {\nmax_streams 0\n}"},
		{text: "https {\nmax_streams -1\n}", want: "2:13 invalid-value"},
		{text: "https {\nstreams 1\n}", want: "2:1 unknown-property"},
		{text: "https\nhttps {\nmax_streams x\n}", want: "warning 2:1 ignored-text"},
		{text: "https {\nmax_streams 4294967295\n}"},
		{text: "https {\nmax_streams 4294967296\n}", want: "2:13 invalid-value"},
		{text: "https {\nmax_streams 1\n}", want: "2:1 unavailable-property", coredns: "1.14.7"},
	})
}
