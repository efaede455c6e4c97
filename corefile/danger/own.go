package danger

import (
	"github.com/miekg/dns"

	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin"
)

// own is what the server's own Corefile does.
type own struct {
	zones     map[zone]bool
	endpoints []*plugin.Endpoint
	// addresses are those that it binds to, and bound the same by the port.
	addresses []string
	bound     map[string][]string
	// open are the ports on which it listens on every address.
	open map[string]bool
}

// add takes note of a block, as far as it is the server's own.
func (o *own) add(b *block) {
	for _, e := range b.Endpoints {
		if e.Token.Foreign() {
			o.endpoints = append(o.endpoints, e)
		}
	}
	if b.judged() {
		return
	}
	for _, z := range b.zones {
		o.zones[zone{z.Name, z.Port}] = true
		o.open[z.Port] = o.open[z.Port] || len(b.binds) == 0
		for _, address := range b.binds {
			if !containsAddress(o.bound[z.Port], address) {
				o.bound[z.Port] = append(o.bound[z.Port], address)
			}
		}
	}
	for _, address := range b.binds {
		if !containsAddress(o.addresses, address) {
			o.addresses = append(o.addresses, address)
		}
	}
}

// binds reports whether it binds to addresses wherever it listens on a port.
func (o *own) binds(port string) bool { return len(o.bound[port]) > 0 && !o.open[port] }

// between reports whether it serves a zone that a name is in, and that is in another one
// itself.
func (o *own) between(outer dnsserver.Zone, name string) bool {
	for at, end := 0, false; !end; at, end = dns.NextLabel(name, at) {
		if inner := name[at:]; inner == outer.Name || !dns.IsSubDomain(outer.Name, inner) {
			return false
		} else if o.zones[zone{inner, outer.Port}] {
			return true
		}
	}
	return false
}
