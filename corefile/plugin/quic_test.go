package plugin_test

import "testing"

func TestQUIC(t *testing.T) {
	t.Parallel()
	runExamples(t, "quic", []example{
		{text: "quic"},
		{text: "quic {\n}"},
		{text: "quic 5", want: "1:6 wrong-arguments"},
		{text: "quic {\nmax_streams 1\nmax_connections 0\n}"},
		{text: "quic {\nmax_connections -1\n}", want: "2:17 invalid-value"},
		{text: "quic {\nmax_connections many\n}", want: "2:17 invalid-value"},
		{text: "quic {\nmax_connections\n}", want: "2:1 wrong-arguments"},
		{text: "quic {\nmax_connections 1 2\n}", want: "2:19 wrong-arguments"},
		{text: "quic {\nmax_connections 1\nmax_connections 1\n}", want: "3:17 repeated-plugin"},
		{text: "quic {\nmax_streams 1\n}"},
		{text: "quic {\nmax_streams 0\n}", want: "2:13 invalid-value"},
		{text: "quic {\nstreams 1\n}", want: "2:1 unknown-property"},
		{text: "quic\nquic {\nmax_streams x\n}", want: "warning 2:1 ignored-text"},
		{text: "quic {\nworker_pool_size 1\n}"},
		{text: "quic {\nworker_pool_size 0\n}", want: "2:18 invalid-value"},
		{text: "quic {\nmax_connections 1\n}", want: "2:1 unavailable-property", coredns: "1.14.7"},
	})
}
