package query

import (
	"cmp"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// A model is what a plugin does with a query.
type model func(*call) *reply

// modelOf returns the model of a plugin that does more than to hand on every query, or nil.
func modelOf(plugin string) model {
	if contains(stores, plugin) {
		return store
	}
	switch plugin {
	case "acl":
		return acl
	case "any":
		return anyPlugin
	case "autopath":
		return autopath
	case "cache":
		return cache
	case "dns64":
		return dns64
	case "erratic":
		return erratic
	case "grpc":
		return grpc
	case "hosts":
		return hosts
	case "kubernetes":
		return kubernetes
	case "local":
		return local
	case "minimal":
		return minimal
	case "nomad":
		return nomad
	case "rewrite":
		return rewrite
	case "siit":
		return siit
	case "template":
		return template
	case "tsig":
		return tsig
	case "whoami":
		return whoami
	}
	return nil
}

// transparent are plugins that hand on every query in class IN as it is, and its reply.
var transparent = []string{
	"bufsize", "cancel", "chaos", "dnssec", "dnstap", "errors", "geoip", "header", "loadbalance", "log", "loop", "metadata",
	"nsid", "prometheus", "shed", "trace", "transfer", "view",
}

// A link is a plugin in the chain of a server block.
type link struct {
	plugin string
	place  int             // of the plugin in the order of the release
	token  *corefile.Token // its name
	model  model
	// forward is the use that it is, if it is one.
	forward *plugin.Forward
	// store is the use that it is, if it is one of those that are asked by themselves.
	store *reader.Store
	// unsure tells that only the pod knows what the plugin is told, unknown that it has no
	// model, and transparent that it hands on every query.
	unsure, unknown, transparent bool
}

// A prepared is what a server makes of a block once, for all queries.
type prepared struct {
	server *Server
	block  *dnsserver.Block
	links  []link

	onceEntries, onceView, onceConditions sync.Once

	hosts     hostsEntries
	programs  []viewProgram
	templates map[*plugin.Template][]condition
}

// entries returns those of hosts, which the block has.
func (p *prepared) entries() hostsEntries {
	p.onceEntries.Do(func() { p.hosts = newHostsEntries(p.block.Hosts, p.server) })
	return p.hosts
}

// view returns what is run for the block's view, which it has.
func (p *prepared) view() []viewProgram {
	p.onceView.Do(func() { p.programs = viewPrograms(p.block.View, use(p.block, "view")) })
	return p.programs
}

// conditions returns those of the block's templates.
func (p *prepared) conditions() map[*plugin.Template][]condition {
	p.onceConditions.Do(func() { p.templates = conditionsOf(p.block) })
	return p.templates
}

// prepared returns what the server makes of a block.
func (s *Server) prepared(b *dnsserver.Block) *prepared {
	known, found := s.blocks.Load(b)
	if !found {
		known, _ = s.blocks.LoadOrStore(b, &prepared{server: s, block: b, links: links(s, b)})
	}
	return known.(*prepared)
}

// links returns the chain of a server block.
func links(s *Server, b *dnsserver.Block) []link {
	all := make([]link, 0, len(b.Plugins())+len(b.Forwards))
	for _, d := range b.Plugins() {
		name, tokens := d.Name(), d.Tokens
		place, found := s.Release.Place(name)
		if about, _ := plugin.About(name); !found || about.Role == plugin.SetsUp {
			continue
		}
		l := link{plugin: name, place: place, token: &tokens[0], model: modelOf(name)}
		switch {
		case slices.ContainsFunc(tokens, corefile.Token.DependsOnEnvironment) && !contains(transparent, name):
			l.unsure, l.model = true, unknown("environment variables of the pod")
		case name == "forward":
			for i := range b.Forwards {
				f := &b.Forwards[i]
				all = append(all, link{plugin: name, place: place, token: &f.Token, model: forward, forward: f})
			}
			continue
		case contains(lone, name):
			for i := range b.Stores {
				if s := &b.Stores[i]; s.Token.Text == name {
					all = append(all, link{plugin: name, place: place, token: &s.Token, model: loneStore(s), store: s})
				}
			}
			continue
		case contains(transparent, name):
			l.transparent, l.model = true, (*call).next
		case l.model == nil:
			l.unknown, l.model = true, unknown("what the plugin "+name+" does")
		}
		all = append(all, l)
	}
	slices.SortStableFunc(all, func(a, b link) int { return cmp.Compare(a.place, b.place) })
	return all
}

// A call is a query at a plugin.
type call struct {
	*walk
	at
	served
	question
	links []link // of the block, from the plugin on
}

// run has a block serve a query.
func (w *walk) run(to at, e served, q question) *reply {
	c := &call{walk: w, at: to, served: e, question: q, links: to.server.prepared(e.block).links}
	step := c.stepAt(*e.zone.Key, "takes "+q.String())
	step.Plugin = ""
	if len(c.links) == 0 {
		step.Does = "has no plugin to answer " + q.String() + ": REFUSED"
		return (&reply{rcode: dns.RcodeRefused, asked: q}).after(step)
	}
	return c.start().after(step)
}

func (c *call) start() *reply { return c.links[0].model(c) }

// next returns what the plugins behind make of the query.
func (c *call) next() *reply { return c.hand(c.question) }

// hand is next for another question.
func (c *call) hand(q question) *reply {
	n := *c
	n.question, n.links = q, c.links[1:]
	for len(n.links) > 0 && n.links[0].transparent {
		n.links = n.links[1:]
	}
	if len(n.links) == 0 {
		step := Step{Server: c.server.Name, Block: c.zone.Key.Text, File: c.zone.Key.File(), Line: c.zone.Key.Line(), Does: "no plugin is left to answer: SERVFAIL"}
		return (&reply{rcode: dns.RcodeServerFailure, failed: true, asked: q}).after(step)
	}
	return n.start()
}

// last reports whether the plugin is the last of its block.
func (c *call) last() bool { return len(c.links) == 1 }

// lookup asks the whole server for another question, as plugins do for targets of CNAMEs. What they
// ask has the options of the query.
func (c *call) lookup(q question) *reply {
	if q.options == "" {
		q.options = c.options
	}
	return c.serve(c.at, q)
}

// message returns a reply that a plugin writes.
func (c *call) message(rcode int, answers ...dns.RR) *reply {
	return &reply{written: true, rcode: rcode, asked: c.question, answers: answers}
}

// failure returns a reply that a plugin leaves to the server to write.
func (c *call) failure(rcode int) *reply { return &reply{rcode: rcode, asked: c.question} }

// failed returns a reply that a plugin leaves to the server to write, with an error.
func (c *call) failed(rcode int) *reply { return &reply{rcode: rcode, failed: true, asked: c.question} }

// something returns a reply with records that the text does not hold.
func (c *call) something() *reply {
	r := c.message(dns.RcodeSuccess)
	r.partial, r.records = true, true
	return r
}

// negative returns a reply that a plugin writes, with no answer but an SOA beside it.
func (c *call) negative(rcode int) *reply {
	r := c.message(rcode)
	r.records, r.soa = true, true
	return r
}

// step returns a step of the plugin.
func (c *call) step(does string) Step { return c.stepAt(*c.links[0].token, does) }

func (c *call) stepAt(token corefile.Token, does string) Step {
	s := Step{Server: c.server.Name, Block: c.zone.Key.Text, File: token.File(), Line: token.Line(), Does: does}
	if len(c.links) > 0 {
		s.Plugin = c.links[0].plugin
	}
	return s
}

// unknown is the model of a plugin that may do anything.
func unknown(on string) model {
	return func(c *call) *reply {
		name := c.links[0].plugin
		return either(
			variant{on, name + " answers", &reply{end: Depends, on: on}},
			variant{on, name + " hands it on", c.next()},
		).after(c.step("depends on " + on))
	}
}

// covering returns the longest of some zones that a name is in, or "". A network stands for
// its reverse zones.
func covering(zones []string, name string) string {
	longest := ""
	compare := func(zone string) {
		if domain.IsSubDomain(zone, name) && len(zone) > len(longest) {
			longest = zone
		}
	}
	for _, zone := range zones {
		if !strings.Contains(zone, "/") { // as nearly always
			compare(zone)
			continue
		}
		for _, z := range expand(zone) {
			compare(z)
		}
	}
	return longest
}

func expand(zone string) []string {
	if !strings.Contains(zone, "/") {
		return []string{zone}
	}
	_, network, err := net.ParseCIDR(strings.TrimSuffix(zone, "."))
	if err != nil {
		return nil
	}
	names := domain.Reverse(network)
	for i := range names {
		names[i] = strings.ToLower(dns.Fqdn(names[i]))
	}
	return names
}
