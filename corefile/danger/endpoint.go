package danger

import (
	"fmt"
	"net"
	"slices"

	"corewarden/corefile/plugin"
)

// sharedEndpoints warns of an endpoint on an address that the server's own Corefile uses
// already. CoreDNS listens twice, and the kernel chooses for each request who gets it; of
// two ready with one address the last that is read decides for both. Only prometheus may
// stand in every server block, each time with the same address.
func (c *checker) sharedEndpoints(b *block) {
	for _, e := range b.Endpoints {
		if e.Token.Foreign() {
			continue
		}
		if i := slices.IndexFunc(c.own.endpoints, func(own *plugin.Endpoint) bool { return meet(e, own) }); i >= 0 {
			c.report.Warn(e.Token, RuleSharedEndpoint, fmt.Sprintf(
				"%s listens on %s, where %s already has %s in its own Corefile: each request reaches one of the two at random. Remove it",
				e.Token.Text, e.Address, c.server, c.own.endpoints[i].Token.Text))
		}
	}
}

// meet reports whether two endpoints share a port of an address, as two listeners.
func meet(e, other *plugin.Endpoint) bool {
	if e.Token.Text == "prometheus" && other.Token.Text == "prometheus" && e.Address == other.Address {
		return false
	}
	host, port, err := net.SplitHostPort(e.Address)
	otherHost, otherPort, otherErr := net.SplitHostPort(other.Address)
	if err != nil || otherErr != nil || port != otherPort {
		return false
	}
	return everywhere(host) || everywhere(otherHost) || host == otherHost || containsAddress([]string{host}, otherHost)
}

func everywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}
