package query

import (
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin/reader"
)

// Fresh is a label that no configuration is taken to have: a name with it stands for all names
// at its place that are not told apart.
const Fresh = "any-other-name"

// classes are classes of questions: the names that the text of a System tells apart, each by
// one of its names, and the types.
type classes struct {
	names map[string]bool
	types map[uint16]bool
	// most is how many names there may be, and tooMany says that there are more.
	most    int
	tooMany bool
	// unsure are regular expressions, which tell apart names that are in no class here.
	unsure []corefile.Token
}

// classesOf returns the classes of the names in the texts of several systems, of which there
// may be so many.
func classesOf(most int, systems ...System) *classes {
	c := newClasses(most)
	c.around(".")
	for _, s := range systems {
		for _, server := range s {
			for i := range server.Blocks {
				c.block(server, &server.Blocks[i])
			}
		}
	}
	for _, s := range systems {
		for _, server := range s {
			for i := range server.Blocks {
				c.rewritten(server, &server.Blocks[i])
			}
		}
	}
	return c
}

func newClasses(most int) *classes {
	c := &classes{names: map[string]bool{}, types: map[uint16]bool{}, most: most}
	c.typed(dns.TypeA, dns.TypeAAAA, dns.TypePTR, dns.TypeTXT, dns.TypeSRV, dns.TypeMX)
	return c
}

// around adds a name, one below and beside it, and one below that.
func (c *classes) around(name string) {
	name = strings.ToLower(dns.Fqdn(name))
	c.add(name)
	below := Fresh + "."
	if name != "." {
		next, end := dns.NextLabel(name, 0)
		if !end {
			c.add(below + name[next:])
		}
		below += name
	}
	c.add(below)
	c.add(Fresh + "." + below)
}

// entry adds the names that an entry of hosts tells apart. Those below its name are not among
// them: it answers for none.
func (c *classes) entry(e hostsEntry) {
	c.add(e.name)
	if next, end := dns.NextLabel(e.name, 0); !end {
		beside := Fresh + "." + e.name[next:]
		c.add(beside)
		c.add(Fresh + "." + beside)
	}
	if reverse, err := dns.ReverseAddr(e.address.String()); err == nil {
		c.add(reverse)
	}
}

func (c *classes) add(name string) {
	if _, valid := dns.IsDomainName(name); !valid || c.names[name] {
		return
	}
	if c.tooMany = c.tooMany || len(c.names) >= c.most; !c.tooMany {
		c.names[name] = true
	}
}

func (c *classes) zones(zones ...[]string) {
	for _, all := range zones {
		for _, zone := range all {
			for _, z := range expand(zone) {
				c.around(z)
			}
		}
	}
}

// block adds what the plugins of a block tell apart.
func (c *classes) block(server *Server, b *dnsserver.Block) {
	for _, zone := range b.Zones {
		c.around(zone.Name)
	}
	for _, f := range b.Forwards {
		c.zones([]string{f.From}, f.Except)
	}
	if g := b.GRPC; g != nil {
		c.zones([]string{g.From}, g.Except, g.Fallthrough)
	}
	if n := b.Nomad; n != nil {
		c.around(Fresh + "." + strings.TrimPrefix(n.Zone, "."))
	}
	if t := b.TSIG; t != nil {
		c.zones(t.Zones)
		c.typed(t.Types...)
	}
	for _, a := range b.ACLs {
		c.zones(a.Zones)
		for _, p := range a.Policies {
			c.typed(p.Types...)
		}
	}
	for _, t := range b.Templates {
		c.zones(t.Zones, t.Fallthrough)
		c.typed(t.Type)
		for _, m := range t.Matches {
			c.expression(m.Text, m, server.Parsed)
		}
	}
	for _, s := range b.Stores {
		c.zones(s.Zones, s.Fallthrough)
	}
	if k := b.Kubernetes; k != nil {
		c.zones(k.Zones, k.Fallthrough)
		for _, zone := range k.Zones {
			if domain.IsSubDomain("arpa.", zone) || strings.Contains(zone, "/") {
				continue
			}
			c.around("svc." + zone)
			c.around(Fresh + ".svc." + zone)
		}
	}
	if a := b.Autopath; a != nil {
		c.zones(a.Zones)
	}
	if h := b.Hosts; h != nil {
		c.zones(h.Zones, h.Fallthrough)
		for _, e := range server.prepared(b).entries().all {
			c.entry(e)
		}
	}
	if b.Uses("any") {
		c.typed(dns.TypeANY)
	}
}

func (c *classes) typed(types ...uint16) {
	for _, t := range types {
		c.types[t] = true
	}
}

// rewritten adds the names that rules of rewrite tell apart, and those that they turn into
// others that are told apart.
func (c *classes) rewritten(server *Server, b *dnsserver.Block) {
	for i := range b.Rewrites {
		r := &b.Rewrites[i]
		switch {
		case r.Kind == "type":
			c.typed(dns.StringToType[r.From], dns.StringToType[r.To])
		case r.Match == "regex":
			c.expression(r.From, r.Token, server.Parsed)
		case r.Match == "exact":
			c.around(r.From)
			c.around(r.To)
		case r.Match == "prefix":
			c.around(r.From + Fresh)
		case r.Match == "suffix":
			from := strings.TrimPrefix(r.From, ".")
			c.around(from)
			c.add(Fresh + r.From)
			for name := range c.names {
				if rest, found := strings.CutSuffix(name, r.To); found && r.Kind == "name" && rest != "" {
					c.add(rest + r.From)
				}
			}
		case r.Match == "substring":
			c.around(strings.Trim(r.From, "."))
			c.around(Fresh + "." + strings.Trim(r.From, ".") + "." + Fresh)
		}
	}
}

// expression adds a name that a regular expression matches. There may be any number of others
// that it tells apart.
func (c *classes) expression(text string, at corefile.Token, known *reader.Parsed) {
	c.unsure = append(c.unsure, at)
	if name := Example(text, known); name != "" {
		c.around(name)
	}
}

// Example returns a name that a regular expression matches, as far as that is easy to find; else
// "".
func Example(expression string, known *reader.Parsed) string {
	parsed, err := known.Regexp(expression)
	if err != nil {
		return ""
	}
	if name := dns.Fqdn(strings.TrimPrefix(example(parsed), ".")); name != "." {
		return name
	}
	return ""
}

// example returns a text that an expression matches.
func example(r *syntax.Regexp) string {
	var text strings.Builder
	switch r.Op {
	case syntax.OpLiteral:
		return strings.ToLower(string(r.Rune))
	case syntax.OpCharClass:
		for i := 0; i+1 < len(r.Rune); i += 2 {
			if r.Rune[i] <= 'x' && 'x' <= r.Rune[i+1] {
				return "x"
			}
		}
		if len(r.Rune) > 0 {
			return string(r.Rune[0])
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "x"
	case syntax.OpCapture, syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		for range max(1, min(r.Min, 20)) {
			text.WriteString(example(r.Sub[0]))
		}
	case syntax.OpConcat:
		for _, sub := range r.Sub {
			text.WriteString(example(sub))
		}
	case syntax.OpAlternate:
		return example(r.Sub[0])
	}
	return text.String()
}

// sorted returns the names by zone, from the right, and the types.
func (c *classes) sorted() (names []string, types []uint16) {
	for name := range c.names {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		x, y := dns.SplitDomainName(a), dns.SplitDomainName(b)
		slices.Reverse(x)
		slices.Reverse(y)
		return slices.Compare(x, y)
	})
	for t := range c.types {
		types = append(types, t)
	}
	slices.Sort(types)
	return names, types
}
