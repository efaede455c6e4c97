package query

import (
	"strings"

	"github.com/miekg/dns"
)

// autopath follows autopath.go of the plugin, and of kubernetes: for a name below the namespace
// of the client it tries the whole search path.
func autopath(c *call) *reply {
	a := c.block.Autopath
	if covering(a.Zones, c.lower()) == "" {
		return c.next()
	}
	on := "the search path in " + a.Source
	switch {
	case a.Source == "@kubernetes":
		k := c.block.Kubernetes
		if k == nil || !k.PodsVerified || !c.searched(k.Zones) {
			return c.next()
		}
		on = "the namespace of the client, as autopath knows it"
	case strings.HasPrefix(a.Source, "@") && a.Source != "@erratic":
		return c.next()
	}
	return either(
		variant{on, "the name is in the client's search path", &reply{end: Depends, on: on}},
		variant{on, "the name is not in the client's search path", c.next()},
	).after(c.step("depends on " + on))
}

// searched reports whether a name is of the form that the first search domain of a pod gives
// it: NAMESPACE.svc.ZONE with anything before it.
func (c *call) searched(zones []string) bool {
	zone := covering(zones, c.lower())
	if zone == "" {
		return false
	}
	labels := dns.SplitDomainName(strings.TrimSuffix(c.lower(), zone))
	return len(labels) >= 2 && labels[len(labels)-1] == "svc"
}
