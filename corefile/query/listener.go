package query

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
)

// A served is a zone that a server block serves on a socket.
type served struct {
	block *dnsserver.Block
	zone  *dnsserver.Zone
	// doubtful is what it depends on whether the block serves there at all; "" for nothing.
	doubtful string
}

// socket returns what is served at an address and port of the zones that a name is in: by the
// blocks that listen on that very address if there are any, else by those that listen on all. It
// reports whether anything listens there.
func (s *Server) socket(address, port, name string) (all []served, listens bool) {
	var exact, everywhere, perhaps []served
	var isExact bool
	for i := range s.Blocks {
		b := &s.Blocks[i]
		addresses := b.Addresses()
		for j := range b.Zones {
			zone := &b.Zones[j]
			if zone.Transport != "dns" || zone.Port != port {
				continue
			}
			takes := takesName(zone.Name, name)
			for _, a := range addresses {
				switch {
				case isUnsure(a):
					listens = true
					if takes {
						perhaps = append(perhaps, served{b, zone, fmt.Sprintf("the addresses of %s in the pod", a.Token.Text)})
					}
				case a.IP == "" || isUnspecified(a.IP):
					listens = true
					if takes {
						everywhere = append(everywhere, served{block: b, zone: zone})
					}
				case sameAddress(a.IP, address):
					isExact = true
					if takes {
						exact = append(exact, served{block: b, zone: zone})
					}
				}
			}
		}
	}
	if isExact {
		return exact, true
	}
	return append(perhaps, everywhere...), listens
}

// takesName reports whether a name in small letters is in a zone. Before 1.14.7 a zone may have
// capital letters, and then no query matches it.
func takesName(zone, name string) bool {
	before, found := strings.CutSuffix(name, zone)
	return zone == "." || found && (before == "" || strings.HasSuffix(before, "."))
}

// isUnsure reports whether only the pod knows whether a block listens on an address.
func isUnsure(a plugin.Address) bool { return a.Doubtful || a.IP == "" && a.Token.Text != "" }

// listens reports whether anything listens at an address and port, and whether for that
// address alone.
func (s *Server) listens(address, port string) (listens, alone bool) {
	for i := range s.Blocks {
		b := &s.Blocks[i]
		if !slices.ContainsFunc(b.Zones, func(z dnsserver.Zone) bool { return z.Transport == "dns" && z.Port == port }) {
			continue
		}
		for _, a := range b.Addresses() {
			same := sameAddress(a.IP, address)
			listens, alone = listens || same || isUnsure(a) || a.IP == "" || isUnspecified(a.IP), alone || same
		}
	}
	return listens, alone
}

func isUnspecified(ip string) bool { return net.ParseIP(ip).IsUnspecified() }

func sameAddress(a, b string) bool {
	if !domain.MayBeAddress(a) || !domain.MayBeAddress(b) { // parsing them would make an error
		return false
	}
	one, err := netip.ParseAddr(a)
	if err != nil {
		return false
	}
	other, err := netip.ParseAddr(b)
	return err == nil && one.Unmap() == other.Unmap()
}

// maxVisits is how often a query comes to a server before that counts as a circle: a rewrite
// may make its name longer each time.
const maxVisits = 12

// maxServed is how often all ways of a query may come to a server together: each upstream of a
// forward may be one.
const maxServed = 1000

