package plugin_test

import "testing"

func TestDNS64(t *testing.T) {
	t.Parallel()
	runExamples(t, "dns64", []example{
		{text: "dns64"},
		{text: "dns64 64:ff9b::/96"},
		{text: "dns64 2001:db8::/32"},
		{text: "dns64 {\nprefix 64:ff9b::/96\ntranslate_all\nallow_ipv4\n}"},
		{text: "dns64\ndns64 64:ff9b::/96"},
		{text: "dns64 64:ff9b::", want: "1:7 invalid-value"},
		{text: "dns64 10.0.0.0/8", want: "1:7 invalid-value"},
		{text: "dns64 64:ff9b::/97", want: "1:7 invalid-value"},
		{text: "dns64 64:ff9b::/72", want: "1:7 invalid-value"},
		{text: "dns64 64:ff9b::/72", coredns: "1.14.7"},
		{text: "dns64 64:ff9b::/24", want: "1:7 invalid-value", coredns: "1.14.7"},
		{text: "dns64 64:ff9b::/96 2001:db8::/32", want: "1:20 wrong-arguments"},
		{text: "dns64 {\nprefix\n}", want: "2:1 wrong-arguments"},
		{text: "dns64 {\nprefix 10.0.0.0/8\n}", want: "2:8 invalid-value"},
		{text: "dns64 {\nprefix 64:ff9b::/96 2001:db8::/32\n}", want: "2:21 unknown-property"},
		{text: "dns64 {\ntranslate\n}", want: "2:1 unknown-property"},
		{text: "dns64 64:ff9b::/96 {\ntranslate_all\n}", want: "warning 1:20 ignored-text"},
	})
}
