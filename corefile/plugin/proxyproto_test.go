package plugin_test

import "testing"

func TestProxyproto(t *testing.T) {
	t.Parallel()
	runExamples(t, "proxyproto", []example{
		{text: "proxyproto"},
		{text: "proxyproto {\nallow 10.0.0.0/8 2001:db8::/32\ndefault REJECT\nudp_session_tracking -1s 1\ntlv_metadata\n}"},
		{text: "proxyproto {\nallow\n}"},
		{text: "proxyproto on", want: "1:12 wrong-arguments"},
		{text: "proxyproto {\nallow 10.0.0.1\n}", want: "2:7 invalid-value"},
		{text: "proxyproto {\ndefault drop\n}", want: "2:9 invalid-value"},
		{text: "proxyproto {\ndefault\n}", want: "2:1 wrong-arguments"},
		{text: "proxyproto {\nudp_session_tracking\n}", want: "2:1 wrong-arguments"},
		{text: "proxyproto {\nudp_session_tracking 30\n}", want: "2:22 invalid-value"},
		{text: "proxyproto {\nudp_session_tracking 1s 0\n}", want: "2:25 invalid-value"},
		{text: "proxyproto {\nudp_session_tracking 1s 1 1\n}", want: "2:27 wrong-arguments"},
		{text: "proxyproto {\ntlv_metadata on\n}", want: "2:14 wrong-arguments"},
		{text: "proxyproto {\nalow 10.0.0.0/8\n}", want: "2:1 unknown-property"},
		{text: "proxyproto {\ntlv_metadata\n}", want: "2:1 unavailable-property", coredns: "1.14.7"},
		{text: "proxyproto {\ndefault use\n}\nproxyproto {\ndefault use\n}"},
	})
}
