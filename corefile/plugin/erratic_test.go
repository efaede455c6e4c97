package plugin_test

import "testing"

func TestErratic(t *testing.T) {
	t.Parallel()
	runExamples(t, "erratic", []example{
		{text: "erratic"},
		{text: "erratic {\ndrop\ndelay\ntruncate\nlarge\n}"},
		{text: "erratic {\ndrop 0\ndelay 3 -1ms\ntruncate 2147483647\n}"},
		{text: "erratic {\ndrop 1 2\n}", want: "2:8 wrong-arguments"},
		{text: "erratic {\ndrop -1\n}", want: "2:6 invalid-value"},
		{text: "erratic {\ndrop 2147483648\n}", want: "2:6 invalid-value"},
		{text: "erratic {\ndelay 3 1ms 1\n}", want: "2:13 wrong-arguments"},
		{text: "erratic {\ndelay 3 50\n}", want: "2:9 invalid-value"},
		{text: "erratic {\ntruncate often\n}", want: "2:10 invalid-value"},
		{text: "erratic {\nlarge 5\n}", want: "2:7 unknown-property"},
		{text: "erratic {\ndrop 3\n}\nerratic {\nslow\n}", want: "5:1 unknown-property"},
		{text: "erratic drop", want: "warning 1:9 ignored-text"},
	})
}
