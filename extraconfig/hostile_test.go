package extraconfig_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
)

const mebibyte = 1 << 20

// fill repeats a text until a ConfigMap holds no more of it.
func fill(text string) string { return strings.Repeat(text, mebibyte/len(text)) }

// numbered repeats a text with a number in the place of its verb, until a ConfigMap holds
// no more of it.
func numbered(format string) string {
	var b strings.Builder
	for i := 0; b.Len() < mebibyte-len(format)-10; i++ {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// snippetBomb declares snippets of which each imports the one before it n times.
func snippetBomb(n, levels int) string {
	var b strings.Builder
	b.WriteString("(s0) {\n log\n}\n")
	for i := range levels {
		fmt.Fprintf(&b, "(s%d) {\n%s}\n", i+1, strings.Repeat(fmt.Sprintf(" import s%d\n", i), n))
	}
	fmt.Fprintf(&b, "a.org {\n import s%d\n}\n", levels)
	return b.String()
}

func servers(t testing.TB) []extraconfig.Server {
	t.Helper()
	coreDNS, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	nodeCache, err := release.NodeCache("1.26.7")
	if err != nil {
		t.Fatal(err)
	}
	return []extraconfig.Server{{Workload: "coredns", Release: coreDNS}, {Workload: "node-local-dns", Release: nodeCache}}
}

func coreDNSRelease(t testing.TB, version string) release.Release {
	t.Helper()
	r, err := release.CoreDNS(version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// keysOf returns n keys with the name and the text that a function gives.
func keysOf(n int, key func(i int) (name, text string)) map[string]string {
	keys := make(map[string]string, n)
	for i := range n {
		name, text := key(i)
		keys[name] = text
	}
	return keys
}

func corefileKey(text string) map[string]string { return map[string]string{"Corefile": text} }

// A hostile bundle is a ConfigMap's data that costs as much as it can, and whether it is
// rejected.
type hostile struct {
	data     map[string]string
	rejected bool
}

func hostileBundles() map[string]hostile {
	return map[string]hostile{
		"one word":                        {corefileKey(fill("a")), true},
		"one quoted word":                 {corefileKey(`"` + fill("a")), true},
		"one comment":                     {corefileKey("#" + fill("a")), false},
		"only line breaks":                {corefileKey(fill("\n")), false},
		"only carriage returns":           {corefileKey(fill("\r")), false},
		"only NUL":                        {corefileKey(fill("\x00")), true},
		"words of NUL":                    {corefileKey("a.org {\n" + fill("\x00 ")), true},
		"words that are not UTF-8":        {corefileKey("a.org {\n log " + strings.Repeat("\ufffd ", 190_000) + "\xff\n}\n"), false},
		"byte order marks":                {corefileKey(fill("\ufeff")), true},
		"unprintable words":               {corefileKey(numbered("\U000e0001\U000e0001\U000e0001\U000e0001\U000e0001\U000e0001\U000e0001\U000e0001\U000e0001\U000e0001%d {\n}\n")), false},
		"server blocks":                   {corefileKey(numbered("a%d {\n}\n")), true},
		"100,000 server blocks":           {corefileKey(strings.Repeat("a {\n}\n", 100_000)), true},
		"nesting":                         {corefileKey("a.org {\n log " + strings.Repeat("{ ", 100_000)), true},
		"closing braces":                  {corefileKey(fill("}\n")), true},
		"opening braces":                  {corefileKey(fill("{\n")), true},
		"quotes":                          {corefileKey(fill("\" ")), true},
		"zones":                           {corefileKey(numbered("a%d ") + "{\n}\n"), true},
		"the same zone":                   {corefileKey(fill("a ") + "{\n}\n"), true},
		"commas":                          {corefileKey(fill(", ")), true},
		"long zones":                      {corefileKey(fill(strings.Repeat("a", 300)+" ") + "{\n}\n"), true},
		"long ports":                      {corefileKey("a.org:" + fill("9") + " {\n}\n"), true},
		"networks of 128 zones":           {corefileKey(numbered("10.%[1]d.0.0/9 ") + "{\n}\n"), true},
		"different networks of 128 zones": {corefileKey(networks() + "{\n}\n"), true},
		"addresses":                       {corefileKey("a.org {\n bind " + strings.Repeat("10.0.0.1 ", 100_000) + "\n}\n"), true},
		"addresses that are excepted":     {corefileKey("a.org {\n bind " + manyAddresses(20_000) + "{\n except " + manyAddresses(20_000) + "\n }\n}\n"), false},
		"zones on addresses":              {corefileKey(strings.Repeat("a%d.org ", 1) + manyZones(20_000) + "{\n bind " + manyAddresses(20_000) + "\n}\n"), true},
		"plugins":                         {corefileKey("a.org {\n" + fill("log\n")), true},
		"unknown plugins":                 {corefileKey("a.org {\n" + numbered("lgo%d\n") + "}\n"), true},
		"unavailable plugins":             {corefileKey("a.org {\n" + fill("acl\n")), true},
		"plugins of every block":          {corefileKey(numbered("a%d {\n lgo\n}\n")), true},
		"wide snippet bomb":               {corefileKey(snippetBomb(100, 10)), true},
		"deep snippet bomb":               {corefileKey(snippetBomb(2, 1000)), true},
		"bomb of empty snippets":          {corefileKey("(s0) {\n}\n(s1) {\n" + strings.Repeat(" import s0\n", 50_000) + "}\na.org {\n" + strings.Repeat(" import s1\n", 1000) + "}\n"), true},
		"snippets":                        {corefileKey(numbered("(s%d) {\n}\n")), true},
		"snippet that imports itself":     {corefileKey("(s) {\n import s\n}\n" + fill("import s\n")), true},
		"snippets that import each other": {corefileKey("(s) {\n import t\n import t\n}\n(t) {\n import s\n import s\n}\nimport s\n"), true},
		"Corefile that imports itself":    {corefileKey("import Corefile\nimport Corefile\n"), true},
		"the most keys": {keysOf(2000, func(i int) (string, string) {
			return fmt.Sprint(i, ".Corefile"), fmt.Sprintf("a%d.org {\n log\n errors\n}\n", i)
		}), false},
		"the most keys that are files": {keysOf(2000, func(i int) (string, string) { return fmt.Sprint(i), fmt.Sprintf("import *x%d\n", i) }), false},
		"Corefiles that import all":    {keysOf(1000, func(i int) (string, string) { return fmt.Sprintf("%d.Corefile", i), "import *Corefile\n" }), true},
		"Corefiles in a ring": {keysOf(1000, func(i int) (string, string) {
			return fmt.Sprintf("%d.Corefile", i), fmt.Sprintf("import %d.Corefile\n", (i+1)%1000)
		}), true},
		"keys in a ring":                        {keysOf(50_000, func(i int) (string, string) { return fmt.Sprint(i), fmt.Sprintf("import %d\n", (i+1)%50_000) }), true},
		"keys that no Corefile names":           {keysOf(50_000, func(i int) (string, string) { return fmt.Sprint(i), "log\n" }), true},
		"keys with patterns":                    {keysOf(20_000, func(i int) (string, string) { return fmt.Sprint(i, ".Corefile"), fmt.Sprintf("import *%d\n", i) }), true},
		"keys that patterns name":               {keysOf(20_000, func(i int) (string, string) { return fmt.Sprint(i), fmt.Sprintf("import *x%d\n", i) }), true},
		"keys with an unclosed brace":           {keysOf(20_000, func(i int) (string, string) { return fmt.Sprintf("%d.Corefile", i), "a.org {\n" }), true},
		"keys with an unclosed brace of a word": {keysOf(20_000, func(i int) (string, string) { return fmt.Sprintf("%d.Corefile", i), "a.org {\n log {\n" }), true},
		"imports after unclosed braces": {keysOf(11, func(i int) (string, string) {
			return fmt.Sprintf("%d.Corefile", i), "a.org {\n log {\n" + strings.Repeat("import x*\n", 8_000)
		}), true},
		"imports with a pattern":               {corefileKey("a.org {\n" + fill(" import x*\n")), true},
		"imports of a file elsewhere":          {corefileKey("a.org {\n" + strings.Repeat(" import /etc/passwd\n", 9_000) + "}\n"), false},
		"a long name to import":                {corefileKey("a.org {\n import " + fill("x") + "\n}\n"), true},
		"references to the environment":        {corefileKey(fill("{$HOME} {%HOME%} ") + "{\n}\n"), false},
		"references to the environment inside": {corefileKey("{$HOME} {\n import {$HOME}\n {$HOME} {%HOME%}\n log {$LOOP}\n}\n{$LOOP}:53 {\n}\n"), false},
		"one long name in the environment":     {corefileKey("{$" + fill("A") + "} {\n}\n"), false},
		"many references in one word":          {corefileKey(fill("{$A}") + " {\n}\n"), false},
		"references without an end":            {corefileKey(fill("{$") + " {\n}\n"), true},
		"patterns that start over": {keysOf(2_000, func(i int) (string, string) {
			return fmt.Sprintf("%s%d.Corefile", strings.Repeat("a", 240), i), "import *" + strings.Repeat("a", 100) + "?.x\n"
		}), true},
		"regular expressions":                 {corefileKey("a.org {\n" + numbered(" rewrite name regex ((a{1,30}){1,30}|b%d)*$ b\n") + "}\n"), true},
		"one long regular expression":         {corefileKey("a.org {\n rewrite name regex " + fill("(a*)*") + " b\n}\n"), true},
		"regular expressions up to the limit": {corefileKey("a.org {\n" + strings.Repeat(" rewrite name regex "+strings.Repeat("(a|b*)*", 1400)+" b\n", 100) + "}\n"), true},
		"templates":                           {corefileKey("a.org {\n template ANY ANY {\n" + numbered("  answer \"{{ range .Match }}{{ index . %d }}{{ end }}\"\n") + " }\n}\n"), true},
		"one long template":                   {corefileKey("a.org {\n template ANY ANY {\n  answer \"" + fill("{{ if .Name }}") + "\"\n }\n}\n"), true},
		"nested parentheses in a template":    {corefileKey("a.org {\n template ANY ANY {\n  answer \"{{ " + strings.Repeat("(", 400_000) + "\"\n }\n}\n"), true},
		"expressions":                         {corefileKey("a.org {\n" + numbered(" view v%d {\n  expr name() in ['a', 'b'] && size() > 10\n }\n") + "}\n"), true},
		"one long expression":                 {corefileKey("a.org {\n view v {\n  expr " + fill("(1 + ") + "\n }\n}\n"), true},
		"entries of hosts":                    {corefileKey("a.org {\n hosts {\n" + numbered("  10.0.0.1 a%d.org\n") + " }\n}\n"), false},
		"networks of acl":                     {corefileKey("a.org {\n acl {\n  block net " + networks() + "\n }\n}\n"), true},
		"zones of plugins":                    {corefileKey("a.org {\n errors\n cache 30 " + networks() + "\n}\n"), false},
		"plugins with the zones of the block": {corefileKey(manyZones(12_000) + "{\n" + strings.Repeat(" acl\n", 90_000) + "}\n"), true},
		"upstreams":                           {corefileKey("a.org {\n forward . " + manyAddresses(50_000) + "\n}\n"), true},
		"comments that ignore nothing":        {corefileKey(fill("# corewarden:ignore silent-zone a zone\n")), false},
		"blocks whose warnings are ignored":   {corefileKey(fill("a { # corewarden:ignore silent-zone a zone\n")), true},
		"carriage returns and line feeds":     {corefileKey("a.org {\r\n" + fill(" log\r\n")), true},
	}
}

// secret is what the environment holds when hostile bundles are judged.
const secret = "Zm9yIHRlc3Rz"

// judge does all that admission and the controller do with a ConfigMap's content.
func judge(data map[string]string, cluster extraconfig.Cluster) []corefile.Problem {
	given := extraconfig.ConfigMap{Data: data}
	given.Hash()
	normal, _, problems := extraconfig.Write{After: given}.Normalise()
	return append(problems, cluster.Check(extraconfig.Name, normal)...)
}

// TestHostileInputEndsSoon is about time and memory: whatever a ConfigMap holds, it is
// judged soon, and with messages that a person can read.
func TestHostileInputEndsSoon(t *testing.T) { // alone, as it measures
	t.Setenv("HOME", secret)
	t.Setenv("LOOP", secret+"{$LOOP}")
	alone, cluster := extraconfig.Cluster{Servers: servers(t)}, metakube(t)
	for name, test := range hostileBundles() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			problems, composed := judge(test.data, alone), judge(test.data, cluster)
			elapsed := time.Since(start)
			runtime.ReadMemStats(&after)
			allocated := (after.TotalAlloc - before.TotalAlloc) / mebibyte // not all of it at once
			t.Logf("%d ms, %d MiB allocated", elapsed.Milliseconds(), allocated)
			if elapsed > time.Minute || allocated > 4096 { // for both verdicts, far above what it takes on a busy machine
				t.Errorf("took %v and allocated %d MiB", elapsed, allocated)
			}

			rejected := false
			for _, p := range problems {
				rejected = rejected || p.Severity == corefile.Error
			}
			for _, p := range slices.Concat(problems, composed) {
				if n := utf8.RuneCountInString(p.Message); n > 400 {
					t.Errorf("a message has %d characters: %s", n, p.Message)
				}
				if strings.Contains(p.Message+p.Suggestion, secret) {
					t.Errorf("the environment shows in %q", p.Message)
				}
			}
			if rejected != test.rejected || rejects(composed) != test.rejected {
				t.Errorf("rejected = %v, in a cluster %v, want %v: %v\n%v", rejected, rejects(composed), test.rejected, problems, composed)
			}
		})
	}
}

// BenchmarkHostile judges hostile bundles, as large as a ConfigMap can be. Its figures are of
// everything that is done with one in a cluster like MetaKube's: hash, key names, the
// verdicts of both servers.
func BenchmarkHostile(b *testing.B) {
	cluster := metakube(b)
	for name, bundle := range hostileBundles() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				judge(bundle.data, cluster)
			}
		})
	}
}

// networks returns different networks of 128 zones each.
func networks() string {
	var b strings.Builder
	for i := range 256 * 256 {
		fmt.Fprintf(&b, "%d.%d.0.0/17 ", i/256, i%256)
	}
	return b.String()
}

func manyAddresses(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "10.0.%d.%d ", i/256, i%256)
	}
	return b.String()
}

func manyZones(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d.org ", i)
	}
	return b.String()
}
