package main

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

// tree returns the source of a release: the least that there has to be, and the files.
func tree(files map[string]string) map[string]string {
	all := map[string]string{
		"core/dnsserver/zdirectives.go": directivesOf("log", "any"),
		"go.mod":                        "module github.com/coredns/coredns\n",
	}
	maps.Copy(all, files)
	return all
}

func directivesOf(names ...string) string {
	return "package dnsserver\n\nvar Directives = []string{\"" + strings.Join(names, "\", \"") + "\"}\n"
}

func readTree(t *testing.T, files map[string]string) source {
	t.Helper()
	root := fstest.MapFS{}
	for name, text := range files {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := read(root)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// setup is a setup.go whose function has the body.
func setup(body string) string {
	return "package p\n\nimport \"github.com/coredns/caddy\"\n\nfunc setup(c *caddy.Controller) {\n" + body + "\n}\n"
}

func TestReport(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		was, is map[string]string
		want    string
	}{
		{"nothing", nil, nil, "Nothing changed."},
		{
			"directives that came and went, in any order",
			map[string]string{"core/dnsserver/zdirectives.go": directivesOf("log", "any", "old")},
			map[string]string{"core/dnsserver/zdirectives.go": directivesOf("siit", "any", "acl", "log")},
			"Directives\n" +
				"  + acl                                the 3. in order\n" +
				"  - old                                the 3. in order\n" +
				"  + siit                               the 1. in order\n" +
				"  ~ log                                the 4. in order",
		},
		{
			"a directive that moved",
			map[string]string{"core/dnsserver/zdirectives.go": directivesOf("acl", "any", "log", "cache")},
			map[string]string{"core/dnsserver/zdirectives.go": directivesOf("any", "log", "new", "acl", "cache")},
			"Directives\n" +
				"  + new                                the 3. in order\n" +
				"  ~ acl                                the 4. in order",
		},
		{
			"a plugin that came, with its words",
			nil,
			map[string]string{"plugin/siit/setup.go": setup("switch c.Val() {\ncase \"eam\", \"ipv6_prefix\":\n}")},
			"Plugin siit\n" +
				"  new      plugin/siit/setup.go                     +9 -0\n" +
				"    + eam                            line 7\n" +
				"    + ipv6_prefix                    line 7",
		},
		{
			"a plugin that went",
			map[string]string{"plugin/proxy/setup.go": setup("")},
			nil,
			"Plugin proxy\n  removed  plugin/proxy/setup.go                    +0 -7",
		},
		{
			"a case that came and one that went",
			map[string]string{"plugin/a/setup.go": setup("switch c.Val() {\ncase \"x\":\ncase \"y\":\n}")},
			map[string]string{"plugin/a/setup.go": setup("switch c.Val() {\ncase \"x\":\ncase \"z\":\n}")},
			"Plugin a\n" +
				"  changed  plugin/a/setup.go                        +1 -1\n" +
				"    - y                              line 8\n" +
				"    + z                              line 8",
		},
		{
			"comparisons, keys of maps and constants, in any file of the plugin",
			map[string]string{"plugin/a/setup.go": setup("")},
			map[string]string{
				"plugin/a/setup.go": setup(""),
				"plugin/a/rule.go":  "package p\n\nconst Exact = \"exact\"\n\nvar m = map[string]int{\"key\": 1}\n\nfunc f(s string) bool {\n\tswitch s {\n\tcase Exact:\n\t}\n\treturn s != \"metadata\" && s != \"\"\n}\n",
			},
			"Plugin a\n" +
				"  new      plugin/a/rule.go                         +12 -0\n" +
				"    + exact                          line 9\n" +
				"    + key                            line 5\n" +
				"    + metadata                       line 11",
		},
		{
			"a word that another file of the plugin had already",
			map[string]string{"plugin/a/setup.go": setup(""), "plugin/a/io.go": "package p\n\nvar m = map[string]int{\"tls\": 1}\n"},
			map[string]string{"plugin/a/setup.go": setup("_ = c.Val() == \"tls\""), "plugin/a/io.go": "package p\n\nvar m = map[string]int{\"tls\": 1}\n"},
			"Plugin a\n" +
				"  changed  plugin/a/setup.go                        +1 -1\n" +
				"    + tls                            line 6",
		},
		{
			"a plugin without a setup.go",
			nil,
			map[string]string{"plugin/tls/tls.go": setup("switch c.Val() {\ncase \"keylog\":\n}")},
			"Plugin tls\n" +
				"  new      plugin/tls/tls.go                        +9 -0\n" +
				"    + keylog                         line 7",
		},
		{
			"a folder that is no plugin",
			nil,
			map[string]string{"plugin/test/helpers.go": "package test\n\nvar m = map[string]int{\"key\": 1}\n"},
			"Nothing changed.",
		},
		{
			"files that read no configuration are left out, and so are tests",
			map[string]string{"plugin/a/setup.go": setup("")},
			map[string]string{
				"plugin/a/setup.go":      setup(""),
				"plugin/a/handler.go":    "package p\n",
				"plugin/a/setup_test.go": setup("if c.Val() == \"x\" {\n}"),
				"plugin/a/README.md":     "# a\n",
			},
			"Nothing changed.",
		},
		{
			"a change of a value alone",
			map[string]string{"plugin/a/setup.go": setup("if n > 10 {\n}")},
			map[string]string{"plugin/a/setup.go": setup("if n > 20 {\n}")},
			"Plugin a\n  changed  plugin/a/setup.go                        +1 -1",
		},
		{
			"what all plugins go through, and the modules",
			map[string]string{"plugin/normalize.go": "package plugin\n", "go.mod": "require (\n\tgithub.com/coredns/caddy v1.1.3\n\tgithub.com/miekg/dns v1.1.72\n)\n"},
			map[string]string{"plugin/normalize.go": "package plugin\n\n// More.\n", "core/dnsserver/tlsconfig.go": "package dnsserver\n", "go.mod": "require github.com/coredns/caddy v1.1.4 // why\nrequire github.com/miekg/dns v1.1.72\n"},
			"What all plugins go through\n" +
				"  new      core/dnsserver/tlsconfig.go              +1 -0\n" +
				"  changed  plugin/normalize.go                      +2 -0\n" +
				"\n" +
				"Modules that read configuration\n  github.com/coredns/caddy v1.1.3 -> v1.1.4",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			if err := report(&out, readTree(t, tree(test.was)), readTree(t, tree(test.is))); err != nil {
				t.Fatal(err)
			}
			if got, want := out.String(), "\n"+test.want+"\n"; got != want {
				t.Errorf("reports\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestDiffSizeIsThatOfTheShortestDifference(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		was, is        string
		removed, added int
	}{
		{"", "", 0, 0},
		{"", "a b", 0, 2},
		{"a b", "", 2, 0},
		{"a b c", "a c", 1, 0},
		{"a b c d", "b c d a", 1, 1},
		{"a b c a b b a", "c b a b a c", 3, 2},
		{"a", "a a", 0, 1},
	} {
		onePerLine := func(words string) string {
			var text strings.Builder
			for word := range strings.FieldsSeq(words) {
				text.WriteString(word + "\n")
			}
			return text.String()
		}
		if removed, added := diffSize(onePerLine(test.was), onePerLine(test.is)); removed != test.removed || added != test.added {
			t.Errorf("%q to %q: -%d +%d, want -%d +%d", test.was, test.is, removed, added, test.removed, test.added)
		}
	}
}

func TestSourceThatIsNotCoreDNSIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"no list": "", "an empty list": "package dnsserver\n\nvar Directives = []string{}\n"} {
		_, err := read(fstest.MapFS{"core/dnsserver/zdirectives.go": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), "zdirectives.go does not hold the list of directives") {
			t.Errorf("%s: error = %v", name, err)
		}
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	err := run(t.Context(), []string{"1.15.0"}, t.Output())
	if err == nil || !strings.Contains(err.Error(), "OLD NEW, such as 1.14.7 1.15.0") {
		t.Errorf("error = %v", err)
	}
}
