package plugin_test

import "testing"

func TestReady(t *testing.T) {
	t.Parallel()
	runExamples(t, "ready", []example{
		{text: "ready"},
		{text: "ready :8181"},
		{text: "ready localhost:8181 {\nmonitor until-ready\n}"},
		{text: "ready {\nmonitor continuously\n}"},
		{text: "ready\nready", want: "2:1 repeated-plugin"},
		{text: "ready 8181", want: "1:7 invalid-value"},
		{text: "ready a b", want: "1:9 wrong-arguments"},
		{text: "ready :65536", want: "warning 1:7 invalid-value"},
		{text: "ready {\nmonitor\n}", want: "2:1 wrong-arguments"},
		{text: "ready {\nmonitor always\n}", want: "2:9 invalid-value"},
		{text: "ready {\nmonitr continuously\n}", want: "2:1 unknown-property"},
		{text: "ready {\nmonitr continuously\n}", want: "warning 2:1 ignored-text", coredns: "1.14.3"},
		{text: "ready", coredns: "1.12.1"},
		{text: "ready {\nmonitor until-ready\n}", want: "2:1 unavailable-property", coredns: "1.12.1"},
		{text: "ready {\n}", want: "2:1 unavailable-property", coredns: "1.12.1"},
	})
}
