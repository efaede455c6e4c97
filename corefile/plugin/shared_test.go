package plugin_test

import (
	"strings"
	"testing"
)

// The last regular expression is one too many.
func TestEffort(t *testing.T) {
	t.Parallel()
	const most = 10_000
	text := "template IN A {\n" + strings.Repeat("match a\n", most) + "}"
	runExamples(t, "template", []example{
		{text: text},
		{text: strings.TrimSuffix(text, "}") + "match a\n}", want: "10002:7 too-large"},
	})
}
