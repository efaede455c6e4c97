package danger

import (
	"fmt"
	"net"
	"slices"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
)

// forwardingLoops warns of a forward to an address at which the query comes back to the
// same server block. A rewrite before that may turn it into a query for another one, which
// is how names of the cluster are given other names.
func (c *checker) forwardingLoops(b *block) {
	if b.Uses("rewrite") || c.unreached(b) {
		return
	}
	for _, f := range b.Forwards {
		if f.Token.Foreign() {
			continue
		}
		for _, to := range f.To {
			ip, port := to.Address()
			what := c.comesBack(b, ip, port)
			if what == "" {
				continue
			}
			if key := loopingZone(b, f, port); key != nil {
				end := ""
				if b.Uses("loop") {
					end = ", and the loop plugin stops the server"
				}
				c.report.Warn(to.Token, RuleForwardingLoop, fmt.Sprintf(
					"forward: %s is %s, so queries for %s come back here in a loop%s. Forward to the server that knows the zone",
					corefile.Quote(to.Text), what, corefile.Quote(key.Text), end))
			}
		}
	}
}

// loopingZone returns the key of a zone on a port of which a forward takes queries, or nil.
func loopingZone(b *block, f plugin.Forward, port string) *corefile.Token {
	if f.From == "" || f.Unsure {
		return nil
	}
	except := map[string]bool{}
	for _, zone := range f.Except {
		except[zone] = true
	}
	for _, z := range b.zones {
		inner := z.Name // the names that are both in the zone and forwarded
		if dns.IsSubDomain(inner, f.From) {
			inner = f.From
		}
		excepted := func(zone string) bool { return except[zone] }
		if z.Port == port && dns.IsSubDomain(f.From, inner) && !slices.ContainsFunc(domain.Above(inner), excepted) {
			return z.Key
		}
	}
	return nil
}

// comesBack says who answers at an address to which a block sends queries, if that is the
// block itself; else it returns "".
func (c *checker) comesBack(b *block, ip, port string) string {
	parsed := net.ParseIP(ip)
	itself := parsed.IsLoopback() || parsed.IsUnspecified()
	if !itself && !containsAddress(c.Loop, ip) {
		return ""
	}
	switch {
	case containsAddress(b.binds, ip) && b.on(port):
	case b.Uses("bind") && !bindsEverywhere(b):
		return "" // it listens elsewhere
	case c.sockets[socket{sameHost(ip), port}]:
		return "" // the socket of that address is another block's
	case itself && c.HostNetwork:
		return "" // and another server may listen there
	}
	if itself {
		return "this server itself"
	}
	return "the cluster's own DNS"
}

// bindsEverywhere reports whether a bind of the block is to every address.
func bindsEverywhere(b *block) bool {
	return slices.ContainsFunc(b.Binds, func(bind plugin.Bind) bool {
		return slices.ContainsFunc(bind.Addresses, func(a plugin.Address) bool { return net.ParseIP(a.IP).IsUnspecified() })
	})
}
