package danger

import (
	"fmt"
	"net"
	"slices"

	"corewarden/corefile/dnsserver"
)

// hiddenListeners warns of a block that only its own pod can query, and does not.
func (c *checker) hiddenListeners(b *block) {
	if c.Server == nil || !b.judged() || len(b.zones) == 0 || c.unreached(b) || !c.ownPodOnly(b) ||
		slices.ContainsFunc(b.zones, func(z dnsserver.Zone) bool { return c.asksItself()[z.Port] }) {
		return
	}
	c.report.Warn(*b.zones[0].Key, RuleUnreachable, fmt.Sprintf(
		"this block listens only on %s in the pods of %s, where no other pod can query it. Remove the bind", b.binds[0], c.server))
}

// ownPodOnly reports whether a block listens on loopback addresses of a pod alone.
func (c *checker) ownPodOnly(b *block) bool {
	other := func(address string) bool { return !net.ParseIP(address).IsLoopback() }
	return !c.HostNetwork && len(b.binds) > 0 && len(b.binds) == len(b.Addresses()) && !slices.ContainsFunc(b.binds, other)
}

// asksItself returns the ports of its own that the server forwards queries to.
func (c *checker) asksItself() map[string]bool {
	if c.itself == nil {
		c.itself = map[string]bool{}
		for i := range c.blocks {
			for _, f := range c.blocks[i].Forwards {
				for _, to := range f.To {
					if ip, port := to.Address(); isItself(ip) {
						c.itself[port] = true
					}
				}
			}
		}
	}
	return c.itself
}
