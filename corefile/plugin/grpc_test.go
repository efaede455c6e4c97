package plugin_test

import (
	"strings"
	"testing"
)

func TestGRPC(t *testing.T) {
	t.Parallel()
	runExamples(t, "grpc", []example{
		{text: "grpc . 192.0.2.1"},
		{text: "grpc . 192.0.2.1:443 [::1]:443"},
		{text: "grpc", want: "1:1 wrong-arguments"},
		{text: "grpc .", want: "1:6 wrong-arguments"},
		{text: "grpc 192.0.2.1", want: "1:6 wrong-arguments"},
		{text: "grpc a..b 192.0.2.1", want: "1:6 invalid-value"},
		{text: "grpc 10.0.0.0/9 192.0.2.1", want: "warning 1:6 silent-zone"},
		{text: "grpc . 192.0.2.1\ngrpc . 192.0.2.1", want: "2:1 repeated-plugin"},
		{text: "grpc . " + strings.Repeat("10.0.0.1 ", 16), want: "1:143 wrong-arguments"},
		{text: "grpc . dns.google", want: "1:8 invalid-value"},
		{text: "grpc . grpc://dns.google", want: "1:8 invalid-value"},
		{text: "grpc . /etc/resolv.conf", want: "warning 1:8 pod-file"},
		{text: "grpc . fe80::1%eth0", want: "1:8 invalid-value"},
		{text: "grpc . grpc://192.0.2.1 tls://192.0.2.1 https3://192.0.2.1"},
		{text: "grpc . dns://192.0.2.1:443"},
		{text: "grpc . dns://192.0.2.1:443", want: "1:8 invalid-value", coredns: "1.11.3"},
		{text: "grpc . unix:///run/dns"},
		{text: "grpc . unix://run/dns"},
		{text: "grpc . unix://run/dns", want: "1:8 invalid-value", coredns: "1.11.3"},
		{text: "grpc . grpc://", want: "1:8 invalid-value"},
		{text: "grpc . 192.0.2.1 {\nexcept a.b\ntls\ntls_servername a.b\npolicy random\n}"},
		{text: "grpc . 192.0.2.1 {\nexcept\n}", want: "2:1 wrong-arguments"},
		{text: "grpc . 192.0.2.1 {\ntls /ca\n}", want: "warning 2:5 pod-file"},
		{text: "grpc . 192.0.2.1 {\ntls a b c d\n}", want: "2:11 wrong-arguments"},
		{text: "grpc . 192.0.2.1 {\ntls_servername\n}", want: "2:1 wrong-arguments"},
		{text: "grpc . 192.0.2.1 {\npolicy best\n}", want: "2:8 invalid-value"},
		{text: "grpc . 192.0.2.1 {\npolicy\n}", want: "2:1 wrong-arguments"},
		{text: "grpc . 192.0.2.1 {\nfallthrough a.b\n}"},
		{text: "grpc . 192.0.2.1 {\nfallthrough\n}", want: "2:1 unavailable-property", coredns: "1.12.2"},
		{text: "grpc . 192.0.2.1 {\nforce_tcp\n}", want: "2:1 unknown-property"},
	})
}
