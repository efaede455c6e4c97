package plugin_test

import "testing"

func TestNsid(t *testing.T) {
	t.Parallel()
	runExamples(t, "nsid", []example{
		{text: "nsid"},
		{text: "nsid some words here"},
		{text: "nsid\nnsid", want: "2:1 repeated-plugin"},
		{text: "nsid {\n}", want: "1:6 repeated-plugin"},
	})
}
