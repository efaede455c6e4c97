package plugin_test

import (
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
)

func TestShed(t *testing.T) {
	t.Parallel()
	runExamples(t, "shed", []example{
		{text: "shed"},
		{text: "shed {\n}"},
		{text: "shed 1024", want: "1:6 wrong-arguments"},
		{text: "shed {\ndepth 1\n}", want: "2:1 unknown-property"},
		{text: "shed\nshed", want: "2:1 repeated-plugin"},
	})
}

func TestShedWorksOnPlainDNSOnly(t *testing.T) {
	t.Parallel()
	for transports, want := range map[[2]string]int{{"dns", "dns"}: 0, {"dns", "tls"}: 1} {
		var report corefile.Report
		conf := corefile.Configuration{Main: corefile.File{Name: "Corefile", Text: "a.example.org b.example.org {\nshed\n}\n"}}
		blocks := corefile.Parse(conf, release.Known, &report)
		newest, err := release.CoreDNS("1.15.0")
		if err != nil {
			t.Fatal(err)
		}
		plugin.Check("shed", blocks[0].Directives[0].Tokens, &plugin.Block{Block: reader.Block{Release: newest, Report: &report, Transports: transports[:]}})
		if got := report.Problems(); len(got) != want {
			t.Errorf("with %q: got %v, want %d problems", transports, got, want)
		}
	}
}
