package corefile_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
)

// A bundle is texts by the name of their file. Those that end in Corefile are imported by
// the main Corefile, in the order of their names.
type bundle map[string]string

const bundleDir = "/etc/coredns/extra-configs"

func (b bundle) configuration() corefile.Configuration {
	conf := corefile.Configuration{Dirs: []string{bundleDir}, Main: corefile.File{
		Name: "base", Path: "/etc/coredns/Corefile", Text: "import extra-configs/*Corefile\n.:53 {\n log\n}\n", Foreign: true, Own: true,
	}}
	for name, text := range b {
		conf.Files = append(conf.Files, corefile.File{Name: name, Path: path.Join(bundleDir, name), Text: text})
	}
	slices.SortFunc(conf.Files, func(a, b corefile.File) int { return strings.Compare(a.Name, b.Name) })
	return conf
}

// knownDirectives are the plugins of these tests.
func knownDirectives(name string) bool {
	return slices.Contains([]string{"cache", "errors", "forward", "hosts", "log"}, name)
}

// render writes a problem as "file:line:column-end severity rule: message [suggestion]".
func render(p corefile.Problem) string {
	text := fmt.Sprintf("%s:%d:%d-%d %s %s: %s", p.File, p.Line, p.Column, p.EndColumn, p.Severity, p.Rule, p.Message)
	if p.Suggestion != "" {
		text += " [" + p.Suggestion + "]"
	}
	return text
}

func renderAll(problems []corefile.Problem) []string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, render(p))
	}
	return lines
}

