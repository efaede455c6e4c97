package plugin_test

import "testing"

func TestTLS(t *testing.T) {
	t.Parallel()
	runExamples(t, "tls", []example{
		{text: "tls /cert /key", want: "warning 1:5 pod-file; warning 1:11 pod-file"},
		{text: "tls /cert /key /ca", want: "warning 1:5 pod-file; warning 1:11 pod-file; warning 1:16 pod-file"},
		{text: "tls /cert", want: "1:5 wrong-arguments"},
		{text: "tls a b c d", want: "1:11 wrong-arguments"},
		{text: `tls "" /key`, want: "1:5 invalid-value"},
		{text: `tls /cert /key ""`, want: "warning 1:5 pod-file; warning 1:11 pod-file"},
		{text: "tls /cert /key\ntls /cert", want: "warning 1:5 pod-file; warning 1:11 pod-file; 2:5 wrong-arguments"},
		{text: "tls /cert /key {\nclient_auth nocert\nclient_auth request\nclient_auth require\nclient_auth verify_if_given\nclient_auth require_and_verify\n}", want: "warning 1:5 pod-file; warning 1:11 pod-file"},
		{text: "tls /cert /key {\nclient_auth\n}", want: "warning 1:5 pod-file; warning 1:11 pod-file; 2:1 wrong-arguments"},
		{text: "tls /cert /key {\nclient_auth requires\n}", want: "warning 1:5 pod-file; warning 1:11 pod-file; 2:13 invalid-value"},
		{text: "tls /cert /key {\nkeylog /tmp/keys\n}", want: "warning 1:5 pod-file; warning 1:11 pod-file; warning 2:8 pod-file"},
		{text: "tls /cert /key {\nkeylog\n}", want: "warning 1:5 pod-file; warning 1:11 pod-file; 2:1 wrong-arguments"},
		{text: "tls /cert /key {\nkeylog /\n}", want: "warning 1:5 pod-file; warning 1:11 pod-file; 2:8 invalid-value"},
		{text: "tls /cert /key {\nkeylog /tmp/keys\n}", want: "warning 1:5 pod-file; warning 1:11 pod-file; 2:1 unavailable-property", coredns: "1.14.2"},
		{text: "tls /cert /key {\nacme a.b\n}", want: "warning 1:5 pod-file; warning 1:11 pod-file; 2:1 unknown-property"},
		// ACME.
		{text: "tls", want: "1:1 missing-property"},
		{text: "tls", want: "1:1 wrong-arguments", coredns: "1.14.6"},
		{text: "tls {\nacme a.b\n}", want: "1:1 wrong-arguments", coredns: "1.14.6"},
		{text: "tls {\nacme a.b *.c.d\nemail me@a.b\nca https://ca.example\nstorage /data\nresolver 192.0.2.1:53\n}"},
		{text: "tls {\nemail me@a.b\n}", want: "3:1 missing-property"},
		{text: "tls {\nacme\n}", want: "2:1 wrong-arguments; 3:1 missing-property"},
		{text: "tls {\nacme a.b\nacme c.d\n}", want: "3:6 repeated-plugin"},
		{text: "tls {\nacme a.*.b\n}", want: "2:6 invalid-value"},
		{text: "tls {\nacme 192.0.2.1\n}", want: "2:6 invalid-value"},
		{text: "tls {\nacme a_b.c\n}", want: "2:6 invalid-value"},
		{text: "tls {\nacme a.b\nemail\n}", want: "3:1 wrong-arguments"},
		{text: "tls {\nacme a.b\nemail a b\n}", want: "3:9 wrong-arguments"},
		{text: "tls {\nacme a.b\nca ca.example\n}", want: "3:4 invalid-value"},
		{text: "tls {\nacme a.b\nca ftp://ca.example\n}", want: "3:4 invalid-value"},
		{text: "tls {\nacme a.b\nca_root /root.pem\n}", want: "warning 3:9 pod-file"},
		{text: "tls {\nacme a.b\nca_root \"\"\n}", want: "3:9 invalid-value"},
		{text: "tls {\nacme a.b\nresolver 192.0.2.1\n}", want: "3:10 invalid-value"},
		{text: "tls {\nacme a.b\nresolver 192.0.2.1:65536\n}", want: "3:10 invalid-value"},
		{text: "tls {\nacme a.b\nclient_auth require\n}", want: "3:1 unknown-property"},
		{text: "tls {\nacme a.b c.d\n}\ntls {\nacme C.d. a.b\n}"},
		{text: "tls {\nacme a.b c.d\n}\ntls {\nacme a.b\n}", want: "6:1 conflicting-settings"},
	})
}
