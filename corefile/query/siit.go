package query

import "github.com/miekg/dns"

// siit follows siit.go of the plugin: where a name has no A records it makes some from AAAA.
func siit(c *call) *reply {
	r := c.next()
	if c.typ != dns.TypeA || c.class != dns.ClassINET {
		return r
	}
	return r.each(func(leaf *reply) *reply {
		switch {
		case leaf.end == Dropped || leaf.end == Loop || leaf.end == Depends:
			return leaf
		case !leaf.written || leaf.rcode == dns.RcodeNameError:
			return leaf
		}
		for _, rr := range leaf.answers {
			if rr.Header().Rrtype == dns.TypeA {
				return leaf
			}
		}
		const on = "whether the name has A records"
		made := (&reply{end: Depends, on: "the AAAA records of the name"}).after(c.step("makes A records from those of type AAAA"))
		if leaf.end != Forward && !leaf.partial {
			return made
		}
		return either(variant{on, "it has A records", leaf}, variant{on, "it has none", made})
	})
}
