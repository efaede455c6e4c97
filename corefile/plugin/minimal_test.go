package plugin_test

import "testing"

func TestMinimal(t *testing.T) {
	t.Parallel()
	runExamples(t, "minimal", []example{
		{text: "minimal"},
		{text: "minimal all", want: "1:9 wrong-arguments"},
		{text: "minimal {\n}", want: "1:9 wrong-arguments"},
		{text: "minimal\nminimal all", want: "warning 2:1 ignored-text"},
	})
}
