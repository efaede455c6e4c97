package plugin_test

import "testing"

func TestDnssec(t *testing.T) {
	t.Parallel()
	runExamples(t, "dnssec", []example{
		{text: "dnssec"},
		{text: "dnssec example.org {\ncache_capacity 5000\n}"},
		{text: "dnssec {\ncache_capacity -1\n}"},
		{text: "dnssec {\ncache_capacity many\n}", want: "2:16 invalid-value"},
		{text: "dnssec {\ncache_capacity\n}", want: "2:1 wrong-arguments"},
		{text: "dnssec {\ncache_capacity 1 2\n}", want: "2:18 unknown-property"},
		{text: "dnssec {\nkey file Kexample.org.+013+45330\n}", want: "warning 2:10 pod-file"},
		{text: "dnssec {\nkey file Kexample.org.+013+45330.key Kexample.org.+013+45330.private\n}", want: "warning 2:10 pod-file; warning 2:38 pod-file"},
		{text: "dnssec {\nkey\n}", want: "2:1 wrong-arguments"},
		{text: "dnssec {\nkey file\n}", want: "2:5 wrong-arguments"},
		{text: "dnssec {\nkey files\n}", want: "warning 2:5 ignored-text"},
		{text: "dnssec {\nkey Kexample.org.+013+45330 more\n}", want: "warning 2:5 ignored-text; 2:29 unknown-property"},
		{text: "dnssec {\nkey aws_secretsmanager name\n}", want: "warning 2:24 pod-network"},
		{text: "dnssec {\nkey aws_secretsmanager\n}", want: "2:5 wrong-arguments"},
		{text: "dnssec {\nkey aws_secretsmanager name\n}", want: "warning 2:5 ignored-text; 2:24 unknown-property", coredns: "1.11.3"},
		{text: "dnssec\ndnssec", want: "2:1 repeated-plugin"},
	})
}
