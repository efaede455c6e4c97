package plugin_test

import "testing"

func TestBufsize(t *testing.T) {
	t.Parallel()
	runExamples(t, "bufsize", []example{
		{text: "bufsize"},
		{text: "bufsize 512"},
		{text: "bufsize 4096"},
		{text: "bufsize +1232"},
		{text: "bufsize 511", want: "1:9 invalid-value"},
		{text: "bufsize 4097", want: "1:9 invalid-value"},
		{text: "bufsize big", want: "1:9 invalid-value"},
		{text: "bufsize 512 1232", want: "1:13 wrong-arguments"},
		{text: "bufsize 1232\nbufsize 1", want: "warning 2:1 ignored-text"},
		{text: "bufsize {\nnothing of this is read\n}", want: "warning 1:9 ignored-text"},
	})
}