// serve returns what a server makes of a query at one of its sockets. It follows ServeDNS of
// CoreDNS's package core/dnsserver.
func (w *walk) serve(to at, q question) *reply {
	here := visit{to, question{name: q.lower(), typ: q.typ, class: q.class}}
	if slices.Contains(w.visits, here) || len(w.visits) >= maxVisits {
		return (&reply{end: Loop}).after(Step{Server: to.server.Name, Does: fmt.Sprintf("the query for %s comes back here: it goes in circles", q)})
	}
	if w.served++; w.served > maxServed {
		const on = "which of very many ways it takes"
		return (&reply{end: Depends, on: on}).after(Step{Server: to.server.Name, Does: "depends on " + on})
	}
	w.visits = append(w.visits, here)
	defer func() { w.visits = w.visits[:len(w.visits)-1] }()

	if len(to.server.Blocks) == 0 { // it starts on what it brings along: .:53 { whoami; log }
		step := Step{Server: to.server.Name, Plugin: "whoami", Does: "no server block names a zone, so the server answers everything with the address of the client"}
		return (&reply{written: true, asked: q, additional: true, records: true}).after(step)
	}
	all, listens := to.server.socket(to.address, to.port, here.name)
	if to.server.StandIn != "" && len(to.server.Local) > 0 { // its own Corefile decides who listens on them
		return to.server.notKnown()
	}
	if !listens {
		where := net.JoinHostPort(cmp.Or(to.address, "the address of its pod"), to.port)
		return (&reply{end: Dropped}).after(Step{Server: to.server.Name, Does: "nothing listens on " + where})
	}
	r := w.choose(to, to.server.inOrder(all, q), q)
	if key, found := unknownKey(to.server); found {
		unknown := &reply{end: Depends, on: "environment variables of the pod"}
		return either(
			variant{"environment variables of the pod", "the zone " + key.Text + " is not that of the name", r},
			variant{"environment variables of the pod", "the zone " + key.Text + " is that of the name", unknown},
		)
	}
	return r
}

// unknownKey returns a zone of the server that only its pod knows.
func unknownKey(s *Server) (corefile.Token, bool) {
	for i := range s.Blocks {
		if k := slices.IndexFunc(s.Blocks[i].Keys, corefile.Token.DependsOnEnvironment); k >= 0 {
			return s.Blocks[i].Keys[k], true
		}
	}
	return corefile.Token{}, false
}

// inOrder puts what may serve a question in the order in which a server looks: the longest
// zone first. A question of type DS goes to the shortest one but for the root, unless there is
// one without plugins on the way.
func (s *Server) inOrder(fitting []served, q question) []served {
	slices.SortStableFunc(fitting, func(a, b served) int { return dns.CountLabel(b.zone.Name) - dns.CountLabel(a.zone.Name) })
	if q.typ == dns.TypeDS {
		root := slices.IndexFunc(fitting, func(e served) bool { return e.zone.Name == "." })
		if root < 0 {
			root = len(fitting)
		}
		if i := slices.IndexFunc(fitting[:root], s.idle); i >= 0 {
			return fitting[i:]
		}
		slices.Reverse(fitting[:root])
	}
	return fitting
}

// idle reports whether a block has no plugin that deals with queries. The server refuses them
// then.
func (s *Server) idle(e served) bool { return len(s.prepared(e.block).links) == 0 }

// choose has the first of the blocks serve a query that takes it.
func (w *walk) choose(to at, blocks []served, q question) *reply {
	if len(blocks) == 0 {
		return (&reply{rcode: dns.RcodeRefused, asked: q}).after(Step{Server: to.server.Name, Does: "no server block is for " + q.name + ": REFUSED"})
	}
	e := blocks[0]
	rest := func() *reply { return w.choose(to, blocks[1:], q) }
	if e.zone.Key.File() == to.server.StandIn {
		return to.server.notKnown()
	}
	sure := true
	if e.block.View != nil {
		var takes bool
		if takes, sure = taken(to.server.prepared(e.block).view(), q); !takes {
			return rest()
		}
	}
	r := w.run(to, e, q)
	if !sure {
		view := "the view " + e.block.View.Name
		on := "the query and its client, as " + view + " decides"
		r = either(variant{on, view + " takes it", r}, variant{on, view + " does not take it", rest()})
	}
	if e.doubtful != "" {
		return either(
			variant{e.doubtful, "the query is to " + e.doubtful, r},
			variant{e.doubtful, "it is not", rest()},
		)
	}
	return r
}

// notKnown is what comes of a query for a server's own Corefile that is not known.
func (s *Server) notKnown() *reply {
	on := fmt.Sprintf("the own Corefile of %s, which is not known", s.Name)
	return (&reply{end: Depends, on: on}).after(Step{Server: s.Name, Does: "depends on " + on})
}

// use returns the tokens of a plugin's uses in a block; nil if it has none.
func use(b *dnsserver.Block, name string) []corefile.Token {
	for _, d := range b.Plugins() {
		if d.Name() == name {
			return d.Tokens
		}
	}
	return nil
}
