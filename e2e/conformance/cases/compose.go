package cases

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// Composed returns the i-th composed case: one of the cases within one of the bases, with a
// leak or a collision in half of them. What is wrong by itself hides what a base adds to it:
// most cases are such that start alone.
func (c *Corpus) Composed(i int, bases []Base, starts func(Case) bool) Case {
	r := rand.New(rand.NewPCG(c.seed, uint64(i)|1<<63))
	some := 8 * len(c.examples) // a quarter of them examples as they are
	composed := c.Case(r.IntN(some))
	for tries := r.IntN(12); tries > 0 && !starts(composed); tries-- {
		composed = c.Case(r.IntN(some))
	}
	base := bases[i%len(bases)]
	composed.Base, composed.Origin = &base, composed.Origin+", in "+base.Name
	composed.Variables = r.IntN(4) == 0
	composed.Files = maps.Clone(composed.Files)
	m := &mutator{Rand: r, pieces: &c.pieces, examples: c.examples}
	if base.inside() && r.IntN(4) > 0 {
		for _, key := range composed.corefiles() {
			composed.Files[key] = directivesOf(composed.Files[key])
		}
	}
	if r.IntN(4) > 0 {
		for _, key := range composed.corefiles() {
			composed.Files[key] = apart(composed.Files[key], base)
		}
	}
	for range pick(r, []int{0, 0, 0, 1, 1, 2}) {
		if keys := composed.corefiles(); len(keys) > 0 {
			key := pick(r, keys)
			composed.Files[key] = pick(r, meetings)(m, composed.Files[key], base)
		}
	}
	if r.IntN(6) == 0 {
		composed.Files[pick(r, []string{"a.Corefile", "z.Corefile"})] = pick(r, meetings)(m, "next.example {\n whoami\n}\n", base)
	}
	for key, s := range composed.Files {
		composed.Files[key] = offInterface(s)
	}
	for _, key := range composed.corefiles() {
		if r.IntN(4) == 0 {
			composed.Sibling = append(composed.Sibling, key)
		}
	}
	return composed
}

// corefiles returns the keys that bases import.
func (c Case) corefiles() []string {
	return slices.DeleteFunc(c.Keys(), func(key string) bool { return !strings.HasSuffix(key, "Corefile") })
}

// directivesOf returns what the server blocks of a text hold, without the blocks.
func directivesOf(s string) string {
	t := parse(s)
	var inside text
	for _, at := range t.at(1) {
		inside = append(inside, t[at.line:max(at.end, at.line+1)]...)
	}
	return inside.String()
}

// apart returns a text that does not serve the zones of a base.
func apart(s string, base Base) string {
	t := parse(s)
	served := base.zones()
	for _, at := range t.at(0) {
		for i, word := range t[at.line] {
			if name := strings.TrimSuffix(word, ":53"); slices.Contains(served, name) || slices.Contains(served, name+":53") {
				t[at.line][i] = "example.com"
			}
		}
	}
	return t.String()
}

// offInterface returns a text that binds to no interface lo, which has the address of
// node-local-dns in a test's network. A node has that on an interface of its own.
func offInterface(s string) string {
	return interfaceLo.ReplaceAllString(s, "${1}127.0.0.1")
}

var interfaceLo = regexp.MustCompile(`(?m)((?:bind|except)\b[^\n]*\s"?)lo\b`)

// A meeting changes a text so that it meets the Corefile around it.
type meeting func(m *mutator, s string, base Base) string

// meetings are text that leaks out of the file, and what is there twice.
var meetings = []meeting{
	func(_ *mutator, s string, _ Base) string { return s + "open.example {\n errors\n" },
	func(_ *mutator, s string, _ Base) string { return s + "hosts {\n 192.0.2.1 a.example\n" },
	func(_ *mutator, s string, _ Base) string {
		return s + "open.example {\n hosts {\n  192.0.2.1 a.example\n }\n"
	},
	func(_ *mutator, s string, _ Base) string { return s + "alone.example\n" },
	func(_ *mutator, s string, _ Base) string { return s + "alone.example other.example" },
	func(_ *mutator, s string, _ Base) string { return s + "comma.example,\n" },
	func(_ *mutator, s string, _ Base) string { return s + "}\n" },
	func(_ *mutator, s string, _ Base) string { return "}\n" + s },
	func(_ *mutator, s string, _ Base) string { return s + "quote.example {\n log \"\n}\n" },
	func(_ *mutator, s string, _ Base) string { return s + "(open) {\n errors\n" },
	func(_ *mutator, s string, _ Base) string { return s + "errors" }, // without a line break
	func(_ *mutator, s string, _ Base) string { return "bare.example\nerrors\n" + s },
	dropBrace, dropBrace,
	useZone, useZone, useZone, useZone,
	importSnippet, declareSnippet,
	useDirective, useDirective,
	importOthers,
}

// dropBrace drops a brace that closes something.
func dropBrace(m *mutator, s string, _ Base) string { return m.at(s, "}", "") }

// useZone serves a zone of the base, or one near to it.
func useZone(m *mutator, s string, base Base) string {
	zone := pick(m.Rand, base.zones())
	name, port, _ := strings.Cut(zone, ":")
	zone = pick(m.Rand, []string{zone, zone, name, strings.ToUpper(name), "sub." + strings.TrimPrefix(name, "."), name + ":5454", "dns://" + name, "tls://" + name, name + ":" + port})
	zone = strings.TrimSuffix(zone, ":")
	bind := pick(m.Rand, []string{"", "", " bind " + LocalDNS + "\n", " bind 127.0.0.1\n", " bind ::1\n", " bind 0.0.0.0\n"})
	block := fmt.Sprintf("%s {\n%s errors\n}\n", zone, bind)
	if m.IntN(2) == 0 {
		return block + s
	}
	return s + block
}

// importSnippet imports a snippet that the base or nobody declares.
func importSnippet(m *mutator, s string, _ Base) string {
	return s + fmt.Sprintf("snippet.example {\n import %s\n}\n", pick(m.Rand, []string{"defaults", "logging", "missing"}))
}

// declareSnippet declares a snippet that the base may have, too.
func declareSnippet(m *mutator, s string, _ Base) string {
	return fmt.Sprintf("(%s) {\n errors\n}\n", pick(m.Rand, []string{"defaults", "logging", "mine"})) + s
}

// useDirective uses a plugin of the base with its block, once more.
func useDirective(m *mutator, s string, base Base) string {
	t := parse(base.rendered())
	at, found := m.placed(t, 1)
	if !found || t[at.line][0] == "import" {
		return s
	}
	lines := t[at.line:max(at.end, at.line+1)]
	if base.inside() {
		return s + lines.String()
	}
	return s + "more.example {\n" + lines.String() + "}\n"
}

// importOthers imports what the base imports.
func importOthers(m *mutator, s string, _ Base) string {
	return s + pick(m.Rand, []string{"import *Corefile\n", "import missing*\n", "import ../Corefile\n", "import z.Corefile\n"})
}
