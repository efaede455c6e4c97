package plugin_test

import "testing"

func TestView(t *testing.T) {
	t.Parallel()
	runExamples(t, "view", []example{
		{text: "view internal"},
		{text: "view internal {\n}"},
		{text: "view internal {\nexpr incidr(client_ip(), '10.0.0.0/8')\nexpr type() == 'A' && name() matches '^a'\n}"},
		{text: "view", want: "1:1 wrong-arguments"},
		{text: "view a b", want: "1:8 wrong-arguments"},
		{text: "view a\nview b", want: "2:1 repeated-plugin"},
		{text: "view a {\nexpr\n}", want: "2:1 wrong-arguments"},
		{text: "view a {\nexpr incidr(client_ip())\n}", want: "2:6 invalid-value"},
		{text: "view a {\nexpr name() == 1\n}", want: "2:6 invalid-value"},
		{text: "view a {\nexpr nam() == 'a'\n}", want: "2:6 invalid-value"},
		{text: "view a {\nexpr 1 +\n}", want: "2:6 invalid-value"},
		{text: "view a {\nexpr name() matches '('\n}", want: "2:6 invalid-value"},
		{text: "view a {\nexpr name()\n}", want: "warning 2:6 invalid-value"},
		{text: "view a {\nexpression true\n}", want: "2:1 unknown-property"},
	})
}
