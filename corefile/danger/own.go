package danger

import (
	"github.com/miekg/dns"

	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin/reader"
)

// own is what the server's own Corefile does. It may be as long as what is judged, so
// everything in it is found at once.
type own struct {
	zones map[zone]bool // also those of ConfigMaps beside the judged one
	// addresses are those that it binds to, however they are written, and bound are the ports
	// on which it binds to some.
	addresses []string
	known     map[string]bool // those of addresses
	bound     map[string]bool
	// open are the ports on which it listens on every address.
	open map[string]bool
}

// add takes note of a block, as far as it is not judged.
func (o *own) add(b *block) {
	if b.judged() {
		return
	}
	if o.zones == nil { // most texts are judged as a whole
		o.zones, o.known, o.bound, o.open = map[zone]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	}
	for _, z := range b.zones {
		o.zones[zone{z.Name, z.Port}] = true
	}
	if !b.Keys[0].Own() {
		return
	}
	for _, z := range b.zones {
		o.open[z.Port] = o.open[z.Port] || len(b.binds) == 0
		o.bound[z.Port] = o.bound[z.Port] || len(b.binds) > 0
	}
	for _, address := range b.binds {
		if same := reader.CanonicalHost(address); !o.known[same] {
			o.known[same] = true
			o.addresses = append(o.addresses, address)
		}
	}
}

// binds reports whether it binds to addresses wherever it listens on a port.
func (o *own) binds(port string) bool { return o.bound[port] && !o.open[port] }

// between reports whether it serves a zone that a name is in, and that is in another one
// itself.
func (o *own) between(outer dnsserver.Zone, name string) bool {
	for at, end := 0, false; !end; at, end = dns.NextLabel(name, at) {
		if inner := name[at:]; inner == outer.Name || !domain.IsSubDomain(outer.Name, inner) {
			return false
		} else if o.zones[zone{inner, outer.Port}] {
			return true
		}
	}
	return false
}
