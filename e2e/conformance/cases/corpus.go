package cases

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"corewarden/corefile/release"
)

// A Corpus is a set of examples and the random changes of them. What it makes depends on
// nothing but the examples, the seed and the number of a case.
type Corpus struct {
	examples []Case
	byPlugin map[string][]Case
	plugins  []string // keys of byPlugin, each as often as it is to be chosen
	pieces   pieces
	seed     uint64
}

// pieces are what the examples consist of.
type pieces struct {
	words      map[string][]string   // the words by plugin
	properties map[string][][]string // the first lines of properties by plugin
	directives map[string][]text     // the uses of a plugin, with their blocks
	anyWord    []string
	names      []string // the plugins that have directives
}

// weights are how often plugins are chosen, beside 4 for all others: those with large
// grammars more often, those that a server waits for or that need a cloud less often.
var weights = map[string]int{
	"forward": 10, "rewrite": 10, "template": 8, "cache": 6, "hosts": 6, "log": 6,
	"errors": 6, "kubernetes": 3, "": 12,
	"azure": 1, "clouddns": 1, "route53": 1, "nomad": 1, "geoip": 1, "secondary": 2, "sign": 2,
	"any": 1, "debug": 1, "loop": 1, "minimal": 1, "whoami": 1,
}

// New returns the corpus of those examples that the release has the plugins for. All
// servers refuse the others alike.
func New(examples []Case, r release.Release, seed uint64) *Corpus {
	c := &Corpus{seed: seed, byPlugin: map[string][]Case{}, pieces: pieces{
		words: map[string][]string{}, properties: map[string][][]string{}, directives: map[string][]text{},
	}}
	seen := map[string]bool{}
	for _, example := range examples {
		if text := example.String(); !seen[text] && (example.Plugin == "" || r.Has(example.Plugin)) {
			seen[text] = true
			c.examples = append(c.examples, example)
		}
	}
	for _, example := range c.examples {
		c.byPlugin[example.Plugin] = append(c.byPlugin[example.Plugin], example)
		for _, key := range example.Keys() {
			c.pieces.add(parse(example.Files[key]).onFixtures())
		}
	}
	for plugin := range c.byPlugin {
		for range cmp.Or(weights[plugin], 4) {
			c.plugins = append(c.plugins, plugin)
		}
	}
	slices.Sort(c.plugins)
	for name := range c.pieces.directives {
		if r.Has(name) {
			c.pieces.names = append(c.pieces.names, name)
		}
	}
	slices.Sort(c.pieces.names)
	// A sample is to have some of all.
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(c.examples), func(i, j int) {
		c.examples[i], c.examples[j] = c.examples[j], c.examples[i]
	})
	return c
}

func (p *pieces) add(t text) {
	for _, at := range t.places() {
		if at.plugin == "" || !release.Known(at.plugin) {
			continue
		}
		p.words[at.plugin] = append(p.words[at.plugin], t[at.line]...)
		p.anyWord = append(p.anyWord, t[at.line]...)
		switch {
		case t[at.line][0] == "}":
		case at.depth == 1:
			p.directives[at.plugin] = append(p.directives[at.plugin], t[at.line:at.end])
		case at.depth == 2 && at.end == at.line+1:
			p.properties[at.plugin] = append(p.properties[at.plugin], t[at.line])
		}
	}
}

// Examples returns how many of the first n cases are examples as they are.
func (c *Corpus) Examples(n int) int { return min((n+1)/2, len(c.examples)) }

// Case returns the i-th case. Every second one is an example as it is, until all were
// there; the others are random changes, without an end.
func (c *Corpus) Case(i int) Case {
	if i%2 == 0 && i/2 < len(c.examples) {
		return c.examples[i/2].withFixtures().withEnvironment(rand.New(rand.NewPCG(c.seed, uint64(i))))
	}
	r := rand.New(rand.NewPCG(c.seed, uint64(i)))
	m := &mutator{Rand: r, pieces: &c.pieces, examples: c.examples}
	for {
		example := pick(r, c.byPlugin[pick(r, c.plugins)])
		if r.IntN(12) == 0 && len(c.pieces.names) > 0 {
			example = m.pair()
		}
		changed := m.change(example)
		changed.Alone = r.IntN(8) == 0
		if harmless(changed) {
			return changed.withFixtures().withEnvironment(r)
		}
	}
}

// pair returns a server block with two plugins, as examples use them.
func (m *mutator) pair() Case {
	t := text{{"example.org", "{"}}
	var names []string
	for range 2 {
		name := pick(m.Rand, m.pieces.names)
		names = append(names, name)
		t = append(t, pick(m.Rand, m.pieces.directives[name])...)
	}
	t = append(t, []string{"}"})
	return plain("pair of "+strings.Join(names, " and "), names[0], t.String())
}

func harmless(c Case) bool {
	for _, t := range c.Files {
		if runsCommands(slices.Collect(strings.Lines(t))) {
			return false
		}
	}
	return true
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// Pieces are what the examples have of a plugin.
type Pieces struct {
	// Uses are the first lines of its directives, without the brace of a block, Properties those
	// of its properties. Each begins another way: with another number of words, or another word.
	Uses, Properties []string
}

// Pieces returns those of a plugin.
func (c *Corpus) Pieces(plugin string) Pieces {
	var found Pieces
	seen := map[string]bool{}
	for _, directive := range c.pieces.directives[plugin] {
		words := slices.DeleteFunc(slices.Clone(directive[0]), func(w string) bool { return w == "{" })
		if kind := fmt.Sprint("use of ", len(words)); !seen[kind] {
			seen[kind] = true
			found.Uses = append(found.Uses, strings.Join(words, " "))
		}
	}
	for _, words := range c.pieces.properties[plugin] {
		if kind := fmt.Sprint(words[0], len(words)); !seen[kind] {
			seen[kind] = true
			found.Properties = append(found.Properties, strings.Join(words, " "))
		}
	}
	return found
}
