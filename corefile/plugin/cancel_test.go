package plugin_test

import "testing"

func TestCancel(t *testing.T) {
	t.Parallel()
	runExamples(t, "cancel", []example{
		{text: "cancel"},
		{text: "cancel 1s"},
		{text: "cancel 1ns"},
		{text: "cancel 0", want: "1:8 invalid-value"},
		{text: "cancel -1s", want: "1:8 invalid-value"},
		{text: "cancel 5", want: "1:8 invalid-value"},
		{text: "cancel 1s 2s", want: "1:11 wrong-arguments"},
		{text: "cancel 1s\ncancel 2s"},
		{text: "cancel 1s\ncancel 2", want: "2:8 invalid-value"},
		{text: "cancel {\ntimeout 5s\n}", want: "warning 1:8 ignored-text"},
		{text: "cancel {\ntimeout 5\n}", want: "warning 1:8 ignored-text; 2:9 invalid-value"},
	})
}
