package danger

import (
	"github.com/miekg/dns"

	"corewarden/corefile/domain"
)

// domains are the cluster's, of which there may be as many as zones that are judged.
type domains struct {
	names []string
	// index is that of a name in names, and within that of the first name that a zone takes:
	// it is in the zone, and in no longer one of the server's own Corefile.
	index, within map[string]int
}

// newDomains returns the domains of the given names; own reports whether the server's own
// Corefile serves a zone.
func newDomains(names []string, own func(zone string) bool) domains {
	d := domains{index: map[string]int{}, within: map[string]int{}}
	for i, name := range names {
		name = dns.Fqdn(name)
		d.names = append(d.names, name)
		first(d.index, name, i)
		for zone := range domain.Above(name) {
			first(d.within, zone, i)
			if own(zone) {
				break
			}
		}
	}
	return d
}

// hidden returns the first domain that a zone hides, and whether as a whole: else the zone is
// in it.
func (d domains) hidden(zone string) (name string, whole, found bool) {
	at, whole := d.within[zone]
	if !whole {
		at = len(d.names)
	}
	for above := range domain.Above(zone) {
		if i, is := d.index[above]; is && above != zone && i < at {
			at, whole = i, false
		}
	}
	if at == len(d.names) {
		return "", false, false
	}
	return d.names[at], whole, true
}

// first keeps the first index of a name.
func first(in map[string]int, name string, i int) {
	if _, known := in[name]; !known {
		in[name] = i
	}
}
