package plugin_test

import "testing"

func TestK8sExternal(t *testing.T) {
	t.Parallel()
	runExamples(t, "k8s_external", []example{
		{text: "k8s_external", want: "1:1 conflicting-settings"},
		{text: "kubernetes\nk8s_external"},
		{text: "kubernetes\nk8s_external a.b {\napex dns\nttl 3600\nheadless\nfallthrough c.d\n}"},
		{text: "kubernetes\nk8s_external\nk8s_external {\nttl 3601\n}", want: "4:5 invalid-value"},
		{text: "kubernetes\nk8s_external a..b", want: "warning 2:14 silent-zone"},
		{text: "kubernetes\nk8s_external {\napex\n}", want: "3:1 wrong-arguments"},
		{text: "kubernetes\nk8s_external {\napex dns and more\n}"},
		{text: "kubernetes\nk8s_external {\nttl\n}", want: "3:1 wrong-arguments"},
		{text: "kubernetes\nk8s_external {\nttl -1\n}", want: "3:5 invalid-value"},
		{text: "kubernetes\nk8s_external {\nttl 5s\n}", want: "3:5 invalid-value"},
		{text: "kubernetes\nk8s_external {\nheadless ttl 5\n}"},
		{text: "kubernetes\nk8s_external {\nheadless yes\n}", want: "3:10 unknown-property"},
		{text: "kubernetes\nk8s_external {\nupstream\n}", want: "3:1 unknown-property"},
	})
}
