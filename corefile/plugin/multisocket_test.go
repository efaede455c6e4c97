package plugin_test

import "testing"

func TestMultisocket(t *testing.T) {
	t.Parallel()
	runExamples(t, "multisocket", []example{
		{text: "multisocket"},
		{text: "multisocket 1"},
		{text: "multisocket 1024"},
		{text: "multisocket 1025", want: "1:13 invalid-value"},
		{text: "multisocket 1024", coredns: "1.13.1"},
		{text: "multisocket 1025", want: "warning 1:13 pod-address", coredns: "1.13.1"},
		{text: "multisocket 1048577", want: "1:13 invalid-value", coredns: "1.13.1"},
		{text: "multisocket 0", want: "1:13 invalid-value"},
		{text: "multisocket two", want: "1:13 invalid-value"},
		{text: "multisocket 1 2", want: "1:15 wrong-arguments"},
		{text: "multisocket 1 {\n}", want: "1:15 repeated-plugin"},
		{text: "multisocket 1\nmultisocket 1", want: "2:1 repeated-plugin"},
	})
}
