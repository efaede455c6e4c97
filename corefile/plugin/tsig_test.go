package plugin_test

import "testing"

func TestTsig(t *testing.T) {
	t.Parallel()
	runExamples(t, "tsig", []example{
		{text: "tsig"},
		{text: "tsig example.org {\nsecret key. MTIzNDU2\nrequire A AAAA\nrequire_opcode UPDATE NOTIFY\n}"},
		{text: "tsig {\nsecret key.\n}", want: "2:8 wrong-arguments"},
		{text: "tsig {\nsecret key. a b\n}", want: "2:15 wrong-arguments"},
		{text: "tsig {\nsecret key. a\nsecret KEY b\n}", want: "3:8 invalid-value"},
		{text: "tsig {\nsecrets /secrets.conf\n}", want: "warning 2:9 pod-file"},
		{text: "tsig {\nsecrets\n}", want: "2:1 wrong-arguments"},
		{text: "tsig {\nsecrets \"\"\n}", want: "2:9 invalid-value"},
		{text: "tsig {\nrequire all\n}"},
		{text: "tsig {\nrequire none A\n}", want: "warning 2:14 ignored-text"},
		{text: "tsig {\nrequire\n}", want: "2:1 wrong-arguments"},
		{text: "tsig {\nrequire A axfr\n}", want: "2:11 invalid-value"},
		{text: "tsig {\nrequire A all\n}", want: "2:11 invalid-value"},
		{text: "tsig {\nrequire NXNAME RESINFO\n}"},
		{text: "tsig {\nrequire NXNAME\n}", want: "2:9 invalid-value", coredns: "1.11.3"},
		{text: "tsig {\nrequire RESINFO\n}", want: "2:9 invalid-value", coredns: "1.12.0"},
		{text: "tsig {\nrequire_opcode all\n}"},
		{text: "tsig {\nrequire_opcode AXFR\n}", want: "2:16 invalid-value"},
		{text: "tsig {\nrequire_opcode all\n}", want: "2:1 unavailable-property", coredns: "1.14.2"},
		{text: "tsig {\nalgorithm hmac-sha256\n}", want: "2:1 unknown-property"},
		{text: "tsig\ntsig", want: "2:1 repeated-plugin"},
	})
}
