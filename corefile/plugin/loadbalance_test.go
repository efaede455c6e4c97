package plugin_test

import "testing"

func TestLoadbalance(t *testing.T) {
	t.Parallel()
	runExamples(t, "loadbalance", []example{
		{text: "loadbalance"},
		{text: "loadbalance round_robin"},
		{text: "loadbalance\nloadbalance round_robin"},
		{text: "loadbalance random", want: "1:13 invalid-value"},
		{text: "loadbalance round_robin twice", want: "1:25 wrong-arguments"},
		{text: "loadbalance weighted", want: "1:13 wrong-arguments"},
		{text: "loadbalance weighted /weights more", want: "1:31 wrong-arguments"},
		{text: "loadbalance weighted \"\"", want: "1:22 invalid-value"},
		{text: "loadbalance weighted /weights", want: "warning 1:22 pod-file"},
		{text: "loadbalance weighted /weights {\nreload 0s\n}", want: "warning 1:22 pod-file"},
		{text: "loadbalance weighted /weights {\nreload -1s\n}", want: "warning 1:22 pod-file; 2:8 invalid-value"},
		{text: "loadbalance weighted /weights {\nreload -1s\nreload 1s\n}", want: "warning 1:22 pod-file"},
		{text: "loadbalance weighted /weights {\nreload\n}", want: "warning 1:22 pod-file; 2:1 wrong-arguments"},
		{text: "loadbalance weighted /weights {\nreload 30\n}", want: "warning 1:22 pod-file; 2:8 invalid-value"},
		{text: "loadbalance weighted /weights {\nprefer 10.0.0.0/8\n}", want: "warning 1:22 pod-file; 2:1 unknown-property"},
		{text: "loadbalance {\nprefer\n}"},
		{text: "loadbalance round_robin {\nprefer 10.0.0.0/8 2001:db8::/32\n}"},
		{text: "loadbalance {\nprefer 10.0.0.1\n}", want: "2:8 invalid-value"},
		{text: "loadbalance {\nreload 30s\n}", want: "2:1 unknown-property"},
		{text: "loadbalance {\nprefer 10.0.0.1\n}", want: "warning 1:13 ignored-text", coredns: "1.12.3"},
		{text: "loadbalance\nloadbalance random", want: "warning 2:1 ignored-text", coredns: "1.12.3"},
		{text: "loadbalance\nloadbalance random", want: "2:13 invalid-value", coredns: "1.12.4"},
	})
}
