package plugin_test

import "testing"

func TestTimeouts(t *testing.T) {
	t.Parallel()
	runExamples(t, "timeouts", []example{
		{text: "timeouts {\nread 1s\nwrite 24h\nidle 60\n}"},
		{text: "timeouts {\nread 5s\n}\ntimeouts {\nread 6s\n}"},
		{text: "timeouts", want: "1:1 missing-property"},
		{text: "timeouts {\n}", want: "2:1 missing-property"},
		{text: "timeouts 5s", want: "1:10 wrong-arguments"},
		{text: "timeouts {\nread 999ms\n}", want: "2:6 invalid-value"},
		{text: "timeouts {\nread 0\n}", want: "2:6 invalid-value"},
		{text: "timeouts {\nread 24h1ms\n}", want: "2:6 invalid-value"},
		{text: "timeouts {\nread slow\n}", want: "2:6 invalid-value"},
		{text: "timeouts {\nread\n}", want: "2:1 wrong-arguments"},
		{text: "timeouts {\nread 5s 6s\n}", want: "2:9 wrong-arguments"},
		{text: "timeouts {\nreed 5s\n}", want: "2:1 unknown-property"},
		{text: "timeouts {\nmaxtcpqueries -1\n}"},
		{text: "timeouts {\nmaxtcpqueries 1\n}"},
		{text: "timeouts {\nmaxtcpqueries 0\n}", want: "2:15 invalid-value"},
		{text: "timeouts {\nmaxtcpqueries -2\n}", want: "2:15 invalid-value"},
		{text: "timeouts {\nmaxtcpqueries 1\n}", want: "2:1 unavailable-property", coredns: "1.14.6"},
	})
}
