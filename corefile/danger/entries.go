package danger

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/query"
)

// entries warns of names in hosts that are in none of its zones, and of those in the longer zone
// of another server block.
func (c *checker) entries(b *block) {
	if b.Hosts == nil || c.Server == nil {
		return
	}
	zones := map[string]bool{}
	for _, zone := range b.Hosts.Zones {
		if strings.Contains(zone, "/") {
			return
		}
		zones[zone] = true
	}
	for _, line := range b.Hosts.Lines {
		text, _, _ := strings.Cut(line.Text, "#")
		fields := strings.Fields(text)
		if line.Token.Foreign() || c.hostsLines()[placeOf(line.Token)] > 1 || strings.Contains(text, "{") || len(fields) < 2 || net.ParseIP(fields[0]) == nil {
			continue
		}
		for _, name := range fields[1:] {
			if c.report.FullOfWarnings() {
				return
			}
			qualified := strings.ToLower(dns.Fqdn(name))
			if habit := nameHabit(name); habit != "" {
				c.report.Warn(line.Token, RuleUnreachable, fmt.Sprintf("hosts: CoreDNS reads %s as a name, which no query is for. %s", corefile.Quote(name), habit))
			} else if !within(qualified, zones) {
				c.report.Warn(line.Token, RuleUnreachable, fmt.Sprintf(
					"hosts: %s is in no zone of this server block, so CoreDNS drops the entry. Move it to a block for its zone", corefile.Quote(name)))
			} else if other := c.takesFrom(b, fields[0], qualified); other != nil {
				c.report.Warn(line.Token, RuleUnreachable, fmt.Sprintf(
					"hosts: queries for %s go to the server block on %s, which has the longer zone. Move the entry there", corefile.Quote(name), corefile.Place(other.Keys[0], line.Token)))
			} else if by, kept := c.keptFrom(b, fields[0], qualified); kept {
				c.report.Warn(line.Token, RuleUnreachable, fmt.Sprintf(
					"hosts: %s queries for %s do not reach this entry, because %s on %s comes first. Remove one of the two", dns.Type(typeOf(fields[0])), corefile.Quote(name), by.Text, corefile.Place(by, line.Token)))
			}
		}
	}
}

// nameHabit returns the remedy for a name that is written as in another place, or "".
func nameHabit(name string) string {
	if strings.Contains(name, "/") {
		return "A name has no scheme and no path: write it alone"
	}
	return corefile.Habit(name)
}

// keptFrom returns the use of template or rewrite that keeps the queries for an entry of hosts from
// it, if those for its address do not come to it all the same.
func (c *checker) keptFrom(b *block, address, name string) (by corefile.Token, kept bool) {
	if len(b.Templates)+len(b.Rewrites) == 0 || !b.judged() || answersReverse(b, address) {
		return corefile.Token{}, false
	}
	if renames(b) {
		return rewrittenFrom(b, name)
	}
	if !c.affordable() {
		return corefile.Token{}, false
	}
	return c.survey(b).KeptFrom(b.Hosts.Token, query.Question{Name: name, Type: typeOf(address)})
}

// typeOf returns the type of queries that an address answers.
func typeOf(address string) uint16 {
	if net.ParseIP(address).To4() != nil {
		return dns.TypeA
	}
	return dns.TypeAAAA
}

// rewrittenFrom returns the rule that turns a name into another, if it is the only one for names,
// so that none makes it.
func rewrittenFrom(b *block, name string) (by corefile.Token, rewritten bool) {
	var rule *plugin.Rewrite
	for i := range b.Rewrites {
		if r := &b.Rewrites[i]; r.Kind == "name" {
			if rule != nil {
				return corefile.Token{}, false
			}
			rule = r
		}
	}
	if to, matches := query.Renamed(rule, name); rule.Match != "exact" || !matches || to == name {
		return corefile.Token{}, false
	}
	return rule.Token, true
}

// answersReverse reports whether queries for the name of an address of hosts come to it.
func answersReverse(b *block, address string) bool {
	reverse, err := dns.ReverseAddr(address)
	return err == nil && !b.Hosts.NoReverse && b.zoneOf(reverse) >= 0
}

// A place is a line of a file.
type place struct {
	file string
	line int
}

func placeOf(t corefile.Token) place { return place{t.File(), t.Line()} }

// hostsLines returns how many uses of hosts have the line at a place: more than one where a
// snippet is imported more than once. Its entries may be meant for one of them.
func (c *checker) hostsLines() map[place]int {
	if c.lines == nil {
		c.lines = map[place]int{}
		hosts := 0
		for i := range c.blocks {
			if c.blocks[i].Hosts != nil {
				hosts++
			}
		}
		if hosts < 2 { // no line can be there twice
			return c.lines
		}
		for i := range c.blocks {
			if h := c.blocks[i].Hosts; h != nil {
				for _, line := range h.Lines {
					c.lines[placeOf(line.Token)]++
				}
			}
		}
	}
	return c.lines
}

// maxCompared is how many zones of a block are compared with each of its entries and expressions.
const maxCompared = 100

// takesFrom returns the server block that takes the queries for an entry of hosts from another
// one, or nil. Those for the entry's address may come to the other one all the same, and those
// that a rewrite makes.
func (c *checker) takesFrom(b *block, address, name string) *block {
	if b.Uses("rewrite") || answersReverse(b, address) {
		return nil
	}
	return c.taker(b, name)
}

// taker returns the server block that takes the queries for a name from another one, or nil.
func (c *checker) taker(b *block, name string) *block {
	if len(b.zones) > maxCompared || b.Uses("view") || !b.judged() {
		return nil
	}
	var taker *block
	for _, z := range b.zones {
		if !domain.IsSubDomain(z.Name, name) {
			continue
		}
		if taker = c.longer(name, z); taker == nil || taker.Uses("view") || !listenAlike(b, taker) {
			return nil
		}
	}
	return taker
}

// longer returns the server block that takes the queries for a name in a zone because it has a
// longer one on the same port, or nil.
func (c *checker) longer(name string, than dnsserver.Zone) *block {
	for above := range domain.Above(name) {
		if above == than.Name {
			break
		}
		if b := c.serving()[zone{above, than.Port}]; b != nil {
			return b
		}
	}
	return nil
}

// serving returns the server blocks by their zones.
func (c *checker) serving() map[zone]*block {
	if c.servers == nil {
		c.servers = make(map[zone]*block, len(c.blocks))
		for i := range c.blocks {
			for _, z := range c.blocks[i].zones {
				c.servers[zone{z.Name, z.Port}] = &c.blocks[i]
			}
		}
	}
	return c.servers
}

// listenAlike reports whether two blocks listen on the same addresses.
func listenAlike(a, b *block) bool {
	return slices.EqualFunc(a.Addresses(), b.Addresses(), func(x, y plugin.Address) bool {
		return x.IP == y.IP && x.Token.Text == y.Token.Text && !x.Doubtful && !y.Doubtful
	})
}
