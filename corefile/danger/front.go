package danger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/query"
)

// A route is where node-local-dns sends the names of a zone of its own Corefile.
type route struct {
	// line is where its block begins; 0 where that is not known.
	line int
	// sure tells that these are all.
	sure bool
	// passes are the other servers that it comes to.
	passes []*query.Server
}

// routes are those of a server, by the zone of its own Corefile.
type routes struct {
	system query.System
	server *query.Server
	zones  map[string]bool
	known  map[string]*route
	// affordable reports whether another question may be asked.
	affordable func() bool
}

// newRoutes returns those of a server on a port.
func newRoutes(system query.System, server *query.Server, port string, affordable func() bool) *routes {
	r := &routes{system: system, server: server, zones: map[string]bool{}, known: map[string]*route{}, affordable: affordable}
	for i := range server.Blocks {
		for _, z := range server.Blocks[i].Zones {
			if z.Key.Foreign() && z.Transport == "dns" && z.Port == port {
				r.zones[strings.ToLower(z.Name)] = true
			}
		}
	}
	return r
}

// of returns the route of the names in a zone, or nil where no zone of the server's own
// Corefile takes them or that is not known.
func (r *routes) of(name string) *route {
	above := domain.Above(strings.ToLower(name))
	i := slices.IndexFunc(above, func(zone string) bool { return r.zones[zone] })
	if i < 0 {
		return nil
	}
	found := r.known[above[i]]
	if found == nil && !r.affordable() {
		return nil
	}
	if found == nil {
		found = &route{}
		asked := r.system.Ask(r.server, query.Question{Name: below(name), Type: dns.TypeA})
		for _, step := range asked.Steps {
			if step.Server == r.server.Name && step.Plugin == "" && step.Block != "" {
				found.line, found.sure = step.Line, asked.Outcome != query.Depends
			}
			for _, s := range r.system {
				if s != r.server && s.Name == step.Server && !slices.Contains(found.passes, s) {
					found.passes = append(found.passes, s)
				}
			}
		}
		r.known[above[i]] = found
	}
	return found
}

// below is a name below a zone that stands for all that are not told apart.
func below(zone string) string {
	return query.Fresh + "." + strings.TrimPrefix(strings.ToLower(zone), ".")
}

// has reports whether a server loads a block that another one has.
func has(server *query.Server, b *block) bool {
	key := b.Keys[0]
	return slices.ContainsFunc(server.Blocks, func(other dnsserver.Block) bool {
		return other.Keys[0].File() == key.File() && other.Keys[0].Line() == key.Line() && !other.Keys[0].Foreign()
	})
}

// ownRoutes returns where the server's own Corefile sends queries, or nil where that is not
// known.
func (c *checker) ownRoutes() *routes {
	if c.ways == nil && c.DNS != nil && c.affordable() {
		c.ways = newRoutes(c.DNS(), c.Server, c.Port, c.affordable)
	}
	return c.ways
}

// answeredBehind reports whether the server's own Corefile sends the queries for a block to
// another server that has it, or may do so.
func (c *checker) answeredBehind(b *block) bool {
	own := c.ownRoutes()
	if own == nil {
		return false
	}
	r := own.of(b.zones[0].Name)
	return r != nil && len(r.passes) == 0 && !r.sure || r != nil && slices.ContainsFunc(r.passes, func(s *query.Server) bool { return has(s, b) })
}

// answeredInstead says who answers the queries that a block does not get.
func (c *checker) answeredInstead(b *block) string {
	if own := c.ownRoutes(); own != nil {
		if r := own.of(b.zones[0].Name); r != nil {
			return "the server's own Corefile answers them" + r.place(own.server)
		}
	}
	return "it listens on other addresses"
}

// place says where in its own Corefile a server has a route. What is written there is not told to
// whoever asks for a verdict.
func (r *route) place(server *query.Server) string {
	if r.line == 0 || server.StandIn != "" {
		return ""
	}
	return fmt.Sprintf(" (line %d)", r.line)
}

// hiddenZones warns of server blocks of CoreDNS that node-local-dns keeps queries from: at the
// first of a file.
func (c *checker) hiddenZones(b *block) {
	if !b.judged() || len(b.zones) == 0 {
		return
	}
	front := c.frontRoutes()
	key := *b.zones[0].Key
	all := c.hidden[key.File()]
	if front == nil || all.first != b {
		return
	}
	subject, _, it := all.these("", "")
	r := front.of(b.zones[0].Name)
	c.report.Warn(key, RuleUnreachable, fmt.Sprintf(
		"pods that query %s never reach %s: its own Corefile answers them%s. To serve %s there, add a block with a bind to %s",
		front.server.Name, subject, r.place(front.server), it, c.Elsewhere))
}

// frontRoutes returns those of node-local-dns, where it does not load what is judged and
// stands in front of this server.
func (c *checker) frontRoutes() *routes {
	if c.frontKnown || c.DNS == nil || c.Server == nil || len(c.Server.Local) > 0 {
		return c.front
	}
	c.frontKnown = true
	if !c.affordable() {
		return nil
	}
	system := c.DNS()
	for _, s := range system {
		judged := slices.ContainsFunc(s.Blocks, func(b dnsserver.Block) bool { return !b.Keys[0].Foreign() })
		if s != c.Server && len(s.Local) > 0 && s.StandIn == "" && !judged {
			c.front = newRoutes(system, s, s.Port, c.affordable)
		}
	}
	if c.front != nil {
		c.hidden = map[string]alike{}
		for i := range c.blocks {
			if b := &c.blocks[i]; c.hides(c.front, b) {
				file := b.zones[0].Key.File()
				c.hidden[file] = c.hidden[file].add(b)
			}
		}
	}
	return c.front
}

// hides reports whether no query for a block comes to it from a server in front.
func (c *checker) hides(front *routes, b *block) bool {
	if !b.judged() || b.Uses("view") || !b.on(c.Port) {
		return false
	}
	for _, z := range b.zones {
		if r := front.of(z.Name); z.Port == c.Port && (r == nil || !r.sure || slices.Contains(r.passes, c.Server)) {
			return false
		}
	}
	return true
}
