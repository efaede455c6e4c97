package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"corewarden/corefile"
)

const (
	unformatted = "example.org {\n\twhoami\n}\n"
	formatted   = "example.org {\n    whoami\n}\n"
)

func TestFmt(t *testing.T) {
	t.Parallel()
	const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n"
	for _, test := range []struct {
		name, args  string
		file, stdin string // file is x.yaml where args name it, or else Corefile
		code        int
		want        string // all that is printed
		after       string // of the file; "" if it stays
	}{
		{name: "standard input", stdin: unformatted, want: formatted},
		{name: "standard input by name", args: "-", stdin: unformatted, want: formatted},
		{name: "a manifest on standard input", args: "--stdin-name x.yaml -", stdin: head + "  Corefile: |\n    a {\n    log\n    }\n", want: head + "  Corefile: |\n    a {\n        log\n    }\n"},
		{name: "a file", args: "Corefile", file: unformatted, want: formatted},
		{name: "check", args: "--check Corefile", file: unformatted, code: 1, want: "Corefile\n"},
		{name: "check what is formatted", args: "--check Corefile", file: formatted},
		{name: "write", args: "--write Corefile", file: unformatted, after: formatted},
		{name: "write and list", args: "-w --check Corefile", file: unformatted, want: "Corefile\n", after: formatted},
		{name: "diff", args: "--diff Corefile", file: unformatted, code: 1, want: "--- Corefile\n+++ Corefile (formatted)\n@@ -1,3 +1,3 @@\n example.org {\n-\twhoami\n+    whoami\n }\n"},
		{name: "diff of what is formatted", args: "--diff Corefile", file: formatted},
		{name: "diff far apart", args: "--diff Corefile", file: " a {\n" + strings.Repeat("    log\n", 9) + "\n}", code: 1, want: "--- Corefile\n+++ Corefile (formatted)\n@@ -1,4 +1,4 @@\n- a {\n+a {\n     log\n     log\n     log\n@@ -8,5 +8,4 @@\n     log\n     log\n     log\n-\n-}\n\\ No newline at end of file\n+}\n"},
		{name: "diff of line ends", args: "--diff Corefile", file: "a {\n}\r\n", code: 1, want: "--- Corefile\n+++ Corefile (formatted)\n@@ -1,2 +1,2 @@\n a {\n-}\\r\n+}\n"},
		{name: "a text that cannot be formatted", args: "--write Corefile", file: "a {\n log \"\n}\n", code: 2, want: "corefile: Corefile: line 2: the quote is never closed. Close it\n"},
		{name: "no writing to standard input", args: "--write", code: 2, want: "corefile: --write cannot write standard input: name files\n"},

		{name: "only literal blocks", args: "--write x.yaml", file: "# kept\n" + head + "  a.Corefile: |-  # kept\n     a {\n      log\n\n\n      errors\n     }\n\n  b.Corefile:   \"a {\\nlog\\n}\\n\"\n  README: |\n      a   b\n", want: "corefile: x.yaml:14:3: b.Corefile is not formatted: it is no literal block. Write it behind a |\n", after: "# kept\n" + head + "  a.Corefile: |-  # kept\n     a {\n         log\n\n         errors\n     }\n\n  b.Corefile:   \"a {\\nlog\\n}\\n\"\n  README: |\n      a   b\n"},
		{name: "what needs nothing is not told", args: "--write x.yaml", file: head + "  Corefile: \"a {\\n    log\\n}\\n\"\n"},
		{name: "a wrong key name", args: "--write x.yaml", file: head + "  example.org: |\n    a {\n    log\n    }\n", after: head + "  example.org: |\n    a {\n        log\n    }\n"},
		{name: "other objects", args: "--write x.yaml", file: strings.Replace(head, "dns-extra-configs", "other", 1) + "  Corefile: |\n    a {\n    log\n    }\n"},
		{name: "a manifest with CRLF", args: "--write x.yaml", file: strings.ReplaceAll(head+"  Corefile: |\n    a {\n    log\n    }\n", "\n", "\r\n"), after: strings.ReplaceAll(head+"  Corefile: |\n    a {\n        log\n    }\n", "\n", "\r\n")},
		{name: "an alias", args: "--write x.yaml", file: head + "  a.Corefile: &a |\n    a {\n    log\n    }\n  b.Corefile: *a\n", after: head + "  a.Corefile: &a |\n    a {\n        log\n    }\n  b.Corefile: *a\n"},
		{name: "an open quote in a manifest", args: "--write x.yaml", file: head + "  Corefile: |\n    a \"\n", code: 2, want: "corefile: x.yaml:5:3: Corefile: line 1: the quote is never closed. Close it\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			name := "Corefile"
			if strings.Contains(test.args, "x.yaml") {
				name = "x.yaml"
			}
			path := filepath.Join(folder, name)
			args := strings.Fields(test.args)
			if last := len(args) - 1; last >= 0 && args[last] == name {
				args[last] = path
			}
			if err := os.WriteFile(path, []byte(test.file), 0o640); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			code := run(append([]string{"fmt"}, args...), strings.NewReader(test.stdin), &out, &out)
			if got := strings.ReplaceAll(out.String(), folder+"/", ""); got != test.want || code != test.code {
				t.Errorf("exit code %d, want %d; prints\n%s\nwant\n%s", code, test.code, got, test.want)
			}
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if test.after == "" {
				test.after = test.file
			}
			if string(after) != test.after {
				t.Errorf("the file is\n%s\nwant\n%s", after, test.after)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("mode %v (%v)", info.Mode(), err)
			}
		})
	}
}

