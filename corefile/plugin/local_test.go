package plugin_test

import "testing"

func TestLocal(t *testing.T) {
	t.Parallel()
	runExamples(t, "local", []example{
		{text: "local"},
		{text: "local {\nlocalhost_prefix on\n}"},
		{text: "local {\nlocalhost_prefix off\n}"},
		{text: "local {\nlocalhost_prefix yes\n}", want: "2:18 invalid-value"},
		{text: "local {\nlocalhost_prefix\n}", want: "2:1 wrong-arguments"},
		{text: "local on", want: "1:7 wrong-arguments"},
		{text: "local {\nprefix on\n}", want: "2:1 unknown-property"},
		{text: "local\nlocal {\nprefix\n}", want: "3:1 unknown-property"},
		{text: "local {\nlocalhost_prefix on\n}", want: "1:7 wrong-arguments", coredns: "1.14.4"},
		{text: "local\nlocal on", want: "warning 2:1 ignored-text", coredns: "1.14.4"},
		{text: "local on", want: "warning 1:7 ignored-text", coredns: "1.14.3"},
	})
}
