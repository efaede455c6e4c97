package danger

import (
	"fmt"
	"slices"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// shadowedZones warns of zones that take names of the cluster from the server block that
// knows them: CoreDNS asks only the block with the longest zone that a name is in.
func (c *checker) shadowedZones(b *block) {
	if len(c.Domains)+len(c.Cluster) == 0 || !b.judged() || b.Uses("kubernetes") || b.Uses("view") || c.unreached(b) || c.ownPodOnly(b) || c.asksCluster(b) {
		return
	}
	for _, z := range b.zones {
		if z.Port != c.Port || c.own.zones[zone{z.Name, z.Port}] { // the same zone twice is an error of its own
			continue
		}
		if what := c.shadowed(z); what != "" {
			c.report.Warn(*z.Key, RuleShadowedZone, fmt.Sprintf(
				"%s hides %s: pods no longer get the answers of the cluster's DNS. Use a zone outside of it", corefile.Quote(z.Key.Text), what))
		}
	}
}

// shadowed returns which names of the cluster a zone takes away, or "".
func (c *checker) shadowed(z dnsserver.Zone) string {
	if name, whole, found := c.domains.hidden(z.Name); whole {
		return "the cluster's domain " + corefile.Quote(name)
	} else if found {
		return "names of the cluster's domain " + corefile.Quote(name)
	}
	for _, address := range c.Cluster {
		if name, err := dns.ReverseAddr(address); err == nil && c.takes(z, name) {
			return "the reverse names of the cluster's Services, such as " + address
		}
	}
	if c.takes(z, "in-addr.arpa.") || c.takes(z, "ip6.arpa.") {
		return "the reverse names of the cluster's pods and Services"
	}
	return ""
}

// takes reports whether a name is in a zone, and in no longer one of the server's own
// Corefile.
func (c *checker) takes(z dnsserver.Zone, name string) bool {
	return domain.IsSubDomain(z.Name, name) && !c.own.between(z, name)
}

// asksCluster reports whether a block passes its queries on to the cluster's DNS, which
// is another server.
func (c *checker) asksCluster(b *block) bool {
	return slices.ContainsFunc(b.Forwards, func(f plugin.Forward) bool {
		return slices.ContainsFunc(f.To, func(to reader.Upstream) bool {
			ip, _ := to.Address()
			return containsAddress(c.Cluster, ip) && !containsAddress(c.Loop, ip)
		})
	})
}

// Domains returns the zones that the plugin kubernetes serves in the server's own Corefile,
// but for those of addresses.
func Domains(blocks []dnsserver.Block) []string {
	var domains []string
	for i := range blocks {
		if !blocks[i].Keys[0].Foreign() || blocks[i].Kubernetes == nil {
			continue
		}
		for _, zone := range blocks[i].Kubernetes.Zones {
			if !domain.IsSubDomain("arpa.", zone) {
				domains = append(domains, zone)
			}
		}
	}
	return domains
}
