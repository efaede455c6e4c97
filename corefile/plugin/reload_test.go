package plugin_test

import "testing"

func TestReload(t *testing.T) {
	t.Parallel()
	runExamples(t, "reload", []example{
		{text: "reload"},
		{text: "reload 2s"},
		{text: "reload 1h 1s"},
		{text: "reload 1999ms", want: "1:8 invalid-value"},
		{text: "reload 30", want: "1:8 invalid-value"},
		{text: "reload soon", want: "1:8 invalid-value"},
		{text: "reload 10s 0s"},
		{text: "reload 10s 0"},
		{text: "reload 10s 0s", want: "1:12 invalid-value", coredns: "1.14.1"},
		{text: "reload 10s 999ms", want: "1:12 invalid-value"},
		{text: "reload 10s -1s", want: "1:12 invalid-value"},
		{text: "reload 10s 5s 1s", want: "1:15 wrong-arguments"},
		{text: "reload 10s\nreload 1s", want: "warning 2:1 ignored-text"},
		{text: "reload {\n}", want: "warning 1:8 ignored-text"},
	})
}
