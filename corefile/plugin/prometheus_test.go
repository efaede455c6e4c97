package plugin_test

import "testing"

func TestPrometheus(t *testing.T) {
	t.Parallel()
	runExamples(t, "prometheus", []example{
		{text: "prometheus"},
		{text: "prometheus :9153"},
		{text: "prometheus localhost:9153"},
		{text: "prometheus 9153", want: "1:12 invalid-value"},
		{text: "prometheus 0.0.0.0", want: "1:12 invalid-value"},
		{text: "prometheus :99999", want: "warning 1:12 ignored-text"},
		{text: "prometheus 10.0.0.1:9153", want: "warning 1:12 pod-address"},
		{text: "prometheus :9153 :9154", want: "1:18 wrong-arguments"},
		{text: "prometheus\nprometheus", want: "2:1 repeated-plugin"},
		{text: "prometheus {\nruntime_metrics\nruntime_metrics\n}"},
		{text: "prometheus {\nruntime_metrics all\n}", want: "2:17 wrong-arguments"},
		{text: "prometheus {\ntls /web.yaml\n}", want: "warning 2:5 pod-file"},
		{text: "prometheus {\ntls\n}", want: "2:1 wrong-arguments"},
		{text: "prometheus {\ntls /cert.pem /key.pem\n}", want: "2:15 wrong-arguments"},
		{text: "prometheus {\ntls /web.yaml\ntls /web.yaml\n}", want: "warning 2:5 pod-file; 3:1 repeated-plugin"},
		{text: "prometheus {\ntls \"\"\ntls /web.yaml\n}", want: "warning 3:5 pod-file"},
		{text: "prometheus {\nzone example.org\n}", want: "2:1 unknown-property"},
		{text: "prometheus {\nruntime_metrics\n}", want: "1:12 unavailable-property", coredns: "1.14.2"},
		{text: "prometheus :9153", coredns: "1.14.2"},
	})
}
