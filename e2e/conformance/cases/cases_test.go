package cases

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"corewarden/corefile/release"
)

func corpus(t *testing.T, seed uint64) *Corpus {
	t.Helper()
	r, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	var examples []Case
	for _, text := range []string{
		"cache 30 {\nsuccess 100\n}", "forward . 192.0.2.53", "tls cert.pem key.pem",
		"a.org {\nhosts /tmp/hosts {\nfallthrough\n}\n}", "hosts", "errors", "log", "template IN A {\nmatch .*\n}", "acl {\nallow\n}", "kubernetes",
	} {
		c, ok := fromText("test", text)
		if !ok {
			t.Fatalf("not recognised as an example: %s", text)
		}
		examples = append(examples, c)
	}
	return New(examples, r, seed)
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	const count = 2000

	t.Run("the same seed gives the same cases", func(t *testing.T) {
		t.Parallel()
		first, second := corpus(t, 7), corpus(t, 7)
		for i := range count {
			if a, b := first.Case(i), second.Case(i); a.Main()+a.String() != b.Main()+b.String() {
				t.Fatalf("case %d differs:\n%s\n%s", i, a, b)
			}
		}
	})

	t.Run("variables have values, and stand for what was there", func(t *testing.T) {
		t.Parallel()
		c := corpus(t, 1)
		variables, whole := 0, 0
		for i := range count {
			hidden := c.Case(i)
			if len(hidden.Env) == 0 {
				continue
			}
			variables++
			values, ok := hidden.WithValues()
			if ok {
				whole++
			}
			if text := values.String(); ok && strings.Contains(text, "{$") || len(values.Env) > 0 {
				t.Fatalf("with values, the case\n%s\nis\n%s", hidden, text)
			}
		}
		if variables < count/20 || whole < variables*9/10 {
			t.Errorf("of %d cases, %d have variables, and %d of these can be read with their values", count, variables, whole)
		}
	})

	t.Run("each kind of case is there", func(t *testing.T) {
		t.Parallel()
		c := corpus(t, 1)
		seen := map[string]int{}
		for i := range count {
			for _, kind := range kindsOf(c.Case(i)) {
				seen[kind]++
			}
		}
		for _, kind := range []string{
			"a pair of plugins", "an interface", "an interface that is excepted", "a file that the text names",
			"a variable for a word", "a variable at the start of a word", "a variable at the end of a word", "a variable within a word",
		} {
			if seen[kind] < count/400 {
				t.Errorf("%d of %d cases have %s", seen[kind], count, kind)
			}
		}
	})

	t.Run("another seed gives other cases", func(t *testing.T) {
		t.Parallel()
		first, second := corpus(t, 1), corpus(t, 2)
		same := 0
		for i := range count {
			if first.Case(i).String() == second.Case(i).String() {
				same++
			}
		}
		if same > count/20 {
			t.Errorf("%d of %d cases are the same", same, count)
		}
	})

	t.Run("most cases are different", func(t *testing.T) {
		t.Parallel()
		c := corpus(t, 1)
		texts := map[string]bool{}
		for i := range count {
			texts[c.Case(i).String()] = true
		}
		if len(texts) < count*6/10 {
			t.Errorf("%d cases have only %d different texts", count, len(texts))
		}
	})

	t.Run("a file that a case names is there, and nothing outside of its folder", func(t *testing.T) {
		t.Parallel()
		c := corpus(t, 1)
		for i := range count {
			text := c.Case(i)
			if strings.Contains(text.String(), "/tmp/") {
				t.Fatalf("case %d names a file of the machine:\n%s", i, text)
			}
			if _, found := text.Files["tls.crt"]; !found && strings.Contains(text.Files["Corefile"], Dir+"/tls.crt") {
				t.Fatalf("case %d has no certificate:\n%s", i, text)
			}
		}
	})
}

