package plugin_test

import "testing"

func TestSecondary(t *testing.T) {
	t.Parallel()
	runExamples(t, "secondary", []example{
		{text: "secondary {\ntransfer from 10.0.0.1\n}"},
		{text: "secondary example.org {\ntransfer from 10.0.0.1 10.0.0.2:5353 ::1 [::1]:53 10.0.0.1:\nfallthrough\n}"},
		{text: "secondary", want: "1:1 missing-property"},
		{text: "secondary", coredns: "1.12.1"},
		{text: "secondary {\n}", want: "2:1 missing-property"},
		{text: "secondary {\ntransfer\n}", want: "2:1 wrong-arguments"},
		{text: "secondary {\ntransfer to 10.0.0.1\n}", want: "2:10 invalid-value"},
		{text: "secondary {\ntransfer from\n}", want: "2:10 wrong-arguments"},
		{text: "secondary {\ntransfer from *\n}", want: "2:15 invalid-value"},
		{text: "secondary {\ntransfer from ns.example.org\n}", want: "2:15 invalid-value"},
		{text: "secondary {\ntransfer from fe80::1%eth0\n}"},
		{text: "secondary {\ntransfer from fe80::1%eth0\n}", want: "2:15 invalid-value", coredns: "1.14.4"},
		{text: "secondary {\ntransfer from 10.0.0.1\ncatalog\n}"},
		{text: "secondary {\ntransfer from 10.0.0.1\ncatalog example.org\n}"},
		{text: "secondary {\ntransfer from 10.0.0.1\ncatalog a..b\n}", want: "3:9 invalid-value"},
		{text: "secondary {\ntransfer from 10.0.0.1\ncatalog example.org\n}", want: "3:9 wrong-arguments", coredns: "1.14.6"},
		{text: "secondary {\ntransfer from 10.0.0.1\ncatalog\n}", want: "3:1 unavailable-property", coredns: "1.14.4"},
		{text: "secondary {\ntransfer from 10.0.0.1\nfallthrough\n}", want: "3:1 unavailable-property", coredns: "1.14.3"},
		{text: "secondary {\ntransfer from 10.0.0.1\nupstream\n}", want: "3:1 unknown-property"},
		{text: "secondary a.example.org {\ntransfer from 10.0.0.1\n}\nsecondary b.example.org", want: "4:11 missing-property"},
	})
}
