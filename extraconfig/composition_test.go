package extraconfig_test

import (
	"slices"
	"strings"
	"testing"

	"corewarden/extraconfig"
)

// onlyCoreDNS is a cluster with nothing but CoreDNS, which starts on a Corefile of the
// test's. The ConfigMap is mounted as MetaKube does it.
func onlyCoreDNS(t testing.TB, base string) extraconfig.Cluster {
	t.Helper()
	k := metakube(t)
	k.Servers, k.Workloads = k.Servers[:1], k.Workloads[:1]
	k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": base}}
	return k
}

const (
	first  = "import /etc/coredns/extra-configs/*Corefile\n.:53 {\n errors\n cache 30\n}\n"
	last   = ".:53 {\n errors\n cache 30\n}\nimport /etc/coredns/extra-configs/*Corefile\n"
	inside = ".:53 {\n errors\n import extra-configs/*Corefile\n cache 30\n}\n"
)

// TestTheCompositionIsJudged is the specification of what is said about a ConfigMap that
// CoreDNS loads from a Corefile of its own: for each problem all that a user sees.
func TestTheCompositionIsJudged(t *testing.T) {
	t.Parallel()
	const own = "ConfigMap coredns, key Corefile"
	for _, test := range []struct {
		name, base string
		data       texts
		want       []string
	}{
		{name: "imported first", base: first, data: texts{"Corefile": "a.org {\n whoami\n}\n"}},
		{name: "imported last", base: last, data: texts{"Corefile": "a.org {\n whoami\n}\n"}},
		{name: "imported inside of a server block", base: inside, data: texts{"Corefile": "any\nhosts {\n 192.0.2.1 a.org\n fallthrough\n}\n"}},

		// Zones and listeners.
		{name: "a zone of the base, imported first", base: first, data: texts{"Corefile": ".:53 {\n}\n"}, want: []string{
			`Corefile:1:1 error zone-already-served of CoreDNS 1.15.0: ".:53" on port 53 is already served in ` + own + `. Use a more specific zone`,
		}},
		{name: "a zone of the base, imported last", base: last, data: texts{"Corefile": "a.org {\n}\n. {\n}\n"}, want: []string{
			`Corefile:3:1 error zone-already-served of CoreDNS 1.15.0: "." on port 53 is already served in ` + own + `. Use a more specific zone`,
		}},
		{name: "a zone that only this base serves", base: first + "example.org {\n whoami\n}\n", data: texts{"Corefile": "example.org {\n}\n"}, want: []string{
			`Corefile:1:1 error zone-already-served of CoreDNS 1.15.0: "example.org" on port 53 is already served in ` + own + `. Use a more specific zone`,
		}},
		{name: "the root zone, which this base does not serve", base: "import extra-configs/*Corefile\ncluster.local in-addr.arpa ip6.arpa {\n}\n", data: texts{"Corefile": ". {\n}\n"}},
		{name: "everywhere what the base serves on an address", base: "import extra-configs/*Corefile\n.:53 {\n bind 127.0.0.1\n}\n", data: texts{"Corefile": ". {\n}\n"}, want: []string{
			`Corefile:1:1 error zone-overlap of CoreDNS 1.15.0: "." on port 53 is already served in ` + own + `, and only one of the two blocks listens on every address. Use a more specific zone`,
		}},

		// Snippets.
		{name: "a snippet of the base", base: "(s) {\n whoami\n}\n" + last, data: texts{"Corefile": "a.org {\n import s\n}\n"}},
		{name: "a snippet that the base declares, too", base: first + "(s) {\n whoami\n}\n", data: texts{"Corefile": "(s) {\n whoami\n}\n"}, want: []string{
			`Corefile:1:1 error snippet-redeclared of CoreDNS 1.15.0: snippet "(s)" is already declared on line 6 of "ConfigMap coredns, key Corefile". Rename one of the two`,
		}},
		{name: "a snippet that the base uses", base: "import extra-configs/*Corefile\n.:53 {\n import s\n}\n", data: texts{"Corefile": "(s) {\n any\n}\n"}},

		// Text that leaks.
		{name: "a brace that is not closed, imported first", base: first, data: texts{"Corefile": "a.org {\n log\n"}, want: []string{
			`Corefile:1:7 error unclosed-block of CoreDNS 1.15.0: missing "}": the file that is loaded next becomes part of the server block of "a.org". Add "}" on its own line`,
		}},
		{name: "a brace that is not closed, imported inside", base: inside + "b.org {\n whoami\n}\n", data: texts{"a.Corefile": "log\n", "b.Corefile": "hosts {\n 1.2.3.4 a\n"}, want: []string{
			`b.Corefile:1:7 error unclosed-block of CoreDNS 1.15.0: missing "}": everything up to the next "}" becomes part of this block. Add "}" on its own line`,
		}},
		{name: "a zone alone", base: first, data: texts{"Corefile": "a.org\n"}, want: []string{
			`Corefile:1:1 error zone-without-block of CoreDNS 1.15.0: zone "a.org" has no block, so CoreDNS reads what follows in another file as one of its plugins. Write "{" after the zone and "}" at the end of its block`,
		}},
		{name: "a comma at the end, imported last", base: last, data: texts{"Corefile": "a.org,\n"}, want: []string{
			`Corefile:1:1 error trailing-comma of CoreDNS 1.15.0: the comma announces another zone, but nothing follows. Remove the comma, or add the zone and its block`,
		}},

		{name: "a file that the base imports twice", base: "import extra-configs/a*\n" + first, data: texts{"a.Corefile": "a.org {\n whoami\n}\n"}, want: []string{
			`a.Corefile:1:1 error zone-already-served of CoreDNS 1.15.0: "a.org" is served twice: its file or snippet is imported twice. Import it once`,
		}},
		{name: "very much that is too much for the base", base: first + "a.org {\n template IN A {\n" + strings.Repeat("  match a\n", 5_100) + " }\n}\n", data: texts{"Corefile": "b.org {\n template IN A {\n" + strings.Repeat("  match a\n", 5_000) + " }\n}\n"}, want: []string{
			`Corefile:0:0 error breaks-base of CoreDNS 1.15.0: this text breaks another one that CoreDNS 1.15.0 loads: line 5008, column 9 of ConfigMap coredns, key Corefile (too-large)`,
		}},

		{name: "an import of the base", base: first, data: texts{"a.Corefile": "# nothing\n", "b.Corefile": "import ../Corefile\n"}, want: []string{
			`b.Corefile:0:0 error breaks-base of CoreDNS 1.15.0: this text breaks another one that CoreDNS 1.15.0 loads: line 1, column 8 of ConfigMap coredns, key Corefile (import-cycle)`,
		}},

		// Imported inside of a server block.
		{name: "a plugin that may stand once, behind the base's", base: ".:53 {\n cache 30\n import extra-configs/*Corefile\n}\n", data: texts{"Corefile": "log\ncache 60\n"}, want: []string{
			`Corefile:2:1 error repeated-plugin of CoreDNS 1.15.0: cache: a server block can use this plugin only once, and this block already does on line 2 of "ConfigMap coredns, key Corefile". Remove this use`,
		}},
		{name: "a plugin that may stand once, before the base's", base: inside, data: texts{"Corefile": "log\ncache 60\n"}, want: []string{
			`Corefile:2:1 error repeated-plugin of CoreDNS 1.15.0: cache: a server block can use this plugin only once, and this block already does on line 4 of "ConfigMap coredns, key Corefile". Remove this use`,
		}},
		{name: "a server block where only plugins can stand", base: inside, data: texts{"Corefile": "a.org {\n whoami\n}\n"}, want: []string{
			`Corefile:1:1 error unknown-plugin of CoreDNS 1.15.0: unknown plugin "a.org": this text is imported into the server block on line 1 of "ConfigMap coredns, key Corefile", which can contain only plugins`,
		}},

		// The base itself.
		{name: "a base that is broken", base: first + "a.org {\n lgo\n}\n", data: texts{"Corefile": "b.org {\n whoami\n}\n"}, want: []string{
			`:0:0 warning broken-base of CoreDNS 1.15.0: CoreDNS 1.15.0 does not start on its own Corefile. Fix that first; this ConfigMap was checked with MetaKube's Corefile instead. The first problem: line 7, column 2 of ConfigMap coredns, key Corefile (unknown-plugin)`,
		}},
		{name: "a base that is broken, and so is the ConfigMap", base: ".:53 {\n import extra-configs/*Corefile\n", data: texts{"Corefile": "b.org {\n lgo\n}\n"}, want: []string{
			`Corefile:2:2 error unknown-plugin of CoreDNS 1.15.0: unknown plugin "lgo"; did you mean "log"?`,
			`:0:0 warning broken-base of CoreDNS 1.15.0: CoreDNS 1.15.0 does not start on its own Corefile. Fix that first; this ConfigMap was checked with MetaKube's Corefile instead. The first problem: line 1, column 6 of ConfigMap coredns, key Corefile (unclosed-block)`,
		}},
		{name: "a base that does not import the ConfigMap", base: ".:53 {\n errors\n}\n", data: texts{"Corefile": "b.org {\n whoami\n}\n", "data": "x"}, want: []string{
			`:0:0 warning not-loaded of CoreDNS 1.15.0: CoreDNS 1.15.0 loads none of this ConfigMap: its own Corefile (ConfigMap coredns, key Corefile) does not import it. Add an import there, such as "import /etc/coredns/extra-configs/*Corefile"`,
		}},
		{name: "what is not loaded cannot break anything", base: ".:53 {\n errors\n}\n", data: texts{"Corefile": "b.org {\n lgo\n"}, want: []string{
			`:0:0 warning not-loaded of CoreDNS 1.15.0: CoreDNS 1.15.0 loads none of this ConfigMap: its own Corefile (ConfigMap coredns, key Corefile) does not import it. Add an import there, such as "import /etc/coredns/extra-configs/*Corefile"`,
		}},
		{name: "a key that the pattern does not match", base: "import extra-configs/a*Corefile\n.:53 {\n}\n", data: texts{"a.Corefile": "a.org {\n whoami\n}\n", "b.Corefile": "b.org {\n lgo\n}\n"}, want: []string{
			`b.Corefile:0:0 warning not-loaded of CoreDNS 1.15.0: CoreDNS 1.15.0 does not load this key: no import in its own Corefile (ConfigMap coredns, key Corefile) matches it. Rename the key`,
		}},
		{name: "a key that the base imports by its name", base: "import extra-configs/my.Corefile\n.:53 {\n}\n", data: texts{"my.Corefile": "a.org {\n lgo\n}\n"}, want: []string{
			`my.Corefile:2:2 error unknown-plugin of CoreDNS 1.15.0: unknown plugin "lgo"; did you mean "log"?`,
		}},
		{name: "files in the order of the glob", base: first, data: texts{"b.Corefile": "a.org {\n}\n", "B.Corefile": "a.org {\n}\n"}, want: []string{
			`b.Corefile:1:1 error zone-already-served of CoreDNS 1.15.0: "a.org" on port 53 is already served by "a.org" on line 1 of "B.Corefile". Use a more specific zone or merge the two blocks`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := say(onlyCoreDNS(t, test.base).Check(extraconfig.Name, extraconfig.ConfigMap{Data: test.data}))
			if !slices.Equal(got, test.want) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