// kindsOf names what there is in a case.
func kindsOf(c Case) (kinds []string) {
	if strings.HasPrefix(c.Origin, "pair of ") {
		kinds = append(kinds, "a pair of plugins")
	}
	if len(c.Interfaces()) > 0 {
		kinds = append(kinds, "an interface")
	}
	if len(c.Beside()) > 0 {
		kinds = append(kinds, "a file that the text names")
	}
	for _, line := range parse(c.Files["Corefile"]) {
		if line[0] == "except" && slices.ContainsFunc(line[1:], possibleInterface) {
			kinds = append(kinds, "an interface that is excepted")
		}
		for _, w := range line {
			at := reference.FindStringIndex(w)
			switch {
			case at == nil:
			case at[0] == 0 && at[1] == len(w):
				kinds = append(kinds, "a variable for a word")
			case at[0] == 0:
				kinds = append(kinds, "a variable at the start of a word")
			case at[1] == len(w):
				kinds = append(kinds, "a variable at the end of a word")
			default:
				kinds = append(kinds, "a variable within a word")
			}
		}
	}
	return kinds
}

func TestWhatACaseNamesIsSupplied(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, line, files, interfaces string }{
		{"nothing", "whoami", "", ""},
		{"a certificate and its key", "tls cert.pem key.pem", "cert.pem key.pem", ""},
		{"a name without an ending", "tls CERT KEY", "CERT KEY", ""},
		{"a DNSSEC key", "dnssec {\n key file Kexample.net.key\n}", "Kexample.net.key Kexample.net.private", ""},
		{"a file for the search path", "autopath names.conf", "names.conf", ""},
		{"a zone file of any name", "dynupdate {\n file names\n}", "names", ""},
		{"what would be a mistyped address", "forward . resolv.conf", "", ""},
		{"a file elsewhere", "tls ../cert.pem /cert.pem", "", ""},
		{"interfaces", "bind eth1 lo {\n except eth0 127.0.0.1\n}", "", "eth0 eth1"},
		{"an interface in a variable", "bind {$V0}", "", "eth7"},
		{"what is no interface", "bind 192.0.2.7 ::1 a/b all an-interface-with-a-long-name", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := plain("test", "", "example.org {\n"+test.line+"\n}\n")
			c.Env = map[string]string{"V0": "eth7"}
			if got := strings.Join(slices.Sorted(maps.Keys(c.Beside())), " "); got != test.files {
				t.Errorf("files %q, want %q", got, test.files)
			}
			if got := strings.Join(c.Interfaces(), " "); got != test.interfaces {
				t.Errorf("interfaces %q, want %q", got, test.interfaces)
			}
		})
	}
}

func TestCasesRunNoCommands(t *testing.T) {
	t.Parallel()
	if c, ok := fromText("test", "a.org {\n on startup reboot\n}"); ok {
		t.Errorf("an example that runs a command is taken:\n%s", c)
	}
	if harmless(Case{Files: map[string]string{"Corefile": "a.org {\n\"on\" startup reboot\n}\n"}}) {
		t.Error("a case that runs a command counts as harmless")
	}
}

