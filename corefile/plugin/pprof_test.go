package plugin_test

import "testing"

func TestPprof(t *testing.T) {
	t.Parallel()
	runExamples(t, "pprof", []example{
		{text: "pprof"},
		{text: "pprof :6053"},
		{text: "pprof localhost:6053"},
		{text: "pprof 127.0.0.1:0"},
		{text: "pprof [::1]:6053"},
		{text: "pprof :http"},
		{text: "pprof :"},
		{text: "pprof 6053", want: "1:7 invalid-value"},
		{text: "pprof localhost", want: "1:7 invalid-value"},
		{text: "pprof :65536", want: "1:7 invalid-value"},
		{text: "pprof :-1", want: "1:7 invalid-value"},
		{text: "pprof 10.0.0.256:6053", want: "1:7 invalid-value"},
		{text: "pprof a..b:6053", want: "1:7 invalid-value"},
		{text: "pprof 10.0.0.1:6053", want: "warning 1:7 pod-address"},
		{text: "pprof node:6053", want: "warning 1:7 pod-network"},
		{text: "pprof :profiles", want: "warning 1:7 pod-file"},
		{text: "pprof :6053 :6054", want: "1:13 wrong-arguments"},
		{text: "pprof {\nblock\n}"},
		{text: "pprof {\nblock 10\n}"},
		{text: "pprof {\nblock -1\nblock\n}"},
		{text: "pprof {\nblock all\n}", want: "2:7 invalid-value"},
		{text: "pprof {\nblock 1 2\n}", want: "2:9 wrong-arguments"},
		{text: "pprof {\nblok\n}", want: "2:1 unknown-property"},
		{text: "pprof\npprof", want: "2:1 repeated-plugin"},
	})
}
