package plugin_test

import "testing"

func TestRoute53(t *testing.T) {
	t.Parallel()
	runExamples(t, "route53", []example{
		{text: "route53", want: "warning 1:1 pod-network"},
		{text: "route53 example.org:Z1 example.org:Z2 {\naws_access_key ID SECRET\naws_endpoint https://127.0.0.1\ncredentials default /file\nfallthrough\nrefresh 1m\n}", coredns: "1.12.2", want: "warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\naws_endpoint https://127.0.0.1\n}", want: "2:14 conflicting-settings; warning 1:1 pod-network"},
		{text: "route53 {\naws_endpoint x\n}", want: "warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\naws_endpoint fe80::1%eth0\n}", coredns: "1.12.2", want: "2:14 invalid-value; warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\naws_endpoint ftp://127.0.0.1\n}", coredns: "1.12.2", want: "2:14 invalid-value; warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\naws_endpoint 127.0.0.1:80\n}", coredns: "1.12.2", want: "warning 1:1 pod-network"},
		{text: "route53 example.org", want: "1:9 invalid-value"},
		{text: "route53 example.org:", want: "1:9 invalid-value"},
		{text: "route53 :Z1", want: "1:9 invalid-value"},
		{text: "route53 a:Z1 a:Z1", want: "1:14 invalid-value"},
		{text: "route53 a:Z1\nroute53 a:Z1", want: "warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\naws_access_key ID\n}", want: "2:16 wrong-arguments; warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\naws_access_key \"\" SECRET\n}", want: "2:16 invalid-value; warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\naws_access_key ID \"\"\n}", want: "2:19 invalid-value; warning 1:1 pod-network", coredns: "1.11.3"},
		{text: "route53 a:Z1 {\naws_access_key \"\" \"\"\naws_access_key ID SECRET\n}", want: "warning 1:1 pod-network"},
		{text: "route53 {\naws_access_key \"\" SECRET\n}", want: "warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\naws_access_key ID SECRET more\n}", want: "warning 2:26 ignored-text; warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\ncredentials\n}", want: "2:1 wrong-arguments; warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\ncredentials default /file more\n}", want: "2:27 unknown-property; warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\naws_endpoint\n}", want: "2:1 wrong-arguments; warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\nrefresh 0\n}", want: "2:9 invalid-value; warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\nrefresh\n}", want: "2:1 wrong-arguments; warning 1:1 pod-network"},
		{text: "route53 a:Z1 {\nupstream\n}", want: "warning 2:1 ignored-text; warning 1:1 pod-network"},
	})
}
