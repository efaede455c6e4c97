package corefile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coredns/caddy/caddyfile"

	"corewarden/corefile"
)

// everyDirective makes Parse take any word for a plugin, as caddyfile.Parse does when it
// is given no list.
func everyDirective(string) bool { return true }

// A case is a main Corefile that imports every *Corefile beside it, and those.
var parserCases = map[string][]string{
	"nothing":                           {""},
	"comment only":                      {"# nothing\n"},
	"one block":                         {"example.org {\n\tlog\n}\n"},
	"two blocks":                        {"a.org {\n log\n}\nb.org {\n errors\n}\n"},
	"several zones":                     {"a.org b.org:5353 {\n log\n}\n"},
	"zones with commas":                 {"a.org, b.org,\nc.org {\n log\n}\n"},
	"comma before brace":                {"a.org, {\n log\n}\n"},
	"comma at the end":                  {"a.org {\n log\n}\nb.org,"},
	"comma alone":                       {", {\n log\n}\n"},
	"comma joins files":                 {"a.org,\n", "b.org {\n log\n}\n"},
	"brace on the next line":            {"a.org\n{\n log\n}\n"},
	"no braces":                         {"a.org\nlog\nerrors\n"},
	"no braces then a second zone":      {"a.org\nlog\n", "b.org {\n log\n}\n"},
	"lone zone":                         {"a.org"},
	"lone zone before another file":     {"a.org\n", "b.org {\n log\n}\n"},
	"no blank before brace":             {"a.org{\n log\n}\n"},
	"no blank before property brace":    {"a.org {\n hosts{\n  1.2.3.4 a\n }\n}\n"},
	"properties":                        {"a.org {\n cache 30 {\n  success 100\n  denial 10\n }\n}\n"},
	"nested properties":                 {"a.org {\n x {\n  y {\n   z\n  }\n }\n}\n"},
	"block on one line":                 {"a.org { log }\n"},
	"property block on one line":        {"a.org {\n hosts { 1.2.3.4 a }\n}\n"},
	"brace after a directive":           {"a.org {\n log }\n"},
	"unclosed server block":             {"a.org {\n log\n"},
	"unclosed before another file":      {"a.org {\n log\n", "b.org {\n log\n}\n"},
	"unclosed property block":           {"a.org {\n hosts {\n  1.2.3.4 a\n"},
	"unclosed, last token is a brace":   {"a.org {\n hosts {\n  1.2.3.4 a\n }\n"},
	"unclosed property closed by block": {"a.org {\n hosts {\n  1.2.3.4 a\n}\n", "b.org {\n log\n}\n"},
	"block over two files":              {"a.org {\n log\n", "}\n"},
	"stray brace at the end":            {"a.org {\n log\n}\n}\n"},
	"stray brace in the middle":         {"a.org {\n log\n}\n}\nb.org {\n log\n}\n"},
	"block without a zone":              {"{\n log\n}\n"},
	"snippet":                           {"(s) {\n log\n errors\n}\na.org {\n import s\n}\n"},
	"snippet with a property block":     {"(s) {\n cache {\n  success 1\n }\n}\na.org {\n import s\n}\n"},
	"snippet in a property block":       {"(s) {\n success 1\n}\na.org {\n cache {\n  import s\n }\n}\n"},
	"snippet in another file":           {"(s) {\n log\n}\n", "a.org {\n import s\n}\n"},
	"snippet used before declared":      {"a.org {\n import s\n}\n(s) {\n log\n}\n"},
	"snippet holds server blocks":       {"(s) {\n a.org {\n  log\n }\n}\nimport s\n"},
	"snippet holds a zone":              {"(s) {\n a.org\n}\nimport s\n{\n log\n}\n"},
	"snippets of snippets":              {"(s) {\n log\n}\n(t) {\n import s\n errors\n}\na.org {\n import t\n import s\n}\n"},
	"later snippet first":               {"(s) {\n log\n}\n(t) {\n errors\n}\na.org {\n import t\n import s\n}\n"},
	"empty snippet":                     {"(s) {\n}\na.org {\n import s\n log\n}\n"},
	"empty snippet at the end":          {"(s) {\n}\na.org {\n log\n}\nimport s\n"},
	"snippet declared twice":            {"(s) {\n log\n}\n(s) {\n log\n}\n"},
	"snippet declared in two files":     {"(s) {\n log\n}\n", "(s) {\n log\n}\n"},
	"snippet without a block":           {"(s)\nlog\n"},
	"snippet unclosed":                  {"(s) {\n log\n"},
	"snippet imports itself":            {"(s) {\n import s\n}\na.org {\n import s\n}\n"},
	"snippets import each other":        {"(s) {\n import t\n}\n(t) {\n import s\n}\na.org {\n import s\n}\n"},
	"two snippets on one line":          {"(s) (t) {\n log\n}\n"},
	"quoted snippet name":               {"\"(s t)\" {\n log\n}\na.org {\n import \"s t\"\n}\n"},
	"import without an argument":        {"a.org {\n import\n}\n"},
	"import with two arguments":         {"a.org {\n import x y\n}\n"},
	"import of nothing":                 {"a.org {\n import \"\"\n}\n"},
	"import of a missing file":          {"a.org {\n import missing.conf\n}\n"},
	"import of a missing pattern":       {"a.org {\n import missing*\n}\n"},
	"import with two wildcards":         {"a.org {\n import *x*\n}\n"},
	"import with a range":               {"a.org {\n import [ab]Corefile\n}\n"},
	"import with a bad pattern":         {"a.org {\n import a[b\n}\n"},
	"import of a file":                  {"a.org {\n import ../plain.conf\n}\n"},
	"import on the line of the block":   {"(s) {\n log\n}\na.org { import s\n}\n"},
	"import as a zone":                  {"a.org import {\n log\n}\n"},
	"import as an argument":             {"a.org {\n log import\n}\n"},
	"file imports itself":               {"import a.Corefile\n"},
	"quoted words":                      {"a.org {\n log \"a b\" \"c \\\" d\" \"\"\n}\n"},
	"quoted brace":                      {"a.org \"{\"\n log\n}\n"},
	"quoted line breaks":                {"a.org {\n log \"a\nb\" c\n errors\n}\n"},
	"unclosed quote":                    {"a.org {\n log \"a\n}\n", "b.org {\n log\n}\n"},
	"quote inside of a word":            {"a.org {\n log a\"b c\"\n}\n"},
	"comment inside of a word":          {"a.org {\n log a#b\n errors\n}\n"},
	"carriage returns":                  {"a.org {\r\n log\r\n errors\r\n}\r\n"},
	"byte order mark":                   {"\uFEFFa.org {\n log\n}\n"},
	"byte order mark inside":            {"a.org {\n \uFEFFlog\n}\n"},
	"not UTF-8":                         {"a.org {\n log \xff\xfe\n}\n"},
	"NUL":                               {"a.org {\n log \x00\n}\n"},
	"no-break space":                    {"a.org\u00a0{\n\u00a0log\n}\n"},
	"empty key":                         {"\"\" a.org {\n log\n}\n"},
	"only an empty key":                 {"\"\"\nlog\n"},
}

