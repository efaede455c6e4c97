// Package danger finds what a server starts on and what hurts all the same: zones that
// are taken from the cluster, queries that go in circles, server blocks that nobody
// reaches. It looks at a bundle together with the server's own Corefile.
//
// Each danger is a function in a file of its own.
package danger

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/query"
)

// The rules of this package. Each is the Rule of a corefile.Problem, a warning.
const (
	RuleDiscarded      = "discarded"
	RuleForwardingLoop = "forwarding-loop"
	RuleLogsEverything = "logs-everything"
	RuleMissingBind    = "missing-bind"
	RuleMissingFile    = "missing-file"
	RuleSharedEndpoint = "shared-endpoint"
	RuleShadowedZone   = "shadowed-zone"
	RuleUnanswered     = "unanswered"
	RuleUnencrypted    = "unencrypted"
	RuleUnreachable    = "unreachable"
	RuleWrongAnswer    = "wrong-answer"
)

// Surroundings are what is known of the place where a server runs. What is not known is
// empty, and yields no warning.
type Surroundings struct {
	// Domains are the domains of the cluster, such as "cluster.local".
	Domains []string
	// Cluster are the IP addresses by which the cluster's DNS is asked.
	Cluster []string
	// Loop are the IP addresses at which a query comes back to the server that sends it
	// there.
	Loop []string
	// HostNetwork tells that the server listens on its node.
	HostNetwork bool
	// Alone is the ConfigMap that no other server loads; "" where that one is judged. Elsewhere
	// is that of the others.
	Alone, Elsewhere string
	// Port is the port on which clients ask the server; "" for 53.
	Port string
	// Lacks reports whether a file is certainly not in the server's pod. Relative names
	// are those of the folder that the server runs in. It may be nil.
	Lacks func(file string) bool
	// Server is the server with what it starts on, and DNS returns it with the others of the
	// cluster. Without them nothing is said of what becomes of queries.
	Server *query.Server
	DNS    func() query.System
}

// dangers are all of them.
var dangers = []func(*checker, *block){
	(*checker).forwardingLoops,
	(*checker).logsEverything,
	(*checker).missingBinds,
	(*checker).hiddenListeners,
	(*checker).missingFiles,
	(*checker).sharedEndpoints,
	(*checker).shadowedZones,
	(*checker).hiddenZones,
	(*checker).shadowedViews,
	(*checker).unmetUses,
	(*checker).idleZones,
	(*checker).entries,
	(*checker).emptyHosts,
	(*checker).patterns,
	(*checker).unanswered,
	(*checker).rewrites,
	(*checker).unmetRules,
	(*checker).older,
	(*checker).templates,
	(*checker).idleAutopaths,
	(*checker).idleDNS64,
	(*checker).unencrypted,
}

// Check adds the dangers in the server blocks to what the server says about them. Where
// more is known than that says, it drops or replaces a warning of what cannot be seen from
// outside of the pod.
func Check(blocks []dnsserver.Block, said []corefile.Problem, server string, s Surroundings) []corefile.Problem {
	c := newChecker(blocks, said, s)
	c.server = server
	for _, check := range dangers {
		for i := range c.blocks {
			if c.report.FullOfWarnings() {
				break
			}
			check(c, &c.blocks[i])
		}
	}
	problems := slices.DeleteFunc(slices.Clone(said), func(p corefile.Problem) bool { return slices.Contains(c.refined, p) })
	for _, p := range c.report.Problems() {
		p.Server = server
		problems = append(problems, p)
	}
	return problems
}

type checker struct {
	Surroundings
	server string // as messages call it
	blocks []block
	// servers are the blocks by their zones, see serving.
	servers map[zone]*block
	// lines are the lines of hosts, see hostsLines.
	lines    map[place]int
	debugged map[string]bool // the sockets of blocks with debug, see crashes
	// itself are the ports of its own that the server asks, see asksItself, and forwarded those that
	// any server of the cluster does, see asked.
	itself, forwarded map[string]bool
	own               own
	endpoints         *endpoints // see ownEndpoints
	// domains are those of the Surroundings that zones are looked for in.
	domains domains
	// sockets are those that blocks are bound to, and certified the ports of those for DNS over
	// TLS with a certificate.
	sockets   map[socket]bool
	certified map[string]bool
	said      []corefile.Problem
	saidOn    map[place][]corefile.Problem // by line, see onLine
	// misplaced are the server blocks that listen where they should not, by file.
	misplaced map[misplaced]alike
	// spent is how many words were looked at to ask the servers of the cluster something.
	spent, words int
	// ways are those of queries in the server's own Corefile, and front those in the one that pods
	// ask first.
	ways, front *routes
	frontKnown  bool
	hidden      hidden             // by front
	refined     []corefile.Problem // those of said that something better is known than
	report      corefile.Report
}