// FuzzFormatManifest formats a literal block with a text and checks that its value is the
// formatted text, and that nothing else has changed.
func FuzzFormatManifest(f *testing.F) {
	for _, text := range []string{unformatted, "a {\n\n\nlog \"x\n y\n\"\n}", "\n\n a {\n }\n\n\n", "# only\n", " a\n\tb", "a\u2028b \"\u2028\"\n"} {
		for header := range blockHeaders {
			f.Add(text, uint8(header), header%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, text string, header uint8, crlf bool) {
		before := "# first\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n  Corefile: " + blockHeaders[int(header)%len(blockHeaders)] + "\n"
		after := "  z: 'last'\n"
		content := before
		for line := range strings.SplitSeq(text, "\n") {
			content += "    " + line + "\n"
		}
		content += after
		if crlf {
			before, after, content = strings.ReplaceAll(before, "\n", "\r\n"), strings.ReplaceAll(after, "\n", "\r\n"), strings.ReplaceAll(content, "\n", "\r\n")
		}
		data := dataOf(content)
		if data == nil {
			return
		}
		got, notes, err := formatManifest("x.yaml", content)
		if err != nil || len(notes) > 0 {
			return
		}
		if !strings.HasPrefix(got, before) || !strings.HasSuffix(got, after) {
			t.Fatalf("%q becomes %q", content, got)
		}
		want, err := corefile.Format(data["Corefile"])
		if err != nil {
			t.Fatal(err)
		}
		if ends := strings.HasSuffix(data["Corefile"], "\n"); !ends || strings.TrimSpace(want) == "" {
			want = strings.TrimSuffix(want, "\n")
		}
		formatted := dataOf(got)
		if want != "" && formatted["Corefile"] != want {
			t.Fatalf("%q becomes %q, with the value %q, want %q", content, got, formatted["Corefile"], want)
		}
		delete(data, "Corefile")
		delete(formatted, "Corefile")
		if !reflect.DeepEqual(data, formatted) {
			t.Fatalf("%q becomes %q: %q is %q", content, got, data, formatted)
		}
		if again, _, err := formatManifest("x.yaml", got); err != nil || again != got {
			t.Fatalf("%q becomes %q and then %q (%v)", content, got, again, err)
		}
	})
}

var blockHeaders = []string{"|", "|-", "|+", "|2", "|2-", "|+ # why", "&a |", "!!str |"}

// dataOf returns the data of a manifest, or nil if it cannot be read.
func dataOf(content string) map[string]string {
	var object struct{ Data map[string]string }
	if yaml.Unmarshal([]byte(content), &object) != nil || object.Data["z"] != "last" {
		return nil
	}
	return object.Data
}

// TestFmtOfAFolder tells of each text that cannot be formatted, and formats the rest.
func TestFmtOfAFolder(t *testing.T) {
	t.Parallel()
	const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n"
	folder := written(t, map[string]string{
		"a.Corefile": "a \"\n", "b.yaml": head + "  Corefile: |\n    b \"\n", "c.Corefile": unformatted, "chart.yaml": "{{ if }}\n a: {{\n",
	})
	var out bytes.Buffer
	code := run([]string{"fmt", "--check", folder}, strings.NewReader(""), &out, &out)
	want := "F/c.Corefile\n" +
		"corefile: passed over: F/chart.yaml: yaml: line 1: did not find expected <document start>\n" +
		"corefile: F/a.Corefile: line 1: the quote is never closed. Close it\n" +
		"F/b.yaml:5:3: Corefile: line 1: the quote is never closed. Close it\n"
	if got := strings.ReplaceAll(out.String(), folder, "F"); code != exitUsage || got != want {
		t.Errorf("exit code %d, prints\n%s\nwant\n%s", code, got, want)
	}
}
