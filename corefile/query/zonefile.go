package query

import (
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/domain"
)

// A zoneFile is a zone whose file is known.
type zoneFile struct {
	origin string
	// apex are the SOA and NS of the zone itself, which CoreDNS keeps apart from its other records,
	// by name, in small letters.
	apex    []dns.RR
	records map[string][]dns.RR
	// inner are the names that have others below them.
	inner map[string]bool
}

// A zoneKey is a file and the zone that it is read for.
type zoneKey struct{ file, origin string }

// zone returns a zone whose file is known and can be read.
func (s *Server) zone(file, origin string) (zoneFile, bool) {
	if file == "" {
		return zoneFile{}, false
	}
	key := zoneKey{file, origin}
	read, found := s.zones.Load(key)
	if !found {
		if text, known := s.file(file); known {
			if z, ok := readZone(text, origin); ok {
				read = &z
			}
		}
		s.zones.Store(key, read)
	}
	z, ok := read.(*zoneFile)
	if !ok {
		return zoneFile{}, false
	}
	return *z, true
}

// readZone reads a zone file. It does not read what includes other files or generates names.
func readZone(text, origin string) (zoneFile, bool) {
	z := zoneFile{origin: origin, records: map[string][]dns.RR{}, inner: map[string]bool{}}
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
		z.records[header.Name] = append(z.records[header.Name], rr)
		for above := range domain.Above(header.Name) {
			if above != header.Name {
				z.inner[above] = true
			}
		}
	}
	return z, parser.Err() == nil
}

func (z zoneFile) of(name string, t uint16) []dns.RR {
	return ofType(z.records[name], t)
}

func ofType(records []dns.RR, t uint16) []dns.RR {
	return slices.DeleteFunc(slices.Clone(records), func(rr dns.RR) bool { return rr.Header().Rrtype != t })
}

// lookup follows lookup.go of the plugin file: from the origin down to the name, where a name that
// is not there may have a wildcard in its place. Where unknown is set, the zone has no such name.
func (z zoneFile) lookup(c *call) (r *reply, unknown, sure bool) {
	name := c.lower()
	if apex := ofType(z.apex, c.typ); name == z.origin && len(apex) > 0 {
		return c.found(apex), false, true
	}
	wildcard, found := "", false
	for _, parent := range ancestors(name, z.origin) {
		if _, found = z.records[parent]; !found {
			above := ""
			if next, end := dns.NextLabel(parent, 0); !end { // the root zone has no wildcards
				above = "*." + parent[next:]
			}
			if _, has := z.records[above]; has || c.newWildcards() && z.inner[above] {
				wildcard = above
			}
			continue
		}
		if dname := z.of(parent, dns.TypeDNAME); parent != name && len(dname) > 0 {
			return z.moved(c, dname)
		}
		delegated := len(z.of(parent, dns.TypeNS)) > 0
		if delegated && (c.typ != dns.TypeDS || parent != name) {
			return c.found(nil), false, true
		}
	}
	switch {
	case found:
		return z.answer(c, z.records[name])
	case wildcard != "" && (!c.newWildcards() || !z.closer(name, wildcard)):
		return z.answer(c, ofName(z.records[wildcard], name))
	case z.inner[name]: // an empty non-terminal
		return c.negative(dns.RcodeSuccess), true, true
	}
	return c.negative(dns.RcodeNameError), true, true
}

// newWildcards reports whether a name without records, but with some below it, counts for
// wildcards, as RFC 4592 says.
func (c *call) newWildcards() bool { return c.server.Release.AtLeast("1.14.7") }

// closer reports whether a name lies below one that a wildcard does not cover, because it has
// other names below it.
func (z zoneFile) closer(name, wildcard string) bool {
	above := ancestors(name, strings.TrimPrefix(wildcard, "*."))
	return len(above) > 2 && slices.ContainsFunc(above[1:len(above)-1], func(between string) bool { return z.inner[between] })
}

// answer answers with those of the records of a name that are wanted.
func (z zoneFile) answer(c *call, records []dns.RR) (r *reply, unknown, sure bool) {
	if cname := ofType(records, dns.TypeCNAME); len(cname) > 0 && c.typ != dns.TypeCNAME {
		return z.followed(c, cname[:1])
	}
	if answers := ofType(records, c.typ); len(answers) > 0 {
		return c.found(answers), false, true
	}
	return c.negative(dns.RcodeSuccess), false, true
}

// found returns a reply with records of the zone.
func (c *call) found(answers []dns.RR) *reply {
	r := c.message(dns.RcodeSuccess, answers...)
	r.records = true
	return r
}

// ofName returns copies of records, of another name.
func ofName(records []dns.RR, name string) []dns.RR {
	all := make([]dns.RR, len(records))
	for i, rr := range records {
		all[i] = dns.Copy(rr)
		all[i].Header().Name = name
	}
	return all
}

// moved answers with the alias of a whole tree and what the name has there.
func (z zoneFile) moved(c *call, all []dns.RR) (r *reply, unknown, sure bool) {
	dname, ok := all[0].(*dns.DNAME)
	if !ok {
		return nil, false, false
	}
	target := strings.TrimSuffix(c.lower(), dname.Hdr.Name) + strings.TrimPrefix(dname.Target, ".")
	if _, valid := dns.IsDomainName(target); !valid || strings.EqualFold(target, c.lower()) {
		return nil, false, false
	}
	cname := &dns.CNAME{Hdr: dns.RR_Header{Name: c.lower(), Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: dname.Hdr.Ttl}, Target: target}
	if c.typ == dns.TypeCNAME {
		return c.found(append(slices.Clone(all), cname)), false, true
	}
	r, unknown, sure = z.followed(c, []dns.RR{cname})
	if !sure {
		return nil, false, false
	}
	return r.each(func(leaf *reply) *reply {
		leaf.answers = slices.Concat(all, leaf.answers)
		return leaf
	}), unknown, true
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
			return c.lookup(question{name: target, typ: c.typ, class: c.class}).each(func(leaf *reply) *reply { return c.joined(answers, leaf) }), false, true
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
			return c.found(append(answers, z.of(target, c.typ)...)), false, true
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
	if !domain.IsSubDomain(origin, name) {
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
