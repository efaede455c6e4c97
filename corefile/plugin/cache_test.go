package plugin_test

import "testing"

func TestCache(t *testing.T) {
	t.Parallel()
	runExamples(t, "cache", []example{
		{text: "cache 30 {}", want: "warning 1:10 silent-zone"},
		{text: "cache"},
		{text: "cache 30"},
		{text: "cache 30 example.org"},
		{text: "cache example.org"},
		{text: "cache 0", want: "1:7 invalid-value"},
		{text: "cache -1", want: "1:7 invalid-value"},
		{text: "cache 30s", want: "warning 1:7 silent-zone"},
		{text: "cache\ncache", want: "2:1 repeated-plugin"},
		{text: "cache {\n}"},
		{text: "cache {\nsuccess 100\ndenial 100 30 5 and more\n}"},
		{text: "cache {\nsuccess\n}", want: "2:1 wrong-arguments"},
		{text: "cache {\nsuccess many\n}", want: "2:9 invalid-value"},
		{text: "cache {\nsuccess 100 0\n}", want: "2:13 invalid-value"},
		{text: "cache {\nsuccess 100 30 -1\n}", want: "2:16 invalid-value"},
		{text: "cache {\nsucces 100\nprefetch -1\n}", want: "2:1 unknown-property; 3:10 invalid-value"},
		{text: "cache {\nprefetch 2 1m 10%\n}"},
		{text: "cache {\nprefetch 2 1m 9%\n}", want: "2:15 invalid-value"},
		{text: "cache {\nprefetch 2 1m 10\n}", want: "2:15 invalid-value"},
		{text: "cache {\nprefetch 2 60\n}", want: "2:12 invalid-value"},
		{text: "cache {\nserve_stale\n}"},
		{text: "cache {\nserve_stale 1h VERIFY\n}"},
		{text: "cache {\nserve_stale 1h later\n}", want: "2:16 invalid-value"},
		{text: "cache {\nserve_stale -1h\n}", want: "2:13 invalid-value"},
		{text: "cache {\nserve_stale 1h verify 1s 5s 5m\n}"},
		{text: "cache {\nserve_stale 1h verify 1s 5s 6m\n}", want: "2:29 invalid-value"},
		{text: "cache {\nserve_stale 1h immediate 1500ms\n}", want: "2:26 invalid-value"},
		{text: "cache {\nserve_stale 1h immediate 5s 1m 1m\n}", want: "2:32 wrong-arguments"},
		{text: "cache {\nserve_stale 1h verify 1s\n}", want: "2:23 wrong-arguments", coredns: "1.14.3"},
		{text: "cache {\nserve_stale 1h verify 1s\n}", coredns: "1.14.4"},
		{text: "cache {\nserve_stale 1h verify -1s\n}", want: "2:23 invalid-value", coredns: "1.14.4"},
		{text: "cache {\nserve_stale 1h immediate 1s\n}", want: "2:26 wrong-arguments", coredns: "1.14.4"},
		{text: "cache {\nserve_stale 1h verify 1s 5s\n}", want: "2:26 wrong-arguments", coredns: "1.14.6"},
		{text: "cache {\nserve_stale\nserve_stale_policy Prefer_Positive\n}"},
		{text: "cache {\nserve_stale_policy prefer_positive\n}", want: "3:1 missing-property"},
		{text: "cache {\nserve_stale\nserve_stale_policy prefer_positive\n}", want: "3:1 unavailable-property", coredns: "1.13.1"},
		{text: "cache {\nservfail 6m\n}", want: "2:10 invalid-value"},
		{text: "cache {\ndisable success example.org\n}"},
		{text: "cache {\ndisable both\n}", want: "2:9 invalid-value"},
		{text: "cache {\nkeepttl please\n}", want: "2:9 wrong-arguments"},
	})
}
