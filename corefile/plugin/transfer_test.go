package plugin_test

import "testing"

func TestTransfer(t *testing.T) {
	t.Parallel()
	runExamples(t, "transfer", []example{
		{text: "transfer {\nto *\n}"},
		{text: "transfer example.org {\nto 10.0.0.1 10.0.0.2:53 *\nsource 10.0.0.9\n}"},
		{text: "transfer", want: "1:1 missing-property"},
		{text: "transfer {\nsource 10.0.0.9\n}", want: "3:1 missing-property"},
		{text: "transfer {\nto\n}", want: "2:1 wrong-arguments"},
		{text: "transfer {\nto ns.example.org\n}", want: "2:4 invalid-value"},
		{text: "transfer {\nto 10.0.0.0/8\n}", want: "2:4 invalid-value"},
		{text: "transfer {\nto *\nsource\n}", want: "3:1 wrong-arguments"},
		{text: "transfer {\nto *\nsource 10.0.0.9:53\n}", want: "3:8 invalid-value"},
		{text: "transfer {\nto *\nsource ::1\nsource ::1\n}", want: "4:8 repeated-plugin"},
		{text: "transfer {\nto *\nsource ::1\n}", want: "3:1 unavailable-property", coredns: "1.14.4"},
		{text: "transfer {\nfrom *\n}", want: "2:1 unknown-property; 3:1 missing-property"},
		{text: "transfer {\nto *\n}\ntransfer", want: "4:1 missing-property"},
	})
}
