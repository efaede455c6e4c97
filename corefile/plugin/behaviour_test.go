package plugin_test

import "testing"

// TestOldBehaviour is about words that older releases start on and read in another way.
func TestOldBehaviour(t *testing.T) {
	t.Parallel()
	for plugin, examples := range map[string][]example{
		"forward": {
			{text: "forward . tls://192.0.2.1%dns.example", coredns: "1.13.1", want: "warning 1:11 old-behaviour"},
			{text: "forward . tls://192.0.2.1%dns.example", coredns: "1.13.2"},
		},
		"hosts": {
			{text: "hosts {\n192.0.2.1 a.example *.b.example\nfallthrough\n}", coredns: "1.14.4", want: "warning 2:21 old-behaviour"},
			{text: "hosts {\n192.0.2.1 a.example *.b.example\nfallthrough\n}", coredns: "1.14.5"},
			{text: "hosts {\n192.0.2.1 a.example *.b.example\nfallthrough\n}"},
		},
		"rewrite": {
			{text: "rewrite cname a.example b.example.", coredns: "1.13.1", want: "warning 1:15 old-behaviour"},
			{text: "rewrite cname exact a.example. b.example", coredns: "1.13.1", want: "warning 1:32 old-behaviour"},
			{text: "rewrite cname suffix .example .test", coredns: "1.13.1"},
			{text: "rewrite cname a.example b.example", coredns: "1.13.2"},
		},
	} {
		t.Run(plugin, func(t *testing.T) {
			t.Parallel()
			runExamples(t, plugin, examples)
		})
	}
}
