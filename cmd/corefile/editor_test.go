package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile/release"
)

func TestEditorShowsProblemsWhereTheyStand(t *testing.T) {
	t.Parallel()
	const unknown = `1 unknown-plugin: unknown plugin "cahce"; did you mean "cache"?`
	for _, test := range []struct{ name, file, text, want string }{
		{"a Corefile", "Corefile", "a {\n    cahce\n}\n", "1:4-1:9 " + unknown},
		{"columns in UTF-16", "Corefile", "🙂.example.org é.example.org a..b {\n    whoami\n}\n", `0:29-0:33 1 invalid-zone: `},
		{"CRLF", "Corefile", "a {\r\n    cahce\r\n}\r\n", "1:4-1:9 " + unknown},
		{"lone carriage returns, which start a line for editors only", "Corefile", "# x\ry\na {\n cahce\n}\n", "3:1-3:6 " + unknown},
		{"a literal block", "x.yaml", manifestHead + "  Corefile: |\n    a {\n      cahce\n    }\n", "6:6-6:11 " + unknown},
		{"quotes", "x.yaml", manifestHead + `  "Corefile": "a {\n  cahce\n}"` + "\n", "4:22-4:27 " + unknown},
		{"the name of a key", "x.yaml", manifestHead + "  example.org: |\n    a {\n      log\n    }\n", `4:2-4:13 2 key-name: key "example.org" renamed`},
		{"a file without its ConfigMap's name", "x.yaml", strings.Replace(manifestHead, "dns-extra-configs", "other", 1) + "  Corefile: a {\n", ""},
		{"YAML that cannot be read", "x.yaml", manifestHead + "  Corefile: |\n    a {\n\tlog\n    }\n", "4:0-4:1 2 : not checked: yaml: line 5: found a tab"},
		{"YAML of others that cannot be read", "x.yaml", "{{ template }}\n: :\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			c.open(test.file, test.text)
			if got := c.diagnostics(test.file); !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestEditorJudgesSiblingsTogether opens, changes, closes and stores files of one folder.
func TestEditorJudgesSiblingsTogether(t *testing.T) {
	t.Parallel()
	c := newClient(t, "--bundle", "--node-local-dns", "none")
	if err := os.WriteFile(filepath.Join(c.folder, "a.Corefile"), []byte("example.org {\n    whoami\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const served = `0:0-0:11 1 zone-already-served: `
	c.open("b.Corefile", "example.org {\n    whoami\n}\n")
	if got := c.diagnostics("b.Corefile"); !strings.HasPrefix(got, served) {
		t.Errorf("with a file that is stored:\n%s", got)
	}
	c.open("a.Corefile", "example.com {\n    whoami\n}\n")
	if got := c.diagnostics("b.Corefile"); got != "" {
		t.Errorf("with a file that is not stored yet:\n%s", got)
	}
	c.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument": {"uri": %q}}`, c.uri("a.Corefile")))
	if got := c.diagnostics("b.Corefile"); !strings.HasPrefix(got, served) {
		t.Errorf("with a file that was closed and not stored:\n%s", got)
	}
	if err := os.Remove(filepath.Join(c.folder, "a.Corefile")); err != nil {
		t.Fatal(err)
	}
	c.notify("workspace/didChangeWatchedFiles", `{"changes": []}`)
	if got := c.diagnostics("b.Corefile"); got != "" {
		t.Errorf("with a file that is gone:\n%s", got)
	}
}

func TestEditorWatchesWhatItReads(t *testing.T) {
	t.Parallel()
	var o options
	if err := o.addBase("coredns=../../docs/examples/base.Corefile"); err != nil {
		t.Fatal(err)
	}
	e, err := newEditor(o)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := e.watch(), []string{"**/*{Corefile,.yaml,.yml,.json}", "**/base.Corefile"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEditorForgetsClosedFiles(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.open("Corefile", "a {\n cahce\n}\n")
	if c.diagnostics("Corefile") == "" {
		t.Error("no problem is shown")
	}
	c.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument": {"uri": %q}}`, c.uri("Corefile")))
	if got := c.diagnostics("Corefile"); got != "" {
		t.Errorf("a closed file shows\n%s", got)
	}
}

// TestEditorReadsTheBaseThatIsOpen changes a server's own Corefile in the editor.
func TestEditorReadsTheBaseThatIsOpen(t *testing.T) {
	t.Parallel()
	base := filepath.Join(t.TempDir(), "base")
	if err := os.WriteFile(base, []byte("import extra-configs/*Corefile\n. {\n    log\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, "--node-local-dns", "none", "--base", "coredns="+base)
	c.open("x.Corefile", "example.org {\n    whoami\n}\n")
	if got := c.diagnostics("x.Corefile"); got != "" {
		t.Errorf("got\n%s", got)
	}
	c.notify("textDocument/didOpen", fmt.Sprintf(`{"textDocument": {"uri": %q, "version": 1, "text": "import extra-configs/*Corefile\nexample.org {\n    log\n}\n"}}`, "file://"+base))
	if got := c.diagnostics("x.Corefile"); !strings.Contains(got, "zone-already-served") {
		t.Errorf("got\n%s", got)
	}
	position := c.open("y.Corefile", "import comm^on\n")
	c.notify("textDocument/didOpen", fmt.Sprintf(`{"textDocument": {"uri": %q, "version": 2, "text": "(common) {\n}\nimport extra-configs/*Corefile\n"}}`, "file://"+base))
	var found []struct{ URI string }
	c.request("textDocument/definition", "{"+position+"}", &found)
	if len(found) != 1 || found[0].URI != "file://"+base {
		t.Errorf("the snippet is in %v", found)
	}
}

// TestEditorJudgesABaseByItself shows that it is not judged as a key beside itself.
func TestEditorJudgesABaseByItself(t *testing.T) {
	t.Parallel()
	const text = "example.org {\n    whoami\n    cahce\n}\n"
	base := filepath.Join(t.TempDir(), "Corefile")
	if err := os.WriteFile(base, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, "--base", "coredns="+base)
	c.folder = filepath.Dir(base)
	c.open("Corefile", text)
	if got := c.diagnostics("Corefile"); strings.Count(got, "\n") != 0 || !strings.HasSuffix(got, `did you mean "cache"? (stops CoreDNS `+release.NewestCoreDNS+")") {
		t.Errorf("got\n%s", got)
	}
}

// TestEditorReadsOnlyFilesBeside leaves out what is no file, or far too large for a ConfigMap.
func TestEditorReadsOnlyFilesBeside(t *testing.T) {
	t.Parallel()
	c := newClient(t, "--bundle", "--node-local-dns", "none")
	same := "example.org {\n    whoami\n}\n"
	if err := os.Mkdir(filepath.Join(c.folder, "folder.Corefile"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.folder, "large.Corefile"), []byte(same+strings.Repeat("#\n", maxSibling/2)), 0o600); err != nil {
		t.Fatal(err)
	}
	c.open("README", same)
	c.open("b.Corefile", same)
	if got := c.diagnostics("b.Corefile"); got != "" {
		t.Errorf("got\n%s", got)
	}
}