// TestParseTellsWhatIsWrong is the specification of the language's rules: for each, what
// is said where.
func TestParseTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		bundle bundle
		want   []string
	}{
		{name: "nothing is wrong", bundle: bundle{"Corefile": "a.org {\n log\n}\n"}},
		{name: "no file", bundle: bundle{}},
		{name: "an empty file", bundle: bundle{"Corefile": ""}},

		// Braces.
		{name: "server block not closed", bundle: bundle{"Corefile": "a.org {\n log\n"}, want: []string{
			`Corefile:1:7-8 error unclosed-block: missing "}": the file that is loaded next becomes part of the server block of "a.org". Add "}" on its own line`,
		}},
		{name: "server block not closed before another file", bundle: bundle{"a.Corefile": "a.org {\n log\n", "b.Corefile": "b.org {\n log\n}\n"}, want: []string{
			`a.Corefile:1:7-8 error unclosed-block: missing "}": the file that is loaded next becomes part of the server block of "a.org". Add "}" on its own line`,
		}},
		{name: "every file has a block that is not closed", bundle: bundle{"a.Corefile": "a.org {\n log\n", "b.Corefile": "b.org {\n"}, want: []string{
			`a.Corefile:1:7-8 error unclosed-block: missing "}": the file that is loaded next becomes part of the server block of "a.org". Add "}" on its own line`,
			`b.Corefile:1:7-8 error unclosed-block: missing "}": the file that is loaded next becomes part of the server block of "b.org". Add "}" on its own line`,
		}},
		{name: "a misspelt plugin is not read as the next block", bundle: bundle{"Corefile": "a.org {\n lgo\n}\n"}},
		{name: "block of a plugin not closed", bundle: bundle{"Corefile": "a.org {\n hosts {\n  1.2.3.4 a\n"}, want: []string{
			`Corefile:2:8-9 error unclosed-block: missing "}": the block of "hosts" is never closed in this file. Add "}" on its own line`,
		}},
		{name: "block of a plugin closed by the server block", bundle: bundle{"Corefile": "a.org {\n hosts {\n  1.2.3.4 a\n}\n"}, want: []string{
			`Corefile:1:7-8 error unclosed-block: missing "}": the file that is loaded next becomes part of the server block of "a.org". Add "}" on its own line`,
		}},
		{name: "one block too deep", bundle: bundle{"Corefile": "a.org {\n log\n}\n}\n"}, want: []string{
			`Corefile:4:1-2 error unexpected-brace: "}" closes nothing: every block above it is already closed. Remove it`,
		}},
		{name: "stray brace before another block", bundle: bundle{"Corefile": "a.org {\n log\n}\n}\nb.org {\n log\n}\n"}, want: []string{
			`Corefile:4:1-2 error unexpected-brace: "}" closes nothing: every block above it is already closed. Remove it`,
		}},
		{name: "block on one line", bundle: bundle{"Corefile": "a.org { log }"}, want: []string{
			`Corefile:1:13-14 error unexpected-brace: "}" is on the line of a directive: the whole text is one line. If it comes from YAML, put "|" after the key to keep its line breaks`,
		}},
		{name: "block of a plugin on one line", bundle: bundle{"Corefile": "a.org {\n hosts { 1.2.3.4 a }\n log }\n"}, want: []string{
			`Corefile:3:6-7 error unexpected-brace: "}" is on the line of a directive. Put each directive and each "}" on its own line`,
		}},
		{name: "text folded into one line by YAML", bundle: bundle{"Corefile": "a.org { log } b.org { log }\n"}, want: []string{
			`Corefile:1:13-14 error unexpected-brace: "}" is on the line of a directive: the whole text is one line. If it comes from YAML, put "|" after the key to keep its line breaks`,
			`Corefile:1:27-28 error unexpected-brace: "}" is on the line of a directive: the whole text is one line. If it comes from YAML, put "|" after the key to keep its line breaks`,
		}},
		{name: "zone without a block", bundle: bundle{"Corefile": "a.org\n"}, want: []string{
			`Corefile:1:1-6 error zone-without-block: zone "a.org" has no block, so CoreDNS reads what follows in another file as one of its plugins. Write "{" after the zone and "}" at the end of its block`,
		}},
		{name: "zone without a block before another file", bundle: bundle{"a.Corefile": "a.org\n", "b.Corefile": "b.org {\n log\n}\n"}, want: []string{
			`a.Corefile:1:1-6 error zone-without-block: zone "a.org" has no block, so CoreDNS reads "b.org" as one of its plugins. Write "{" after the zone and "}" at the end of its block`,
		}},

		// Commas.
		{name: "comma before the brace", bundle: bundle{"Corefile": "a.org, {\n log\n}\n"}, want: []string{
			`Corefile:1:1-7 error trailing-comma: the comma announces another zone, but "{" follows. Remove the comma`,
		}},
		{name: "comma joins the next file", bundle: bundle{"Corefile": "a.org,\n"}, want: []string{
			`Corefile:1:1-7 warning trailing-comma: because of the comma, CoreDNS reads what follows in another file as another zone of this block. Remove the comma or add a block`,
		}},

		// Snippets.
		{name: "snippet declared twice", bundle: bundle{"Corefile": "(s) {\n log\n}\n(s) {\n log\n}\n"}, want: []string{
			`Corefile:4:1-4 error snippet-redeclared: snippet "(s)" is already declared on line 1. Rename one of the two`,
		}},
		{name: "snippet declared in two files", bundle: bundle{"a.Corefile": "(s) {\n log\n}\n", "b.Corefile": "(s) {\n log\n}\n"}, want: []string{
			`b.Corefile:1:1-4 error snippet-redeclared: snippet "(s)" is already declared on line 1 of "a.Corefile". Rename one of the two`,
		}},
		{name: "snippet without a block", bundle: bundle{"Corefile": "(s)\nlog\n"}, want: []string{
			`Corefile:1:1-4 error snippet-without-block: snippet "(s)" has no block. Write "{" after it on the same line`,
		}},
		{name: "snippet not closed", bundle: bundle{"Corefile": "(s) {\n log\n"}, want: []string{
			`Corefile:1:5-6 error unclosed-block: missing "}": snippet "(s)" is never closed in this file. Add "}" on its own line`,
		}},
		{name: "a variable may name the snippet that imports", bundle: bundle{"Corefile": "(s) {\n import {$X}\n}\n"}, want: []string{
			`Corefile:2:9-13 warning environment-reference: the import depends on environment variables of the server's pod ("X"), so it was not checked. It may change how the rest is read, so an error in that is only a warning`,
		}},
		{name: "snippet imports itself", bundle: bundle{"Corefile": "(s) {\n import s\n}\n"}, want: []string{
			`Corefile:2:9-10 error import-cycle: snippet "(s)" imports itself. Remove this import`,
		}},
		{name: "snippets import each other", bundle: bundle{"Corefile": "(s) {\n import t\n}\n(t) {\n import s\n}\na.org {\n import s\n}\n"}, want: []string{
			`Corefile:2:9-10 error import-cycle: "t" imports itself, directly or through others. Remove this import`,
		}},

		// Imports.
		{name: "import of nothing", bundle: bundle{"Corefile": "a.org {\n import\n import \"\"\n import a b\n}\n"}, want: []string{
			`Corefile:2:2-8 error import-arguments: import takes exactly one argument: a snippet, a file or a file pattern`,
			`Corefile:3:9-11 error import-arguments: import "" imports nothing. Name a snippet, a file or a file pattern`,
			`Corefile:4:2-8 error import-arguments: import takes exactly one argument: a snippet, a file or a file pattern`,
		}},
		{name: "import of an unknown snippet", bundle: bundle{"Corefile": "a.org {\n import missing\n}\n"}, want: []string{
			`Corefile:2:9-16 error import-not-found: there is no snippet and no key named "missing" here. Declare the snippet above this line or fix the name`,
		}},
		{name: "import of the folder", bundle: bundle{"Corefile": "a.org {\n import ../extra-configs\n}\n"}, want: []string{
			`Corefile:2:9-25 error import-not-found: "../extra-configs" is a directory. Import the files in it with a pattern such as "../extra-configs/*.conf"`,
		}},
		{name: "import of another key", bundle: bundle{"Corefile": "a.org {\n import plugins\n}\n", "plugins": "log\n"}},
		{name: "import of a file elsewhere", bundle: bundle{"Corefile": "a.org {\n import /etc/passwd\n import ../custom/*\n}\n"}, want: []string{
			`Corefile:2:9-20 warning file-elsewhere: import reads /etc/passwd, which must exist in the pod; Corewarden cannot check it`,
			`Corefile:3:9-20 warning file-elsewhere: import reads "../custom/*" in the pod; Corewarden cannot check it`,
		}},
		{name: "import that no file matches", bundle: bundle{"Corefile": "a.org {\n import *.conf\n}\n"}},
		{name: "a backslash makes no pattern that may match nothing", bundle: bundle{"Corefile": "a.org {\n import b\\.conf\n import c\\.conf\n import ../custom/d\\.conf\n}\n", "b.conf": "log\n"}, want: []string{
			`Corefile:3:9-16 error import-not-found: there is no snippet and no key named "c\\.conf" here. Declare the snippet above this line or fix the name`,
			`Corefile:4:9-26 warning file-elsewhere: import reads "../custom/d\\.conf", which must exist in the pod; Corewarden cannot check it`,
		}},
		{name: "a bracket that closes nothing may match nothing", bundle: bundle{"Corefile": "a.org {\n import b]\n}\n"}, want: []string{
			`Corefile:2:9-11 warning import-not-found: there is no snippet and no key named "b]" here. Declare the snippet above this line or fix the name`,
		}},
		{name: "import of all files", bundle: bundle{"Corefile": "a.org {\n import *\n}\n"}, want: []string{
			`Corefile:2:9-10 error import-pattern: "*" also matches "..data", a directory in every ConfigMap volume, and CoreDNS refuses to import directories. Use a pattern that leaves it out, such as "*.conf"`,
		}},
		{name: "import with a bad pattern", bundle: bundle{"Corefile": "a.org {\n import *x*\n import x?y?\n import [ab].conf\n import a[b\n}\n"}, want: []string{
			`Corefile:2:9-12 error import-pattern: "*x*": a pattern can have at most one "*" and one "?", and no "[...]". Import the files one by one or use a simpler pattern`,
			`Corefile:3:9-13 error import-pattern: "x?y?": a pattern can have at most one "*" and one "?", and no "[...]". Import the files one by one or use a simpler pattern`,
			`Corefile:4:9-18 error import-pattern: "[ab].conf": a pattern can have at most one "*" and one "?", and no "[...]". Import the files one by one or use a simpler pattern`,
			`Corefile:5:9-12 error import-pattern: "a[b" is not a valid file pattern: a backslash or bracket has no end`,
		}},
		{name: "import of itself", bundle: bundle{"Corefile": "import Corefile\n"}, want: []string{
			`Corefile:1:8-16 error import-cycle: "Corefile" imports itself, directly or through others. Remove this import`,
		}},
		{name: "imports of each other", bundle: bundle{"a.Corefile": "import b.Corefile\n", "b.Corefile": "import a.Corefile\n"}, want: []string{
			`b.Corefile:1:1-7 error import-arguments: "b.Corefile" is imported twice in a row, and CoreDNS reads the end of the first and the start of the second as one line. Import it once`,
		}},
		{name: "import of all Corefiles", bundle: bundle{"a.Corefile": "import *Corefile\n", "b.Corefile": "b.org {\n log\n}\n"}, want: []string{
			`a.Corefile:1:8-17 error import-cycle: "*Corefile" imports itself, directly or through others. Remove this import`,
		}},

		// The environment.
		{name: "import from the environment", bundle: bundle{"Corefile": "a.org {\n import {$HOME}/x\n import {%HOME%}{$USER}{$A}{$B}{$C}\n}\n"}, want: []string{
			`Corefile:2:9-18 warning environment-reference: the import depends on environment variables of the server's pod ("HOME"), so it was not checked. It may change how the rest is read, so an error in that is only a warning`,
			`Corefile:3:9-36 warning environment-reference: the import depends on environment variables of the server's pod ("HOME", "USER", "A", 2 more), so it was not checked. It may change how the rest is read, so an error in that is only a warning`,
		}},
		{name: "import from the environment that may close the block", bundle: bundle{"a.Corefile": "a.org {\n import {$A}\n", "b.Corefile": "b.org {\n log\n}\n"}, want: []string{
			`a.Corefile:2:9-13 warning environment-reference: the import depends on environment variables of the server's pod ("A"), so it was not checked. It may change how the rest is read, so an error in that is only a warning`,
		}},
		{name: "a misspelt plugin in an imported file is not read as the next block", bundle: bundle{"Corefile": "a.org {\n import plugins\n}\n", "plugins": "lgo\n"}},
		{name: "a misspelt plugin in another file's snippet is not read as the next block", bundle: bundle{"a.Corefile": "(s) {\n lgo\n}\n", "b.Corefile": "b.org {\n import s\n}\n"}},
		{name: "server block not closed after an import", bundle: bundle{"a.Corefile": "a.org {\n import plugins\n", "b.Corefile": "b.org {\n log\n}\n", "plugins": "log\n"}, want: []string{
			`a.Corefile:1:7-8 error unclosed-block: missing "}": the file that is loaded next becomes part of the server block of "a.org". Add "}" on its own line`,
		}},
		{name: "block of a plugin not closed after an import", bundle: bundle{"a.Corefile": "a.org {\n hosts {\n  import plugins\n", "b.Corefile": "b.org {\n log\n}\n", "plugins": "log\n"}, want: []string{
			`a.Corefile:2:8-9 error unclosed-block: missing "}": the block of "hosts" is never closed in this file. Add "}" on its own line`,
		}},
		{name: "plugin from the environment before another file", bundle: bundle{"a.Corefile": "a.org {\n {$PLUGIN}\n", "b.Corefile": "}\n"}},

		// Characters.
		{name: "bytes that are not UTF-8", bundle: bundle{"Corefile": "a.org {\n log \xff\xfe\n}\n"}, want: []string{
			`Corefile:2:6-8 warning not-text: "��" contains bytes that are not UTF-8, which CoreDNS reads as U+FFFD. Save the file as UTF-8`,
		}},
		{name: "invisible characters", bundle: bundle{"Corefile": "a.org {\n log x\u200by \x00 \ufeff\n}\n"}, want: []string{
			`Corefile:2:6-9 warning invisible-character: "x\u200by" contains the invisible character U+200B, which CoreDNS reads as part of the word. Remove it`,
			`Corefile:2:10-11 warning invisible-character: "\x00" contains the invisible character U+0000, which CoreDNS reads as part of the word. Remove it`,
			`Corefile:2:12-13 warning invisible-character: "\ufeff" contains the invisible character U+FEFF, which CoreDNS reads as part of the word. Remove it`,
		}},
		{name: "a byte order mark at the start is fine", bundle: bundle{"Corefile": "\ufeffa.org {\n log\n}\n"}},

		// Columns count characters, from 1.
		{name: "tabs and wide characters before the place", bundle: bundle{"Corefile": "a.org {\n\tlog ä€😀 \"b c\" }\n"}, want: []string{
			`Corefile:2:16-17 error unexpected-brace: "}" is on the line of a directive. Put each directive and each "}" on its own line`,
		}},
		{name: "byte order mark before the place", bundle: bundle{"Corefile": "\ufeffa.org, {\n}\n"}, want: []string{
			`Corefile:1:1-7 error trailing-comma: the comma announces another zone, but "{" follows. Remove the comma`,
		}},
		{name: "carriage returns", bundle: bundle{"Corefile": "a.org {\r\n import\r\n}\r\n"}, want: []string{
			`Corefile:2:2-8 error import-arguments: import takes exactly one argument: a snippet, a file or a file pattern`,
		}},
		{name: "quoted words with line breaks before the place", bundle: bundle{"Corefile": "a.org {\n log \"a\nb\" import }\n}\n"}, want: []string{
			`Corefile:3:11-12 error unexpected-brace: "}" is on the line of a directive. Put each directive and each "}" on its own line`,
			`Corefile:4:1-2 error unexpected-brace: "}" closes nothing: every block above it is already closed. Remove it`,
		}},
		{name: "a quoted word over two lines", bundle: bundle{"Corefile": "a.org {\n import \"mis\nsing\"\n}\n"}, want: []string{
			`Corefile:2:9-13 error import-not-found: there is no snippet and no key named "mis\nsing" here. Declare the snippet above this line or fix the name`,
		}},
		{name: "a comment inside of a word", bundle: bundle{"Corefile": "a.org {\n import missing#really\n log # }\n}\n"}, want: []string{
			`Corefile:2:9-16 warning glued-comment: the "#" behind "missing" starts a comment, so CoreDNS reads no more of the word. Put a space before a comment, ":" before a port, or quotes around the word`,
			`Corefile:2:9-16 error import-not-found: there is no snippet and no key named "missing" here. Declare the snippet above this line or fix the name`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var report corefile.Report
			corefile.Parse(test.bundle.configuration(), knownDirectives, &report)
			if got := renderAll(report.Problems()); !slices.Equal(got, test.want) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
