package query

import (
	"strings"

	"github.com/miekg/dns"
)

const clusterData = "the Services and Pods of the cluster"

// kubernetes follows handler.go and parse.go of the plugin.
func kubernetes(c *call) *reply {
	k := c.block.Kubernetes
	zone := covering(k.Zones, c.lower())
	if zone == "" {
		return c.next()
	}
	none := func() *reply {
		if covering(k.Fallthrough, c.lower()) != "" {
			return c.next().after(c.step("hands it on, as fallthrough says"))
		}
		return c.negative(dns.RcodeNameError).after(c.step("knows no such name: NXDOMAIN"))
	}
	apex := c.lower() == zone
	switch {
	case c.typ == dns.TypeAXFR || c.typ == dns.TypeIXFR:
		return c.failure(dns.RcodeRefused).after(c.step("refuses transfers: REFUSED"))
	case apex && (c.typ == dns.TypeSOA || c.typ == dns.TypeNS):
		return c.something().after(c.step("answers for its zone"))
	case c.typ == dns.TypeSOA:
		return c.negative(dns.RcodeSuccess).after(c.step("has no SOA of names below its zone: NODATA"))
	case !apex && !c.clusterName(zone):
		return none()
	}
	nodata := c.negative(dns.RcodeSuccess)
	return either(
		variant{clusterData, "the cluster has such a record", c.something().after(c.step("answers"))},
		variant{clusterData, "the cluster has the name, but no such record", nodata.after(c.step("answers with nothing: NODATA"))},
		variant{clusterData, "the cluster does not have the name", none()},
	).after(c.step("depends on " + clusterData))
}

// clusterName reports whether a name below a zone may be one of the cluster's: a name with svc
// or pod and at most four labels before that, or one of the few others.
func (c *call) clusterName(zone string) bool {
	base := strings.TrimSuffix(c.lower(), zone)
	labels := dns.SplitDomainName(strings.TrimSuffix(base, "."))
	if len(labels) == 0 {
		return true
	}
	switch strings.Join(labels, ".") {
	case "dns-version", "ns.dns":
		return true
	}
	if c.typ == dns.TypePTR && reverseIP(c.lower()) != nil {
		return true
	}
	if contains(labels, "_zone") { // since 1.14.7
		return true
	}
	last := labels[len(labels)-1]
	return (last == "svc" || last == "pod") && len(labels) <= 5
}
