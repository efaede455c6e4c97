package corefile_test

import (
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
)

// TestWhatLeaksIsBlamedOnTheFileItLeaksFrom is about files that a server's own Corefile
// imports elsewhere than on its first line.
func TestWhatLeaksIsBlamedOnTheFileItLeaksFrom(t *testing.T) {
	t.Parallel()
	const (
		last   = ".:53 {\n log\n}\nimport extra-configs/*Corefile\n"
		inside = ".:53 {\n errors\n import extra-configs/*Corefile\n cache 30\n}\n"
	)
	for _, test := range []struct {
		name, base string
		bundle     bundle
		want       []string
	}{
		{name: "nothing leaks", base: inside, bundle: bundle{"Corefile": "hosts {\n 1.2.3.4 a\n}\n"}},
		{name: "a plugin's block is closed by the base", base: inside, bundle: bundle{"Corefile": "hosts {\n 1.2.3.4 a\n"}, want: []string{
			`Corefile:1:7-8 warning unclosed-block: missing "}": everything up to the next "}" becomes part of this block. Add "}" on its own line`,
		}},
		{name: "a plugin's block in the second file, before another server block", base: inside + "z.org {\n log\n}\n", bundle: bundle{"a.Corefile": "log\n", "b.Corefile": "log\nhosts {\n"}, want: []string{
			`b.Corefile:2:7-8 warning unclosed-block: missing "}": everything up to the next "}" becomes part of this block. Add "}" on its own line`,
		}},
		{name: "a server block of one's own at the end, closed by its plugin", base: last, bundle: bundle{"Corefile": "a.org {\n hosts {\n 1.2.3.4 a\n}\n"}, want: []string{
			`Corefile:1:7-8 warning unclosed-block: missing "}": everything up to the next "}" becomes part of this block. Add "}" on its own line`,
		}},
		{name: "a brace too many", base: inside, bundle: bundle{"Corefile": "log\n}\n"}, want: []string{
			`Corefile:2:1-2 warning unexpected-brace: "}" closes the server block around the import in another file, so the rest of that block is cut off. Remove it`,
		}},
		{name: "a server block at the end", base: last, bundle: bundle{"Corefile": "a.org {\n log\n"}, want: []string{
			`Corefile:1:7-8 error unclosed-block: missing "}": the server block of "a.org" is never closed in this file. Add "}" on its own line`,
		}},
		{name: "a comma at the end", base: last, bundle: bundle{"Corefile": "a.org,\n"}, want: []string{
			`Corefile:1:1-7 error trailing-comma: the comma announces another zone, but nothing follows. Remove the comma, or add the zone and its block`,
		}},
		{name: "a zone alone at the end", base: last, bundle: bundle{"Corefile": "a.org\n"}},
		{name: "a snippet of the base's name, before it", base: "import extra-configs/*Corefile\n(s) {\n log\n}\n", bundle: bundle{"Corefile": "(s) {\n log\n}\n"}, want: []string{
			`Corefile:1:1-4 error snippet-redeclared: snippet "(s)" is already declared on line 2 of "base". Rename one of the two`,
		}},
		{name: "a snippet of the base's name, after it", base: "(s) {\n log\n}\nimport extra-configs/*Corefile\n", bundle: bundle{"Corefile": "(s) {\n log\n}\n"}, want: []string{
			`Corefile:1:1-4 error snippet-redeclared: snippet "(s)" is already declared on line 1 of "base". Rename one of the two`,
		}},
		{name: "a snippet of the base's", base: "(s) {\n log\n}\nimport extra-configs/*Corefile\n", bundle: bundle{"Corefile": "a.org {\n import s\n}\n"}},
		{name: "the base does not close its own block", base: ".:53 {\n import extra-configs/*Corefile\n", bundle: bundle{"Corefile": "log\n"}, want: []string{
			`base:1:6-7 error unclosed-block: missing "}": the server block of ".:53" is never closed in this file. Add "}" on its own line`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			conf := test.bundle.configuration()
			conf.Main.Text = test.base
			var report corefile.Report
			corefile.Parse(conf, knownDirectives, &report)
			if got := renderAll(report.Problems()); !slices.Equal(got, test.want) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestParseTellsWhichFilesItLoads(t *testing.T) {
	t.Parallel()
	conf := bundle{"a.Corefile": "a.org {\n import p\n import p\n}\n", "p": "log\n", "q": "log\n"}.configuration()
	var loaded []string
	conf.Loads = func(f corefile.File) { loaded = append(loaded, f.Name) }
	var report corefile.Report
	corefile.Parse(conf, knownDirectives, &report)
	if want := []string{"base", "a.Corefile", "p"}; !slices.Equal(loaded, want) {
		t.Errorf("loads %q, want %q", loaded, want)
	}
}

func TestAFolderIsNotImported(t *testing.T) {
	t.Parallel()
	conf := bundle{}.configuration()
	conf.Main.Text = "import /etc/coredns/*\n"
	conf.Dirs = append(conf.Dirs, "/etc/coredns")
	var report corefile.Report
	corefile.Parse(conf, knownDirectives, &report)
	const want = `base:1:8-22 error import-pattern: "/etc/coredns/*" also matches "/etc/coredns/extra-configs", a directory, which CoreDNS refuses to import. Use a pattern that leaves it out`
	if got := renderAll(report.Problems()); !slices.Equal(got, []string{want}) {
		t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), want)
	}
}
