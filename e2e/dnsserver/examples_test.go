package dnsserver_test

import (
	"os"
	"testing"

	"corewarden/corefile"
	judge "corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin"
	"corewarden/corefile/release"
	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
)

// TestServersStartOnOurExamples of plugins, but for those of which our verdict says that
// they need a file or a service.
func TestServersStartOnOurExamples(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that port 53 may be taken")
	}
	for _, server := range []struct {
		part    parts.Part
		find    func(version string) (release.Release, error)
		version string
		least   int // of the examples
	}{
		{parts.CoreDNS1150, release.CoreDNS, "1.15.0", 40},
		{parts.NodeCache1267, release.NodeCache, "1.26.7", 20},
	} {
		r, err := server.find(server.version)
		if err != nil {
			t.Fatal(err)
		}
		binaries, err := parts.Build(t.Context(), os.Stderr, server.part)
		if err != nil {
			t.Fatal(err)
		}
		started := 0
		for _, name := range plugin.NamesIn(r) {
			for _, example := range plugin.Examples(name) {
				conf := corefile.Configuration{Main: corefile.File{Name: name, Path: "/Corefile", Text: example.Text}}
				if !r.AtLeast(example.Since) || len(judge.Judge(conf, judge.Server{Release: r})) > 0 {
					continue
				}
				started++
				if err := dnsserver.Check(t.Context(), binaries[server.part], dnsserver.Configuration{Main: example.Text}); err != nil {
					t.Errorf("%s on the example of %s: %v\n%s", r.Name, name, err, example.Text)
				}
			}
		}
		if started < server.least {
			t.Errorf("%s was started on %d examples, want at least %d", r.Name, started, server.least)
		}
	}
}
