package danger

import (
	"fmt"
	"maps"
	"net"
	"slices"

	"corewarden/corefile/dnsserver"
	"corewarden/corefile/query"
)

// hiddenListeners warns of a block that listens where no pod asks: on loopback addresses of its own
// pod, or on other ports than the cluster's DNS is asked on.
func (c *checker) hiddenListeners(b *block) {
	if c.Server == nil || !b.judged() || len(b.zones) == 0 || b.fault != (listening{}) || c.unreached(b) {
		return
	}
	key := *b.zones[0].Key
	switch {
	case c.ownPodOnly(b):
		if !b.onAny(c.asksItself()) {
			c.report.Warn(key, RuleUnreachable, fmt.Sprintf(
				"this block listens only on %s in the pods of %s, where no other pod can query it. Remove the bind", b.binds[0], c.server))
		}
	case c.otherPort(b):
		c.report.Warn(key, RuleUnreachable, fmt.Sprintf(
			"this block listens on port %s, but pods query %s on port %s, as its own Corefile listens there. Write this zone with port %[3]s", b.zones[0].Port, c.server, c.Port))
	}
}

// ownPodOnly reports whether a block listens on loopback addresses of a pod alone.
func (c *checker) ownPodOnly(b *block) bool {
	other := func(address string) bool { return !net.ParseIP(address).IsLoopback() }
	return !c.HostNetwork && len(b.binds) > 0 && len(b.binds) == len(b.Addresses()) && !slices.ContainsFunc(b.binds, other)
}

// otherPort reports whether no zone of a block has the port on which the server's own Corefile
// listens for pods, nor one that a server of the cluster forwards queries to.
func (c *checker) otherPort(b *block) bool {
	if b.on(c.Port) || len(b.zones) < len(b.Zones) || !c.own.bound[c.Port] && !c.own.open[c.Port] || c.Server.StandIn != "" || c.DNS == nil {
		return false
	}
	return !b.onAny(c.asked())
}

// onAny reports whether the block serves a zone on one of some ports.
func (b *block) onAny(ports map[string]bool) bool {
	return slices.ContainsFunc(b.zones, func(z dnsserver.Zone) bool { return ports[z.Port] })
}

// asksItself returns the ports of its own that the server forwards queries to.
func (c *checker) asksItself() map[string]bool {
	if c.itself == nil {
		c.itself = forwardPorts(c.Server, isItself)
	}
	return c.itself
}

// asked returns the ports that any server of the cluster forwards queries to, as some may be to pods.
// Those to port 53 are to Services or to servers elsewhere.
func (c *checker) asked() map[string]bool {
	if c.forwarded == nil {
		c.forwarded = map[string]bool{}
		for _, s := range c.DNS() {
			maps.Copy(c.forwarded, forwardPorts(s, func(string) bool { return true }))
		}
		c.forwarded["53"] = c.asksItself()["53"]
	}
	return c.forwarded
}

// forwardPorts returns the ports to which a server forwards queries, at such addresses.
func forwardPorts(s *query.Server, such func(ip string) bool) map[string]bool {
	ports := map[string]bool{}
	for i := range s.Blocks {
		for _, f := range s.Blocks[i].Forwards {
			for _, to := range f.To {
				if ip, port := to.Address(); such(ip) {
					ports[port] = true
				}
			}
		}
	}
	return ports
}
