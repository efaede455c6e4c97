package extraconfig_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

const (
	both      = "CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)"
	coreDNS   = "CoreDNS 1.15.0"
	nodeCache = "node-local-dns (node-cache 1.26.7)"
)

// TestCheck says what the two servers have to say about a ConfigMap: for each problem its
// place, its rule and the servers that it concerns.
func TestCheck(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		data texts
		want []string
	}{
		{name: "no key"},
		{name: "nothing is wrong", data: texts{"Corefile": "a.org {\n whoami\n}\n"}},
		{name: "both servers", data: texts{"Corefile": "a.org {\n forwrad . 10.0.0.1\n}\n"}, want: []string{"Corefile:2:2 error unknown-plugin of " + both}},
		{name: "only node-cache", data: texts{"Corefile": "a.org {\n chaos\n whoami\n}\n"}, want: []string{"Corefile:2:2 error unavailable-plugin of " + nodeCache}},
		{name: "only CoreDNS", data: texts{"Corefile": "a.org {\n}\nA.org {\n}\n"}, want: []string{"Corefile:3:1 error zone-already-served of " + coreDNS, "Corefile:3:1 warning old-behaviour of " + nodeCache}},
		{
			name: "in the order of the keys, then of the lines",
			data: texts{"b.Corefile": "a..b {\n}\n", "a.Corefile": "a.org {\n chaos\n forwrad\n}\n"},
			want: []string{
				"a.Corefile:2:2 error unavailable-plugin of " + nodeCache,
				"a.Corefile:3:2 error unknown-plugin of " + both,
				"b.Corefile:1:1 error invalid-zone of " + both,
			},
		},
		{name: "zone twice in two keys", data: texts{"a.Corefile": "a.org {\n}\n", "b.Corefile": "a.org {\n}\n"}, want: []string{"b.Corefile:1:1 error zone-already-served of " + both}},

		// What would break the servers' own Corefile, which stands below, is the key's fault.
		{name: "brace that is not closed", data: texts{"Corefile": "a.org {\n log\n"}, want: []string{"Corefile:1:7 error unclosed-block of " + both}},
		{name: "zone alone", data: texts{"Corefile": "a.org\n"}, want: []string{"Corefile:1:1 error zone-without-block of " + both}},
		{name: "comma at the end", data: texts{"Corefile": "a.org,\n"}, want: []string{"Corefile:1:1 warning trailing-comma of " + both}},
		{name: "brace too many", data: texts{"Corefile": "a.org {\n}\n}\n"}, want: []string{"Corefile:3:1 error unexpected-brace of " + both}},
		{name: "quote without an end", data: texts{"Corefile": "a.org {\n log \"x\n}\n"}, want: []string{"Corefile:1:7 error unclosed-block of " + both}},
		{name: "the root zone", data: texts{"Corefile": ".:53 {\n whoami\n}\n"}, want: []string{"Corefile:1:1 error zone-already-served of " + both}},
		{name: "the root zone on another port", data: texts{"Corefile": ".:5353 {\n whoami\n}\n"}},

		// What looks for plugins when the server has started looks only where it listens.
		{name: "no search path", data: texts{"Corefile": "a.org {\n autopath @errors\n errors\n bind lo\n}\n"}, want: []string{"Corefile:2:2 error unavailable-plugin of " + nodeCache, "Corefile:2:11 error invalid-value of " + coreDNS}},
		{name: "no search path, where nothing listens", data: texts{"Corefile": "a.org {\n autopath @errors\n errors\n bind lo {\n  except lo\n }\n}\n"}, want: []string{
			"Corefile:2:2 error unavailable-plugin of " + nodeCache, "Corefile:2:11 warning ignored-text of " + coreDNS, "Corefile:6:2 warning ignored-text of " + both,
		}},
		{name: "no search path, where a variable may name except", data: texts{"Corefile": "a.org {\n autopath @errors\n errors\n bind lo {\n  {$X} lo\n }\n}\n"}, want: []string{
			"Corefile:1:1 warning unreachable of " + coreDNS, "Corefile:2:2 error unavailable-plugin of " + nodeCache, "Corefile:2:11 warning ignored-text of " + coreDNS,
			"Corefile:5:3 warning environment-reference of " + both,
		}},

		// Other keys.
		{name: "a key that is not loaded", data: texts{"notes": "{"}},
		{name: "a key that is imported", data: texts{"Corefile": "a.org {\n import p\n}\n", "p": "forwrad\n"}, want: []string{"p:1:1 error unknown-plugin of " + both}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range checkAlone(extraconfig.ConfigMap{Data: test.data}, servers(t)) {
				got = append(got, fmt.Sprintf("%s:%d:%d %s %s of %s", p.File, p.Line, p.Column, p.Severity, p.Rule, p.Server))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// checkAlone judges a ConfigMap where nothing else is known of the cluster.
func checkAlone(c extraconfig.ConfigMap, servers []extraconfig.Server) []corefile.Problem {
	return extraconfig.Cluster{Servers: servers}.Check(extraconfig.Name, c)
}

func TestCheckReadsBinaryData(t *testing.T) {
	t.Parallel()
	problems := checkAlone(extraconfig.ConfigMap{BinaryData: map[string][]byte{"Corefile": []byte("a.org {\n forwrad\n}\n")}}, servers(t))
	if len(problems) != 1 || problems[0].File != "Corefile" || problems[0].Line != 2 {
		t.Errorf("problems = %v, want one in line 2 of Corefile", problems)
	}
}

func TestFieldTellsDataFromBinaryData(t *testing.T) {
	t.Parallel()
	c := extraconfig.ConfigMap{Data: texts{"a": ""}, BinaryData: map[string][]byte{"b": nil}}
	for key, want := range map[string]string{"a": "data[a]", "b": "binaryData[b]", "c": "data[c]"} {
		if got := c.Field(key); got != want {
			t.Errorf("field of %s is %s, want %s", key, got, want)
		}
	}
}

// FuzzCheck holds what is true of the verdict on any text: there is one, always the same,
// whatever was judged before, and comments make no difference to it.
func FuzzCheck(f *testing.F) {
	for _, text := range []string{
		"", "a.org {\n whoami\n}\n", "(s) {\n import s\n}\nimport s\n", "import *Corefile", "import two", "a.org {\n bind 10.0.0.1 {\n  except\n }\n view\n}\n",
		"10.0.0.0/9 {\n}\n", "{$A} {\n {%B%} {$C}\n import {$D}\n}\n", "a,\n", "\ufeffa\"b\n{ # c\n}", "a.org {\n log \"x\ny\" # z\n}\n",
	} {
		f.Add(text)
	}
	cluster := metakube(f)
	cluster.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": inside}}
	f.Fuzz(func(t *testing.T, text string) {
		check := func(text string) []corefile.Problem {
			c := extraconfig.ConfigMap{Data: texts{"Corefile": text, "two": text + "\nlog\n", "z.Corefile": "z.org {\n whoami\n}\n"}}
			return append(checkAlone(c, servers(t)), cluster.Check(extraconfig.Name, c)...)
		}
		first := check(text)
		if again := check(text); !reflect.DeepEqual(first, again) {
			t.Errorf("two verdicts on one text:\n%v\n%v", first, again)
		}
		fresh := cluster
		fresh.Sources = nil
		c := extraconfig.ConfigMap{Data: texts{"Corefile": text}}
		if got, want := cluster.Check(extraconfig.Name, c), fresh.Check(extraconfig.Name, c); !reflect.DeepEqual(got, want) {
			t.Errorf("after others the verdict is\n%v\nand by itself\n%v", got, want)
		}
		if lines := strings.Split(text, "\n"); !strings.ContainsRune(text, '"') {
			i := len(text) % len(lines)
			lines[i] += " # a comment"
			if commented := check(strings.Join(lines, "\n")); rejects(first) != rejects(commented) {
				t.Errorf("a comment after line %d changes the verdict from %v to %v", i+1, first, commented)
			}
		}
	})
}

func rejects(problems []corefile.Problem) bool {
	return slices.ContainsFunc(problems, func(p corefile.Problem) bool { return p.Severity == corefile.Error })
}

// TestIgnoredWarnings shows that a comment counts for every server, and that what depends on
// the place of a server is not said to be unused where that is not known.
func TestIgnoredWarnings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"ignored":               {"example.org {\n cache 30s # corewarden:ignore silent-zone we mean it\n whoami\n}\n", ""},
		"unused":                {"example.org {\n cache 30 # corewarden:ignore silent-zone we mean it\n whoami\n}\n", "unused-ignore"},
		"unused, perhaps":       {"# corewarden:ignore missing-bind for other pods\nexample.org {\n whoami\n}\n", ""},
		"ignored, and an error": {"example.org {\n cache 30s # corewarden:ignore silent-zone we mean it\n whoamy\n}\n", "unknown-plugin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, problems := range [][]corefile.Problem{
				extraconfig.CheckCorefile(corefile.File{Name: "Corefile", Path: "/Corefile", Text: test.text}, servers(t)),
				extraconfig.Cluster{Servers: servers(t)}.Check(extraconfig.Name, extraconfig.ConfigMap{Data: map[string]string{"Corefile": test.text}}),
			} {
				var rules []string
				for _, p := range problems {
					rules = append(rules, p.Rule)
				}
				if got := strings.Join(rules, " "); got != test.want {
					t.Errorf("finds %q, want %q", got, test.want)
				}
			}
		})
	}
}
