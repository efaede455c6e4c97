package danger

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
)

// shadowedZones warns of zones that take names of the cluster from the server block that
// knows them: CoreDNS asks only the block with the longest zone that a name is in.
func (c *checker) shadowedZones(b *block) {
	if !b.judged() || b.Uses("kubernetes") || b.Uses("view") || c.unreached(b) || c.asksCluster(b) {
		return
	}
	for _, z := range b.zones {
		if z.port != c.Port || c.serves(z) { // the same zone twice is an error of its own
			continue
		}
		if what := c.shadowed(z); what != "" {
			c.report.Warn(*z.key, RuleShadowedZone, fmt.Sprintf(
				"%s hides %s: pods no longer get the answers of the cluster's DNS. Use a zone outside of it", corefile.Quote(z.key.Text), what))
		}
	}
}

// shadowed returns which names of the cluster a zone takes away, or "".
func (c *checker) shadowed(z zone) string {
	const reverse = "the reverse names of the cluster's Services, such as %s"
	if z.network != nil {
		if i := slices.IndexFunc(c.Cluster, func(address string) bool { return z.network.Contains(net.ParseIP(address)) }); i >= 0 {
			return fmt.Sprintf(reverse, c.Cluster[i])
		}
		return ""
	}
	for _, name := range c.Domains {
		name = dns.Fqdn(name)
		switch {
		case z.name != name && dns.IsSubDomain(name, z.name):
			return "names of the cluster's domain " + corefile.Quote(name)
		case c.takes(z, name):
			return "the cluster's domain " + corefile.Quote(name)
		}
	}
	for _, address := range c.Cluster {
		if name, err := dns.ReverseAddr(address); err == nil && c.takes(z, name) {
			return fmt.Sprintf(reverse, address)
		}
	}
	if c.takes(z, "in-addr.arpa.") || c.takes(z, "ip6.arpa.") {
		return "the reverse names of the cluster's pods and Services"
	}
	return ""
}

// takes reports whether a name is in a zone, and in no longer one of the server's own
// Corefile.
func (c *checker) takes(z zone, name string) bool {
	return dns.IsSubDomain(z.name, name) && !slices.ContainsFunc(c.own.zones, func(own zone) bool {
		return own.port == z.port && own.name != z.name && dns.IsSubDomain(z.name, own.name) && dns.IsSubDomain(own.name, name)
	})
}

// serves reports whether the server's own Corefile serves a zone itself.
func (c *checker) serves(z zone) bool {
	return slices.ContainsFunc(c.own.zones, func(own zone) bool {
		return z.network == nil && own.name == z.name && own.port == z.port
	})
}

// asksCluster reports whether a block passes its queries on to the cluster's DNS, which
// is another server.
func (c *checker) asksCluster(b *block) bool {
	for _, d := range b.Directives {
		if d.Name() == "forward" && slices.ContainsFunc(line(d), func(to corefile.Token) bool {
			return containsAddress(c.Cluster, to.Text) && !containsAddress(c.Loop, to.Text)
		}) {
			return true
		}
	}
	return false
}

// Domains returns the zones that the plugin kubernetes serves in the server's own Corefile,
// but for those of addresses.
func Domains(blocks []corefile.Block) []string {
	var domains []string
	for i := range blocks {
		for _, d := range blocks[i].Directives {
			if d.Name() != "kubernetes" || !d.Tokens[0].Foreign() {
				continue
			}
			for _, zone := range line(d) {
				if name := dns.Fqdn(strings.ToLower(zone.Text)); !dns.IsSubDomain("arpa.", name) {
					domains = append(domains, name)
				}
			}
		}
	}
	return domains
}
