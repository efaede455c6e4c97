package danger

import (
	"fmt"
	"net"
	"slices"

	"corewarden/corefile"
)

// endpoints are the plugins that serve HTTP for the whole process, and where they do so by
// default.
var endpoints = map[string]string{
	"health":     ":8080",
	"ready":      ":8181",
	"prometheus": "localhost:9153",
	"pprof":      "localhost:6053",
}

// An endpoint is one use of such a plugin.
type endpoint struct {
	plugin  corefile.Token
	address string
}

// sharedEndpoints warns of an endpoint on an address that the server's own Corefile uses
// already. CoreDNS listens twice, and the kernel chooses for each request who gets it; of
// two ready with one address the last that is read decides for both. Only prometheus may
// stand in every server block, each time with the same address.
func (c *checker) sharedEndpoints(b *block) {
	for _, d := range b.Directives {
		e, serves := endpointOf(d)
		if !serves || e.plugin.Foreign() {
			continue
		}
		if i := slices.IndexFunc(c.own.endpoints, e.meets); i >= 0 {
			c.report.Warn(e.plugin, RuleSharedEndpoint, fmt.Sprintf(
				"%s listens on %s, where %s already has %s in its own Corefile: each request reaches one of the two at random. Remove it",
				e.plugin.Text, e.address, c.server, c.own.endpoints[i].plugin.Text))
		}
	}
}

func endpointOf(d corefile.Directive) (e endpoint, serves bool) {
	address, serves := endpoints[d.Name()]
	if args := line(d); serves && len(args) > 0 {
		address = args[0].Text
	}
	return endpoint{d.Tokens[0], address}, serves
}

// meets reports whether two endpoints share a port of an address, as two listeners.
func (e endpoint) meets(other endpoint) bool {
	if e.plugin.Text == "prometheus" && other.plugin.Text == "prometheus" && e.address == other.address {
		return false
	}
	host, port, err := net.SplitHostPort(e.address)
	otherHost, otherPort, otherErr := net.SplitHostPort(other.address)
	if err != nil || otherErr != nil || port != otherPort {
		return false
	}
	return everywhere(host) || everywhere(otherHost) || host == otherHost || containsAddress([]string{host}, otherHost)
}

func everywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}
