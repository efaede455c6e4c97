package plugin_test

import "testing"

func TestDnstap(t *testing.T) {
	t.Parallel()
	runExamples(t, "dnstap", []example{
		{text: "dnstap /run/dnstap.sock full"},
		{text: "dnstap unix:///run/dnstap.sock"},
		{text: "dnstap tcp://127.0.0.1:6000 full 1024 4096"},
		{text: "dnstap tls://dnstap.example.org:6000"},
		{text: "dnstap", want: "1:1 wrong-arguments"},
		{text: "dnstap tcp://127.0.0.1:port", want: "1:8 invalid-value"},
		{text: "dnstap /run/dnstap.sock fill", want: "warning 1:25 ignored-text"},
		{text: "dnstap /run/dnstap.sock full 1 1 1", want: "warning 1:34 ignored-text"},
		{text: "dnstap /run/dnstap.sock full 0", want: "1:30 invalid-value"},
		{text: "dnstap /run/dnstap.sock full 1025", want: "1:30 invalid-value"},
		{text: "dnstap /run/dnstap.sock full 1 4097", want: "1:32 invalid-value"},
		{text: "dnstap /run/dnstap.sock full 1 many", want: "1:32 invalid-value"},
		{text: "dnstap /run/dnstap.sock full 0 many", coredns: "1.12.4"},
		{text: "dnstap /run/dnstap.sock full 1 -1", want: "1:32 invalid-value", coredns: "1.12.4"},
		{text: "dnstap /run/dnstap.sock full 1 4097", want: "warning 1:32 invalid-value", coredns: "1.12.4"},
		{text: "dnstap /run/dnstap.sock full 1 -1", want: "warning 1:30 ignored-text", coredns: "1.11.3"},
		{text: "dnstap /run/a.sock\ndnstap /run/b.sock {\nidentity a\nversion 1\nextra \"{/metadata}\"\nskipverify\n}"},
		{text: "dnstap /run/dnstap.sock {\nidentity\n}", want: "2:1 wrong-arguments"},
		{text: "dnstap /run/dnstap.sock {\nversion 1 2\n}", want: "2:11 unknown-property"},
		{text: "dnstap /run/dnstap.sock {\nversion 1 2\n}", want: "warning 2:11 ignored-text", coredns: "1.14.3"},
		{text: "dnstap /run/dnstap.sock {\nidentity\n}", want: "2:1 wrong-arguments", coredns: "1.14.3"},
		{text: "dnstap /run/dnstap.sock {\nident extra\n}", want: "warning 2:1 ignored-text; 2:7 wrong-arguments", coredns: "1.14.3"},
		{text: "dnstap listen tcp://127.0.0.1:6000"},
		{text: "dnstap listen tls://127.0.0.1:6000 full 1 1 {\ntls /cert.pem /key.pem /ca.pem\nskipverify\n}"},
		{text: "dnstap listen", want: "1:8 wrong-arguments"},
		{text: "dnstap listen tcp://127.0.0.1:6000 {\ntls /cert.pem\n}", want: "2:5 wrong-arguments"},
		{text: "dnstap tls://127.0.0.1:6000 {\ntls /cert.pem /key.pem\n}", want: "2:1 conflicting-settings"},
		{text: "dnstap listen", want: "warning 1:8 ignored-text", coredns: "1.14.3"},
		{text: "dnstap listen tcp://127.0.0.1:6000 full", want: "warning 1:8 ignored-text; warning 1:15 ignored-text; 1:36 invalid-value", coredns: "1.14.3"},
	})
}
