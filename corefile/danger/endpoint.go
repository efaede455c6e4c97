package danger

import (
	"fmt"
	"net"

	"corewarden/corefile/plugin/reader"
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
		if own := c.ownEndpoints().meeting(e); own != nil {
			where := "its own Corefile"
			if !own.Token.Own() {
				where = own.Token.File()
			}
			c.report.Warn(e.Token, RuleSharedEndpoint, fmt.Sprintf(
				"%s listens on %s, where %s already has %s in %s: each request reaches one of the two at random. Remove it",
				e.Token.Text, e.Address, c.server, own.Token.Text, where))
		}
	}
}

// ownEndpoints returns those that are not judged: of the server's own Corefile, and of ConfigMaps beside
// the judged one. Most bundles have none to compare them with.
func (c *checker) ownEndpoints() *endpoints {
	if c.endpoints == nil {
		c.endpoints = &endpoints{}
		for i := range c.blocks {
			for _, e := range c.blocks[i].Endpoints {
				if e.Token.Foreign() {
					c.endpoints.add(e)
				}
			}
		}
	}
	return c.endpoints
}

// endpoints are found by their ports, and within a port by the host. Of the same endpoint of
// one plugin there is only the first.
type endpoints struct {
	ports map[string]*onPort
	known map[endpoint]bool
}

type endpoint struct{ plugin, address string }

// onPort are the endpoints of a port: all, those on every address, and the others by host.
type onPort struct {
	all, everywhere []*reader.Endpoint
	byHost          map[string][]*reader.Endpoint
}

func (es *endpoints) add(e *reader.Endpoint) {
	host, port, err := net.SplitHostPort(e.Address)
	this := endpoint{e.Token.Text, e.Address}
	if err != nil || es.known[this] {
		return
	}
	if es.known == nil {
		es.ports, es.known = map[string]*onPort{}, map[endpoint]bool{}
	}
	es.known[this] = true
	on := es.ports[port]
	if on == nil {
		on = &onPort{byHost: map[string][]*reader.Endpoint{}}
		es.ports[port] = on
	}
	on.all = append(on.all, e)
	if reader.Everywhere(host) {
		on.everywhere = append(on.everywhere, e)
	} else {
		on.byHost[reader.CanonicalHost(host)] = append(on.byHost[reader.CanonicalHost(host)], e)
	}
}

// meeting returns an endpoint that shares a port of an address with e, as two listeners, or
// nil. It looks at no more of them than there are plugins.
func (es *endpoints) meeting(e *reader.Endpoint) *reader.Endpoint {
	host, port, err := net.SplitHostPort(e.Address)
	on := es.ports[port]
	if err != nil || on == nil {
		return nil
	}
	candidates := [][]*reader.Endpoint{on.everywhere, on.byHost[reader.CanonicalHost(host)]}
	if reader.Everywhere(host) {
		candidates = [][]*reader.Endpoint{on.all}
	}
	for _, all := range candidates {
		for _, other := range all {
			if e.Token.Text != "prometheus" || other.Token.Text != "prometheus" || e.Address != other.Address {
				return other
			}
		}
	}
	return nil
}
