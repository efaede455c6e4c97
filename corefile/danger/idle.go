package danger

import (
	"fmt"
	"net"
	"slices"

	"corewarden/corefile/plugin/reader"
)

// idleDNS64 warns of a dns64 that pods do not get addresses of, because they ask over IPv4.
func (c *checker) idleDNS64(b *block) {
	d := b.DNS64
	if d == nil || d.AllowIPv4 || d.Token.Foreign() {
		return
	}
	asked := b.binds
	if !b.Uses("bind") && !c.HostNetwork {
		asked = c.Cluster
	}
	over6 := func(address string) bool { ip := net.ParseIP(address); return ip.To4() == nil }
	if len(asked) > 0 && len(asked) >= len(b.Addresses()) && !slices.ContainsFunc(asked, over6) {
		c.report.Warn(d.Token, reader.RuleIgnored, fmt.Sprintf(
			"dns64 does nothing for queries over IPv4, which is how pods query %s. Add allow_ipv4 in a block of dns64", asked[0]))
	}
}

// emptyHosts warns of a hosts without entries in a pod, whose /etc/hosts hardly has any.
func (c *checker) emptyHosts(b *block) {
	h := b.Hosts
	if h == nil || h.Token.Foreign() || c.HostNetwork || c.Server == nil || len(h.Lines) > 0 || h.Path != "/etc/hosts" || c.saidOnLine(h.Token, reader.RuleIgnored, reader.RulePodFile) {
		return
	}
	c.report.Warn(h.Token, reader.RuleIgnored,
		`hosts: there are no entries, so it knows only the names in /etc/hosts of its own pod. Add entries such as "10.0.0.1 www.example.org", or remove it`)
}
