package plugin_test

import "testing"

func TestTrace(t *testing.T) {
	t.Parallel()
	runExamples(t, "trace", []example{
		{text: "trace"},
		{text: "trace 10.0.0.1:9411"},
		{text: "trace zipkin http://10.0.0.1:9411/spans"},
		{text: "trace DataDog localhost:8126"},
		{text: "trace\ntrace datadog localhost:8126"},
		{text: "trace zipkin", want: "warning 1:7 ignored-text"},
		{text: "trace {}", want: "warning 1:7 ignored-text"},
		{text: "trace jaeger localhost:1", want: "1:7 invalid-value"},
		{text: "trace zipkin localhost:9411 more", want: "1:29 wrong-arguments"},
		{text: "trace {\nevery 0\nservice dns\nclient_server\nclient_server false\ndatadog_analytics_rate\ndatadog_analytics_rate 1\nzipkin_max_backlog_size -1\nzipkin_max_batch_size 0\nzipkin_max_batch_interval 10ns\n}"},
		{text: "trace {\nevery -1\n}", want: "2:7 invalid-value"},
		{text: "trace {\nevery\n}", want: "2:1 wrong-arguments"},
		{text: "trace {\nservice a b\n}", want: "2:11 wrong-arguments"},
		{text: "trace {\nclient_server yes\n}", want: "2:15 invalid-value"},
		{text: "trace {\nclient_server true false\n}", want: "2:20 wrong-arguments"},
		{text: "trace {\ndatadog_analytics_rate 1.1\n}", want: "2:24 invalid-value"},
		{text: "trace {\ndatadog_analytics_rate -0.1\n}", want: "2:24 invalid-value"},
		{text: "trace {\ndatadog_analytics_rate half\n}", want: "2:24 invalid-value"},
		{text: "trace {\ndatadog_analytics_rate NaN\n}"},
		{text: "trace {\nzipkin_max_backlog_size big\n}", want: "2:25 invalid-value"},
		{text: "trace {\nzipkin_max_batch_size\n}", want: "2:1 wrong-arguments"},
		{text: "trace {\nzipkin_max_batch_interval 1\n}", want: "2:27 invalid-value"},
		{text: "trace {\nzipkin_max_batch_interval 9ns\n}", want: "2:27 invalid-value"},
		{text: "trace {\nzipkin_max_batch_interval -1s\n}", want: "2:27 invalid-value"},
		{text: "trace {\nzipkin_max_batch_interval 0s\n}"},
		{text: "trace datadog localhost:8126 {\nzipkin_max_batch_interval -1s\n}"},
		{text: "trace {\nzipkin_max_batch_interval -1s\nzipkin_max_batch_interval 1s\n}"},
		{text: "trace {\nevry 5\n}", want: "2:1 unknown-property"},
		{text: "trace {\nevry 5\n}", want: "warning 2:1 ignored-text", coredns: "1.14.3"},
		{text: "trace {\nevry service\n}", want: "warning 2:1 ignored-text; 2:6 wrong-arguments", coredns: "1.14.3"},
	})
}