func newChecker(blocks []dnsserver.Block, said []corefile.Problem, s Surroundings) *checker {
	if s.Port == "" {
		s.Port = "53"
	}
	c := &checker{
		Surroundings: s, said: said, blocks: make([]block, len(blocks)),
		sockets: map[socket]bool{}, certified: map[string]bool{}, misplaced: map[misplaced]alike{},
	}
	for i := range blocks {
		c.blocks[i] = newBlock(&blocks[i])
		c.own.add(&c.blocks[i])
		c.blocks[i].addSockets(c.sockets)
		for _, z := range blocks[i].Zones {
			if z.Transport == "tls" && blocks[i].Uses("tls") {
				c.certified[z.Port] = true
			}
		}
	}
	c.domains = newDomains(c.Domains, func(name string) bool { return c.own.zones[zone{name, c.Port}] })
	for i := range c.blocks {
		b := &c.blocks[i]
		if b.fault = c.listening(b); b.fault != (listening{}) {
			of := misplaced{b.zones[0].Key.File(), b.fault}
			c.misplaced[of] = c.misplaced[of].add(b)
		}
	}
	return c
}

// A block is a server block as queries over plain DNS see it.
type block struct {
	*dnsserver.Block
	zones []dnsserver.Zone // in small letters
	binds []string         // the IP addresses of its binds; none where it listens on all
	fault listening

	places map[string]int // of the zones, see zoneOf

	surveyed bool
	found    query.Survey // see survey
}

// newBlock returns a server block as queries see it.
func newBlock(b *dnsserver.Block) block {
	this := block{Block: b, zones: b.Zones}
	if slices.ContainsFunc(b.Zones, func(z dnsserver.Zone) bool { return z.Transport != "dns" || z.Name != strings.ToLower(z.Name) }) {
		this.zones = make([]dnsserver.Zone, 0, len(b.Zones))
		for _, z := range b.Zones {
			if z.Transport == "dns" {
				z.Name = strings.ToLower(z.Name)
				this.zones = append(this.zones, z)
			}
		}
	}
	for _, bind := range b.Binds {
		for _, a := range bind.Addresses {
			if ip := net.ParseIP(a.IP); ip != nil && !ip.IsUnspecified() {
				this.binds = append(this.binds, a.IP)
			}
		}
	}
	return this
}

// zoneOf returns the place of the first zone that a name is in, or -1. There may be as many zones as
// names that are asked about.
func (b *block) zoneOf(name string) int {
	if b.places == nil {
		b.places = make(map[string]int, len(b.zones))
		for i, z := range b.zones {
			first(b.places, z.Name, i)
		}
	}
	place := -1
	for above := range domain.Above(name) {
		if i, found := b.places[above]; found && (place < 0 || i < place) {
			place = i
		}
	}
	return place
}

// judged reports whether a block is of what is judged, not of the server's own Corefile.
func (b *block) judged() bool { return !b.Keys[0].Foreign() }

// on reports whether the block serves a zone on a port.
func (b *block) on(port string) bool {
	return slices.ContainsFunc(b.zones, func(z dnsserver.Zone) bool { return z.Port == port })
}

// A socket is an address, as sameHost writes it, and a port.
type socket struct{ address, port string }

// addSockets takes note of the sockets that the block is bound to.
func (b *block) addSockets(all map[socket]bool) {
	if len(b.binds) == 0 {
		return
	}
	ports := map[string]bool{}
	for _, z := range b.zones {
		ports[z.Port] = true
	}
	for port := range ports {
		for _, address := range b.binds {
			all[socket{reader.CanonicalHost(address), port}] = true
		}
	}
}

// maxAsked is how many words of Corefiles are looked at to ask the servers of a cluster
// something, all questions together, and maxAskable how many there may be for one.
const (
	maxAsked   = 60_000
	maxAskable = 6_000
)

// affordable reports whether the servers may be asked another question.
func (c *checker) affordable() bool {
	if c.Server == nil {
		return false
	}
	if c.words == 0 {
		for i := range c.blocks {
			c.words += len(c.blocks[i].Keys)
			for _, d := range c.blocks[i].Directives {
				c.words += len(d.Tokens)
			}
		}
	}
	c.spent += c.words
	return c.words <= maxAskable && c.spent <= maxAsked
}

// A zone is one that a block serves, and the port.
type zone struct{ name, port string }

// containsAddress reports whether an IP address is among others, however it is written.
func containsAddress(addresses []string, address string) bool {
	wanted, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(addresses, func(a string) bool {
		other, err := netip.ParseAddr(a)
		return err == nil && other.Unmap() == wanted.Unmap()
	})
}

// onLine returns what was said before of the line of a token.
func (c *checker) onLine(token corefile.Token) []corefile.Problem {
	if c.saidOn == nil {
		c.saidOn = map[place][]corefile.Problem{}
		for _, p := range c.said {
			at := place{p.File, p.Line}
			c.saidOn[at] = append(c.saidOn[at], p)
		}
	}
	return c.saidOn[placeOf(token)]
}

// saidAt returns the warnings of a rule at a token.
func (c *checker) saidAt(at corefile.Token, rule string) []corefile.Problem {
	var found []corefile.Problem
	for _, p := range c.onLine(at) {
		if p.Rule != rule { // columns are counted only where they matter
			continue
		}
		if place := at.Problem(rule, corefile.Warning, ""); p.Column == place.Column {
			found = append(found, p)
		}
	}
	return found
}
