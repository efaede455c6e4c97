package plugin_test

import "testing"

func TestAzure(t *testing.T) {
	t.Parallel()
	runExamples(t, "azure", []example{
		{text: "azure group:example.org", want: "warning 1:1 pod-network"},
		{text: "azure group:example.org other:example.org {\nsubscription 1\ntenant 2\nclient 3\nsecret 4\nenvironment AzurePublicCloud\nfallthrough\naccess private\nrefresh 30\n}", want: "warning 1:1 pod-network"},
		{text: "azure example.org", want: "1:7 invalid-value"},
		{text: "azure a:b :b", want: "1:11 invalid-value"},
		{text: "azure a:", want: "1:7 invalid-value"},
		{text: "azure a:b a:b", want: "1:11 invalid-value"},
		{text: "azure a:bc ab:c", want: "1:12 invalid-value"},
		{text: "azure a:b\nazure a:b", want: "2:7 invalid-value"},
		{text: "azure a:b {\naccess\n}", want: "2:1 wrong-arguments; warning 1:1 pod-network"},
		{text: "azure a:b {\naccess Public\n}", want: "2:8 invalid-value; warning 1:1 pod-network"},
		{text: "azure a:b {\nenvironment AzureMoonCloud\n}", want: "2:13 invalid-value; warning 1:1 pod-network"},
		{text: "azure a:b {\nenvironment azurestackcloud\n}", want: "warning 2:13 pod-file; warning 1:1 pod-network"},
		{text: "azure a:b {\nsecret\n}", want: "2:1 wrong-arguments; warning 1:1 pod-network"},
		{text: "azure a:b {\nsecret 4 5\n}", want: "2:10 unknown-property; warning 1:1 pod-network"},
		{text: "azure a:b {\nrefresh 0\n}", want: "2:9 invalid-value; warning 1:1 pod-network"},
		{text: "azure a:b {\nrefresh 1x\n}", want: "2:9 invalid-value; warning 1:1 pod-network"},
		{text: "azure a:b {\nrefresh 1m\n}", want: "2:1 unavailable-property; warning 1:1 pod-network", coredns: "1.14.7"},
	})
}
