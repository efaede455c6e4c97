package plugin_test

import "testing"

func TestClouddns(t *testing.T) {
	t.Parallel()
	runExamples(t, "clouddns", []example{
		{text: "clouddns", want: "warning 1:1 pod-network"},
		{text: "clouddns example.org:project:zone {\nfallthrough\nendpoint http://127.0.0.1\nrefresh 30\ncredentials /secret.json\n}", want: "warning 5:13 pod-file; warning 1:1 pod-network"},
		{text: "clouddns example.org:project", want: "1:10 invalid-value"},
		{text: "clouddns example.org::zone", want: "1:10 invalid-value"},
		{text: "clouddns a:b:c a:b:c", want: "1:16 invalid-value"},
		{text: "clouddns a:b:c\nclouddns a:b:c", want: "warning 1:1 pod-network"},
		{text: "clouddns a:b:c {\ncredentials\n}", want: "2:1 wrong-arguments; warning 1:1 pod-network"},
		{text: "clouddns a:b:c {\nupstream\n}", want: "warning 2:1 ignored-text; warning 1:1 pod-network"},
		{text: "clouddns a:b:c {\nrefresh -1\n}", want: "2:9 invalid-value; warning 1:1 pod-network"},
		{text: "clouddns a:b:c {\nendpoint\n}", want: "2:1 wrong-arguments; warning 1:1 pod-network"},
		{text: "clouddns a:b:c {\nendpoint http://127.0.0.1\nrefresh 5\n}", want: "2:1 unavailable-property; 3:1 unavailable-property; warning 1:1 pod-network", coredns: "1.14.7"},
	})
}
