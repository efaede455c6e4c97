package plugin_test

import (
	"strings"
	"testing"
)

func TestHosts(t *testing.T) {
	t.Parallel()
	runExamples(t, "hosts", []example{
		{text: "hosts"},
		{text: "hosts {\n10.0.0.1 a.example.org b.example.org # one\n2001:db8::1 a.example.org\nfe80::1%eth0 b.example.org\nttl 60\nno_reverse\nreload 0s\nfallthrough\n}"},
		{text: "hosts /etc/coredns/hosts example.org", want: "warning 1:7 pod-file"},
		{text: "hosts hosts a..b", want: "warning 1:7 pod-file; warning 1:13 silent-zone"},
		{text: "hosts example.org", want: "warning 1:7 ignored-text"},
		{text: "hosts 10.0.0.1 a.example.org", want: "warning 1:7 ignored-text"},
		{text: "hosts {\n10.0.0.256 a.example.org\n10.0.0.1\ntll 60\n}", want: "warning 2:1 ignored-text; warning 3:1 ignored-text; warning 4:1 ignored-text"},
		{text: "hosts {\nfallthrough\n10.0.0.1 a.example.org\n}", want: "3:1 unknown-property"},
		{text: "hosts {\nfallthrough a..b\n10.0.0.1 a.example.org\n}", want: "warning 2:13 silent-zone"},
		{text: "hosts {\nfallthrough in-addr.arpa ip6.arpa\n}"},
		{text: "hosts {\nfallthrough\n10.0.0.1 a\n10.0.0.2 b\nttl 60\n}", want: "3:1 unknown-property; 4:1 unknown-property"},
		{text: "hosts {\n10.0.0.1 a\n}\nwhoami", want: "warning 1:1 ignored-text"},
		{text: "hosts {\n10.0.0.1 a\n}\nnomad", want: "warning 1:1 ignored-text"},
		{text: "hosts {\n10.0.0.1 a\n}\ntemplate IN A {\nrcode REFUSED\n}"}, // which comes before hosts
		{text: "hosts {\n10.0.0.1 a\nfallthrough\n}\nwhoami"},
		{text: "hosts /hosts example.org {\n10.0.0.1 a\n}\nwhoami", want: "warning 1:7 pod-file"},
		{text: "hosts {\n10.0.0.1 a\n}\nerrors"},
		{text: "hosts {\nttl\n}", want: "2:1 wrong-arguments"},
		{text: "hosts {\nttl 0\n}", want: "2:5 invalid-value"},
		{text: "hosts {\nttl 65535 or so\n}"},
		{text: "hosts {\nttl 65536\n}", want: "2:5 invalid-value"},
		{text: "hosts {\nttl 1m\n}", want: "2:5 invalid-value"},
		{text: "hosts {\nreload\n}", want: "2:1 wrong-arguments"},
		{text: "hosts {\nreload 5\n}", want: "2:8 invalid-value"},
		{text: "hosts {\nreload -1s\n}", want: "2:8 invalid-value"},
		{text: "hosts {\nreload 5s 6s\n}", want: "2:11 wrong-arguments"},
		{text: "hosts {\nno_reverse please\n}", want: "warning 2:12 ignored-text"},
		{text: "hosts {\nfallthrough\nfallthrough_unsupported\n}"},
		{text: "hosts {\nfallthrough_unsupported\nfallthrough\n}"},
		{text: "hosts {\nfallthrough_unsupported\n}", want: "3:1 missing-property"},
		{text: "hosts {\nfallthrough\nfallthrough_unsupported A\n}", want: "3:25 wrong-arguments"},
		{text: "hosts {\nfallthrough_unsupported\n}", want: "warning 2:1 ignored-text", coredns: "1.14.6"},
		{text: "hosts {\nfallthrough\nfallthrough_unsupported\n}", want: "3:1 unavailable-property", coredns: "1.14.6"},
		{text: "hosts\nhosts", want: "2:1 repeated-plugin"},
		{text: "hosts\n{\n10.0.0.1 a.example.org\n}", want: "2:1 repeated-plugin"},
	})
}

func TestHostsFiles(t *testing.T) {
	t.Parallel()
	files := map[string]string{"/etc/coredns/names": "192.0.2.1 a.example.org\n"}
	runExamples(t, "hosts", []example{
		{text: "hosts /etc/coredns/names {\nfallthrough\n}", files: files},
		{text: "hosts /etc/coredns/names/more {\nfallthrough\n}", files: files, want: "1:7 invalid-value"},
		{text: "hosts /etc/hosts/more {\nfallthrough\n}", want: "1:7 invalid-value"},
		{text: "hosts /etc/" + strings.Repeat("a", 256) + " {\nfallthrough\n}", want: "1:7 invalid-value"},
		{text: "hosts \"\" {\nfallthrough\n}", want: "warning 1:7 pod-file"},
	})
}
