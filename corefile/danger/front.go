package danger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/query"
)

// A route is where a server sends the names of a zone that is not judged: one of its own Corefile, or
// of a ConfigMap beside the judged one.
type route struct {
	// file and line are where its block begins; the line is 0 where that is not known.
	file string
	line int
	own  bool // the file is the server's own Corefile
	// sure tells that these are all.
	sure bool
	// passes are the other servers that it comes to, and upstreams those of which nothing more
	// is known.
	passes    []*query.Server
	upstreams []string
	forwards  bool // to them, in every case
}

// routes are those of a server, by the zone.
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

// zone returns the zone that takes a name, or "".
func (r *routes) zone(name string) string {
	for above := range domain.Above(name) {
		if r.zones[above] {
			return above
		}
	}
	return ""
}

// of returns the route of the names in a zone, or nil where no zone takes them or that is not known.
func (r *routes) of(name string) *route {
	longest := r.zone(strings.ToLower(name))
	if longest == "" {
		return nil
	}
	found := r.known[longest]
	if found == nil && !r.affordable() {
		return nil
	}
	if found == nil {
		found = &route{}
		asked := r.system.Ask(r.server, query.Question{Name: below(name), Type: dns.TypeA})
		for _, step := range asked.Steps {
			if step.Server == r.server.Name && step.Plugin == "" && step.Block != "" {
				found.file, found.line, found.sure = step.File, step.Line, asked.Outcome != query.Depends
				found.own = r.server.StandIn != "" || r.isOwn(step)
			}
			for _, s := range r.system {
				if s != r.server && s.Name == step.Server && !slices.Contains(found.passes, s) {
					found.passes = append(found.passes, s)
				}
			}
		}
		found.upstreams, found.forwards = asked.Upstreams, asked.Outcome == query.Forward
		r.known[longest] = found
	}
	return found
}

// isOwn reports whether a query comes to a block of the server's own Corefile in a step.
func (r *routes) isOwn(step query.Step) bool {
	return slices.ContainsFunc(r.server.Blocks, func(b dnsserver.Block) bool {
		return b.Keys[0].Own() && b.Keys[0].File() == step.File
	})
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
			if r.line > 0 && !r.own {
				return r.answers(own.server)
			}
			return "the server's own Corefile answers them" + r.place(own.server)
		}
	}
	return "it listens on other addresses"
}

// answers says what answers the queries for a route.
func (r *route) answers(server *query.Server) string {
	if r.line > 0 && !r.own {
		return fmt.Sprintf("%s answers them (line %d)", r.file, r.line)
	}
	return "its own Corefile answers them" + r.place(server)
}

// place says where in its own Corefile a server has a route. What is written there is not told to
// whoever asks for a verdict.
func (r *route) place(server *query.Server) string {
	if r.line == 0 || server.StandIn != "" {
		return ""
	}
	return fmt.Sprintf(" (line %d)", r.line)
}

// A hidden is what node-local-dns keeps from the server blocks of CoreDNS.
type hidden struct {
	first *block
	at    corefile.Token // the first of them
	zones []string
	route *route // of the first zone
}

// add takes note of a zone, or of a name.
func (h *hidden) add(b *block, at corefile.Token, text string, r *route) {
	if h.first == nil {
		h.first, h.at, h.route = b, at, r
	}
	h.zones = append(h.zones, corefile.Quote(text))
}

// maxZones is how many zones a message lists.
const maxZones = 3

// hiddenZones warns of server blocks of CoreDNS that node-local-dns keeps queries from and answers
// otherwise: once, at the first.
func (c *checker) hiddenZones(b *block) {
	if !b.hasJudged() || len(b.zones) == 0 {
		return
	}
	front := c.frontRoutes()
	if front == nil || c.hidden.first != b {
		return
	}
	zones := c.hidden.zones[:min(len(c.hidden.zones), maxZones)]
	if more := len(c.hidden.zones) - len(zones); more > 0 {
		zones = append(slices.Clone(zones), fmt.Sprintf("%d more", more))
	}
	last := len(zones) - 1
	list := zones[last]
	if last > 0 {
		list = strings.Join(zones[:last], ", ") + " and " + list
	}
	c.report.Warn(c.hidden.at, RuleUnreachable, fmt.Sprintf(
		"pods that query %s do not get %s from here: %s. Add a block with a bind to %s as well",
		front.server.Name, list, c.hidden.route.answers(front.server), c.Elsewhere))
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
	for i := range c.blocks {
		b := &c.blocks[i]
		switch {
		case c.front == nil:
		case c.hides(c.front, b):
			for _, z := range b.zones {
				c.hidden.add(b, *b.zones[0].Key, z.Key.Text, c.front.of(b.zones[0].Name))
			}
		case !b.judged() && !b.Uses("view") && b.on(c.Port):
			for _, m := range meanings(b) {
				if r := c.front.of(m.name); c.keeps(c.front, r, m.name) && (m.use.Text != "forward" || !c.sameWay(m.name, r)) {
					c.hidden.add(b, m.use, shown(m.name), r)
				}
			}
		}
	}
	return c.front
}

// hides reports whether a server in front keeps every query from a block, and answers some of
// them otherwise. A zone that the one in front serves itself is meant to be another there.
func (c *checker) hides(front *routes, b *block) bool {
	if !b.judged() || b.Uses("view") || !b.on(c.Port) {
		return false
	}
	otherwise := false
	for _, z := range b.zones {
		r := front.of(z.Name)
		if z.Port == c.Port && !c.keeps(front, r, z.Name) {
			return false
		}
		otherwise = otherwise || !c.sameEnd(b, z, r)
	}
	return otherwise
}

// keeps reports whether a server in front keeps every query for a zone to itself, which is none that
// its own Corefile has.
func (c *checker) keeps(front *routes, r *route, zone string) bool {
	return r != nil && r.sure && !slices.Contains(r.passes, c.Server) && !front.zones[strings.ToLower(zone)]
}

// sameEnd reports whether the names of a zone of a block end where a route leads as well.
func (c *checker) sameEnd(b *block, z dnsserver.Zone, r *route) bool {
	if b.Hosts != nil || len(b.Templates)+len(b.Stores)+len(b.Rewrites) > 0 {
		return false
	}
	return c.sameWay(z.Name, r)
}

// sameWay reports whether the names below another go to the servers where a route leads as well.
func (c *checker) sameWay(name string, r *route) bool {
	if !c.affordable() {
		return false
	}
	end := c.DNS().Ask(c.Server, query.Question{Name: below(name), Type: dns.TypeA})
	return end.Outcome == query.Forward && r.forwards && slices.Equal(end.Upstreams, r.upstreams)
}
