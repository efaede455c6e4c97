package query

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// A zoneFile is a zone whose file is known.
type zoneFile struct {
	origin string
	// apex are the SOA and NS of the zone itself, which CoreDNS keeps apart from its other records,
	// by name, in small letters.
	apex    []dns.RR
	records map[string][]dns.RR
}

// readZone reads a zone file. It does not read what includes other files or generates names.
func readZone(text, origin string) (zoneFile, bool) {
	z := zoneFile{origin: origin, records: map[string][]dns.RR{}}
	if strings.Contains(text, "$INCLUDE") || strings.Contains(text, "$GENERATE") {
		return z, false
	}
	parser := dns.NewZoneParser(strings.NewReader(text), origin, "")
	for rr, more := parser.Next(); more; rr, more = parser.Next() {
		header := rr.Header()
		header.Name = strings.ToLower(header.Name)
		if header.Name == origin && (header.Rrtype == dns.TypeSOA || header.Rrtype == dns.TypeNS) {
			z.apex = append(z.apex, rr)
			continue
		}
		z.records[rr.Header().Name] = append(z.records[rr.Header().Name], rr)
	}
	return z, parser.Err() == nil
}

func (z zoneFile) of(name string, t uint16) []dns.RR {
	return ofType(z.records[name], t)
}

func ofType(records []dns.RR, t uint16) []dns.RR {
	return slices.DeleteFunc(slices.Clone(records), func(rr dns.RR) bool { return rr.Header().Rrtype != t })
}

// lookup follows lookup.go of the plugin file. It is not sure where aliases of whole trees and
// wildcards take part. Where unknown is set, the zone has no such name.
func (z zoneFile) lookup(c *call) (r *reply, unknown, sure bool) {
	name := c.lower()
	if apex := ofType(z.apex, c.typ); name == z.origin && len(apex) > 0 {
		r = c.message(dns.RcodeSuccess, apex...)
		r.records = true
		return r, false, true
	}
	for _, parent := range ancestors(name, z.origin) {
		if parent != name && len(z.of(parent, dns.TypeDNAME)) > 0 {
			return nil, false, false
		}
		delegated := len(z.of(parent, dns.TypeNS)) > 0
		if delegated && (c.typ != dns.TypeDS || parent != name) {
			r = c.message(dns.RcodeSuccess)
			r.records = true
			return r, false, true
		}
	}
	if cname := z.of(name, dns.TypeCNAME); len(cname) > 0 && c.typ != dns.TypeCNAME {
		return z.followed(c, cname[:1])
	}
	switch answers := z.of(name, c.typ); {
	case len(answers) > 0:
		r = c.message(dns.RcodeSuccess, answers...)
		r.records = true
		return r, false, true
	case len(z.records[name]) > 0:
		return c.negative(dns.RcodeSuccess), false, true
	}
	for other := range z.records {
		if strings.HasSuffix(other, "."+name) { // an empty non-terminal
			return c.negative(dns.RcodeSuccess), true, true
		}
	}
	for _, parent := range ancestors(name, z.origin) {
		if len(z.records["*."+parent]) > 0 {
			return nil, false, false
		}
	}
	return c.negative(dns.RcodeNameError), true, true
}

// followed answers with a CNAME and what its target has, in the zone or in the whole server.
func (z zoneFile) followed(c *call, answers []dns.RR) (r *reply, unknown, sure bool) {
	for range 8 {
		cname, ok := answers[len(answers)-1].(*dns.CNAME)
		if !ok {
			break
		}
		target := strings.ToLower(cname.Target)
		if len(z.records[target]) == 0 {
			return c.lookup(question{target, c.typ, c.class}).each(func(leaf *reply) *reply { return c.joined(answers, leaf) }), false, true
		}
		if c.typ == dns.TypeNS || c.typ == dns.TypeSOA { // for which releases ask the zone or the whole server
			return nil, false, false
		}
		for _, parent := range ancestors(target, z.origin) {
			if len(z.of(parent, dns.TypeNS)) > 0 || len(z.of(parent, dns.TypeDNAME)) > 0 {
				return nil, false, false
			}
		}
		next := z.of(target, dns.TypeCNAME)
		if len(next) == 0 {
			r = c.message(dns.RcodeSuccess, append(answers, z.of(target, c.typ)...)...)
			r.records = true
			return r, false, true
		}
		if target == cname.Hdr.Name {
			break
		}
		answers = append(answers, next[0])
	}
	return nil, false, false
}

// joined returns the reply with aliases and what the server says of the last one's target.
func (c *call) joined(aliases []dns.RR, target *reply) *reply {
	if target.end != "" {
		return &reply{end: Depends, on: "the target of a CNAME", upstreams: target.upstreams}
	}
	r := c.message(dns.RcodeSuccess, append(slices.Clone(aliases), target.answers...)...)
	r.records, r.partial = true, target.partial
	if target.rcode == dns.RcodeNameError || target.rcode == dns.RcodeServerFailure {
		r.rcode = target.rcode
	}
	return r
}

// ancestors returns the names from an origin down to a name below it; none for another name.
func ancestors(name, origin string) []string {
	if !dns.IsSubDomain(origin, name) {
		return nil
	}
	var all []string
	for offset, end := 0, false; !end; offset, end = dns.NextLabel(name, offset) {
		all = append(all, name[offset:])
		if name[offset:] == origin {
			break
		}
	}
	slices.Reverse(all)
	return all
}