// TestParseAgreesWithCaddyfile compares with CoreDNS's own parser, on text on which that
// is harmless.
func TestParseAgreesWithCaddyfile(t *testing.T) {
	t.Parallel()
	for name, texts := range parserCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conf := writeConfiguration(t, texts)
			want, wantErr := caddyfile.Parse(conf.Main.Path, strings.NewReader(conf.Main.Text), nil)
			var report corefile.Report
			blocks := corefile.Parse(conf, everyDirective, &report)
			problems := report.Problems()
			if got := hasError(problems); got != (wantErr != nil) {
				t.Fatalf("rejected = %v, but CoreDNS says: %v\nproblems: %v", got, wantErr, problems)
			}
			if wantErr != nil {
				return
			}
			if got, want := describe(blocks), describeCaddy(want); !slices.Equal(got, want) {
				t.Errorf("blocks differ\ngot:  %q\nwant: %q", got, want)
			}
		})
	}
}

// writeConfiguration lays the texts out on disk as a.Corefile, b.Corefile, … below a main
// Corefile that imports them, and returns the same as a Configuration.
func writeConfiguration(t *testing.T, texts []string) corefile.Configuration {
	t.Helper()
	dir := t.TempDir()
	bundle := filepath.Join(dir, "extra")
	if err := os.Mkdir(bundle, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) corefile.File {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return corefile.File{Name: filepath.Base(path), Path: path, Text: text}
	}
	write(filepath.Join(dir, "plain.conf"), "") // elsewhere for us, there for CoreDNS
	conf := corefile.Configuration{
		Main: write(filepath.Join(dir, "Corefile"), "import extra/*Corefile\n"),
		Dirs: []string{bundle},
	}
	for i, text := range texts {
		conf.Files = append(conf.Files, write(filepath.Join(bundle, fmt.Sprintf("%c.Corefile", 'a'+i)), text))
	}
	return conf
}

func hasError(problems []corefile.Problem) bool {
	return slices.ContainsFunc(problems, func(p corefile.Problem) bool { return p.Severity == corefile.Error })
}

// describe renders blocks as CoreDNS keeps them: keys, and per plugin all its tokens.
func describe(blocks []corefile.Block) []string {
	var all []string
	for _, b := range blocks {
		if len(b.Keys) == 0 {
			continue // CoreDNS drops it
		}
		plugins := map[string][]string{}
		for _, d := range b.Directives {
			for _, token := range d.Tokens {
				plugins[d.Name()] = append(plugins[d.Name()], fmt.Sprintf("%s:%d:%s", token.File(), token.Line(), token.Text))
			}
		}
		var keys []string
		for _, key := range b.Keys {
			keys = append(keys, key.Text)
		}
		all = append(all, fmt.Sprintf("%q %q", keys, plugins))
	}
	return all
}

func describeCaddy(blocks []caddyfile.ServerBlock) []string {
	var all []string
	for _, b := range blocks {
		plugins := map[string][]string{}
		for name, tokens := range b.Tokens {
			for _, token := range tokens {
				file := "Corefile"
				if token.File != "" {
					file = filepath.Base(token.File)
				}
				plugins[name] = append(plugins[name], fmt.Sprintf("%s:%d:%s", file, token.Line, token.Text))
			}
		}
		all = append(all, fmt.Sprintf("%q %q", b.Keys, plugins))
	}
	return all
}
