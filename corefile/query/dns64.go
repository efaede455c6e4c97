package query

import (
	"net"

	"github.com/miekg/dns"

	"corewarden/corefile/plugin"
)

// dns64 follows dns64.go of the plugin: where a name has no AAAA records it makes some from A.
func dns64(c *call) *reply {
	d := c.block.DNS64
	if c.typ != dns.TypeAAAA || c.class != dns.ClassINET {
		return c.next()
	}
	if d.AllowIPv4 {
		return c.translated(d)
	}
	const on = "whether the client asks over IPv4 or IPv6"
	switch ip := net.ParseIP(c.address); {
	case ip == nil:
		return either(
			variant{on, "the client asks over IPv4", c.next()},
			variant{on, "the client asks over IPv6", c.translated(d)},
		)
	case ip.To4() != nil:
		return c.next()
	}
	return c.translated(d)
}

// translated answers with addresses that are made from those of type A, where there are no
// others.
func (c *call) translated(d *plugin.DNS64) *reply {
	return c.next().each(func(leaf *reply) *reply {
		switch {
		case leaf.nothing && !leaf.panicked && !c.looked("loadbalance", "cache", "header"):
			return (&reply{end: Dropped}).after(c.step("gets no answer from minimal and sends none"))
		case leaf.end == Forward:
			const on = "whether the upstream has AAAA records"
			return either(
				variant{on, "the upstream has AAAA records", leaf},
				variant{on, "it has none", c.synthesized(d, leaf)},
			)
		case leaf.end != "" || !leaf.written || leaf.partial:
			return leaf
		case leaf.rcode == dns.RcodeNameError && len(leaf.answers) == 0 && (leaf.soa || c.server.Release.AtLeast("1.14.5")):
			return leaf
		}
		for _, rr := range leaf.answers {
			if rr.Header().Rrtype == dns.TypeAAAA && !d.TranslateAll {
				return leaf
			}
		}
		return c.synthesized(d, leaf)
	})
}

// looked reports whether one of some plugins is between this one and minimal.
func (c *call) looked(plugins ...string) bool {
	for _, l := range c.links {
		if l.plugin == "minimal" {
			break
		}
		if contains(plugins, l.plugin) {
			return true
		}
	}
	return false
}

// synthesized asks for the addresses of type A, under the name that plugins have left in the
// query. The reply has that name as well.
func (c *call) synthesized(d *plugin.DNS64, leaf *reply) *reply {
	q := c.question
	if leaf.left != nil {
		q = *leaf.left
	}
	return c.lookup(question{q.lower(), dns.TypeA, q.class, q.options}).each(func(a *reply) *reply {
		if a.end == Dropped {
			return c.failure(dns.RcodeServerFailure)
		}
		if a.end != "" && a.end != Forward || a.end == "" && a.partial {
			return &reply{end: Depends, on: "the A records of the name"}
		}
		r := &reply{written: true, asked: q, upstreams: union(leaf.upstreams, a.upstreams)}
		if c.server.Release.AtLeast("1.15.0") {
			r.rcode = a.rcode
		}
		if a.end == Forward {
			r.end = Forward
			return r
		}
		for _, rr := range a.answers {
			switch rr := rr.(type) {
			case *dns.A:
				r.answers = append(r.answers, &dns.AAAA{Hdr: dns.RR_Header{Name: rr.Hdr.Name, Rrtype: dns.TypeAAAA, Class: rr.Hdr.Class, Ttl: min(rr.Hdr.Ttl, 600)}, AAAA: embedded(d.Prefix, rr.A)})
			default:
				r.answers = append(r.answers, rr)
			}
		}
		return r
	}).after(c.step("makes AAAA records from those of type A"))
}

// embedded returns an IPv4 address in a prefix, as RFC 6052 says: around the eighth octet, which
// stays 0.
func embedded(prefix *net.IPNet, v4 net.IP) net.IP {
	bits, _ := prefix.Mask.Size()
	ip := make(net.IP, net.IPv6len)
	at := copy(ip, prefix.IP.To16()[:bits/8])
	for _, octet := range v4.To4() {
		if at == 8 {
			at++
		}
		ip[at] = octet
		at++
	}
	return ip
}
