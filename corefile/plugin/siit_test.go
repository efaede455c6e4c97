package plugin_test

import "testing"

func TestSiit(t *testing.T) {
	t.Parallel()
	runExamples(t, "siit", []example{
		{text: "siit"},
		{text: "siit {\nipv6_prefix 64:ff9b::/96\neam 192.0.2.1 2001:db8::1\n}"},
		{text: "siit 64:ff9b::/96", want: "1:6 wrong-arguments"},
		{text: "siit {\nipv6_prefix\n}", want: "2:1 wrong-arguments"},
		{text: "siit {\nipv6_prefix 64:ff9b::\n}", want: "2:13 invalid-value"},
		{text: "siit {\nipv6_prefix 10.0.0.0/8\n}", want: "2:13 invalid-value"},
		{text: "siit {\nipv6_prefix 2001:db8::/32\n}"},
		{text: "siit {\nipv6_prefix 2001:db8::/72\n}", want: "2:13 invalid-value"},
		{text: "siit {\nipv6_prefix 2001:db8:0:0:ff00::/96\n}", want: "2:13 invalid-value"},
		{text: "siit {\nipv6_prefix 64:ff9b::/96 64:ff9b::/96\n}", want: "2:26 unknown-property"},
		{text: "siit {\neam 192.0.2.1\n}", want: "2:5 wrong-arguments"},
		{text: "siit {\neam 2001:db8::1 2001:db8::1\n}", want: "2:5 invalid-value"},
		{text: "siit {\neam 192.0.2.1 192.0.2.1\n}", want: "2:15 invalid-value"},
		{text: "siit {\neam 192.0.2.1 x\n}", want: "2:15 invalid-value"},
	})
}