func TestExamplesAreFound(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	folder := filepath.Join(source, "plugin", "cache")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"README.md": "# cache\n\nText of cache.\n\n~~~ txt\ncache [TTL]\n~~~\n\n```corefile\n# all\n. {\n  cache 30\n}\n```\n\n~~~ sh\ncache it\n~~~\n",
		"setup_test.go": "package cache\n\nvar inputs = []string{`cache 5`, \"cache {\\n\" + \"prefetch 1\\n}\", \"file \" + name + \" a.org\", \"no example\", " +
			"\"b.org {\\n\\tcache %d\\n}\"}\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fromREADME, err := READMEs(source)
	if err != nil {
		t.Fatal(err)
	}
	fromTests, err := GoTests(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range slices.Concat(fromREADME, fromTests) {
		got = append(got, fmt.Sprintf("%s (%s): %q", c.Origin, c.Plugin, c))
	}
	want := []string{
		`README of cache (cache): "example.org {\ncache [TTL]\n}\n"`,
		`README of cache (cache): ". {\n  cache 30\n}\n"`,
		`tests of cache/setup (cache): "example.org {\ncache 5\n}\n"`,
		`tests of cache/setup (cache): "example.org {\ncache {\nprefetch 1\n}\n}\n"`,
		`tests of cache/setup (file): "example.org {\nfile /etc/coredns/extra-configs/db.example.org a.org\n}\n"`,
		`tests of cache/setup (cache): "b.org {\n\tcache 5\n}\n"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWrittenCases(t *testing.T) {
	t.Parallel()
	got, err := Written(fstest.MapFS{"topic.txt": {Data: []byte("== one file\na.org {\n}\n== two files\n-- a.Corefile --\na.org {\n-- b.Corefile --\n}\n")}})
	if err != nil {
		t.Fatal(err)
	}
	want := []Case{
		{Origin: "topic: one file", Files: map[string]string{"Corefile": "a.org {\n}\n"}},
		{Origin: "topic: two files", Files: map[string]string{"a.Corefile": "a.org {\n", "b.Corefile": "}\n"}},
	}
	same := func(a, b Case) bool { return a.Origin == b.Origin && maps.Equal(a.Files, b.Files) }
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestComposedCases(t *testing.T) {
	t.Parallel()
	const count = 400
	bases, err := Bases(fstest.MapFS{
		"first.Corefile":  {Data: []byte("import extra-configs/*Corefile\n.:53 {\n    errors\n    kubernetes cluster.local {\n        pods insecure\n    }\n    ready\n}\n")},
		"inside.Corefile": {Data: []byte(".:53 {\n    errors\n    import extra-configs/*Corefile\n    bind __PILLAR__LOCAL__DNS__\n}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := bases[0].Text; strings.Contains(got, "kubernetes") || !strings.Contains(got, "ready") {
		t.Errorf("without what needs a cluster:\n%s", got)
	}
	all := func(Case) bool { return true }
	first, second := corpus(t, 7), corpus(t, 7)
	siblings, variables, apart := 0, 0, 0
	for i := range count {
		c := first.Composed(i, bases, all)
		if again := second.Composed(i, bases, all); c.Main()+c.String() != again.Main()+again.String() {
			t.Fatalf("case %d differs:\n%s\n%s", i, c, again)
		}
		if strings.Contains(c.Main(), "__PILLAR__") {
			t.Fatalf("case %d has a placeholder:\n%s", i, c.Main())
		}
		if len(c.Sibling) > 0 {
			siblings++
		}
		if c.Variables {
			variables++
		}
		if !strings.Contains(c.String(), ".:53") {
			apart++
		}
	}
	if siblings < count/8 || variables < count/8 || apart < count/3 {
		t.Errorf("of %d cases %d are of two ConfigMaps, %d have $(VAR) in the server's arguments and %d do not serve what the base does", count, siblings, variables, apart)
	}
}

func TestReleasesGetBasesThatTheyStartOn(t *testing.T) {
	t.Parallel()
	bases := []Base{
		{Name: "plain", Text: ".:53 {\n errors\n import *Corefile\n}\n"},
		{Name: "ready", Text: ".:53 {\n ready\n}\n"},
		{Name: "template", Text: ".:53 {\n bind __PILLAR__LOCAL__DNS__\n}\n"},
	}
	coreDNS, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	nodeCache, err := release.NodeCache("1.26.7")
	if err != nil {
		t.Fatal(err)
	}
	for want, r := range map[string]release.Release{"plain ready": coreDNS, "plain template": nodeCache} {
		var names []string
		for _, base := range BasesOf(bases, r) {
			names = append(names, base.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s starts on %q, want %q", r.Name, got, want)
		}
	}
}
