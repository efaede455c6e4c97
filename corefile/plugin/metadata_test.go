package plugin_test

import "testing"

func TestMetadata(t *testing.T) {
	t.Parallel()
	runExamples(t, "metadata", []example{
		{text: "metadata"},
		{text: "metadata example.org"},
		{text: "metadata {\n}"},
		{text: "metadata a..b", want: "warning 1:10 silent-zone"},
		{text: "metadata {\nexample.org\n}", want: "2:1 unknown-property"},
		{text: "metadata\nmetadata", want: "2:1 repeated-plugin"},
		{text: "metadata\n{\n}", want: "2:1 repeated-plugin"},
	})
}
