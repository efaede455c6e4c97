package plugin_test

import "testing"

func TestHealth(t *testing.T) {
	t.Parallel()
	runExamples(t, "health", []example{
		{text: "health"},
		{text: "health :8080 {\nlameduck 5s\n}"},
		{text: "health localhost:8080"},
		{text: "health 192.0.2.1:8080", want: "warning 1:8 pod-address"},
		{text: "health 8080", want: "1:8 invalid-value"},
		{text: "health :70000", want: "1:8 invalid-value"},
		{text: "health :8080 :8081", want: "1:14 wrong-arguments"},
		{text: "health :8080\nhealth :70000", want: "2:8 invalid-value"},
		{text: "health :70000\nhealth :8080"}, // the last counts
		{text: "health {\nlameduck\n}", want: "2:1 wrong-arguments"},
		{text: "health {\nlameduck 5\n}", want: "2:10 invalid-value"},
		{text: "health {\nlameduck -5s\n}"},
		{text: "health {\nlame 5s\n}", want: "2:1 unknown-property"},
	})
}
