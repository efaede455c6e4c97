package query

import (
	"net"
	"strings"

	"github.com/miekg/dns"
)

// cache keeps answers for a while and changes none but in its TTL. It hands on a copy of the
// query, so that what plugins behind it do to the question stays there.
func cache(c *call) *reply {
	return c.next().each(func(leaf *reply) *reply {
		leaf.left = nil
		if !leaf.written {
			leaf.asked = c.question
		}
		return leaf
	}).after(c.step("may answer from what it has kept of an earlier answer"))
}

// whoami answers everything with the address of the client, in the additional section.
func whoami(c *call) *reply {
	r := c.message(dns.RcodeSuccess)
	r.records, r.additional = true, true
	return r.after(c.step("answers with the address of the client, in the additional section"))
}

// anyPlugin answers questions for ANY.
func anyPlugin(c *call) *reply {
	if c.typ != dns.TypeANY {
		return c.next()
	}
	header := dns.RR_Header{Name: c.name, Rrtype: dns.TypeHINFO, Class: dns.ClassINET, Ttl: 8482}
	return c.message(dns.RcodeSuccess, &dns.HINFO{Hdr: header, Cpu: "ANY obsoleted", Os: "See RFC 8482"}).
		after(c.step("answers ANY with an HINFO record"))
}

// erratic answers for tests: it drops and delays some queries.
func erratic(c *call) *reply {
	const on = "the number of the query, by which erratic drops some"
	return (&reply{end: Depends, on: on}).after(c.step("depends on " + on))
}

// SinceMinimal is the release of CoreDNS from which on minimal hands on that there is no message.
const SinceMinimal = "1.15.0"

// minimal drops what answers need not have. In older releases it writes a message that is none where
// no plugin behind it wrote one. Who looks at that panics, and the server answers SERVFAIL.
func minimal(c *call) *reply {
	return c.next().each(func(leaf *reply) *reply {
		if leaf.end == "" && !leaf.written && !leaf.failed && !c.server.Release.AtLeast(SinceMinimal) {
			leaf.nothing, leaf.rcode = true, dns.RcodeServerFailure
			return leaf.after(c.step("has no answer to shorten and makes the server panic: SERVFAIL"))
		}
		return leaf
	})
}

// localTTL is the TTL of the plugin local.
const localTTL = 604800

// local follows local.go of the plugin.
func local(c *call) *reply {
	name := c.lower()
	const localhost = "localhost."
	if name != localhost && (strings.HasPrefix(name, localhost) || strings.HasSuffix(name, "."+localhost) && c.server.Release.AtLeast("1.14.5")) {
		return c.localhost()
	}
	zone := covering([]string{localhost, "0.in-addr.arpa.", "127.in-addr.arpa.", "255.in-addr.arpa."}, name)
	if zone == "" {
		return c.next()
	}
	header := func(t uint16) dns.RR_Header {
		return dns.RR_Header{Name: c.name, Rrtype: t, Class: dns.ClassINET, Ttl: localTTL}
	}
	step := c.step("answers by itself")
	switch {
	case name == localhost && (c.typ == dns.TypeA || c.typ == dns.TypeAAAA):
		return c.localhost()
	case name == zone && c.typ == dns.TypeSOA:
		return c.message(dns.RcodeSuccess, &dns.SOA{Hdr: header(dns.TypeSOA), Ns: localhost, Mbox: "root.localhost.", Serial: 1, Minttl: localTTL}).after(step)
	case name == zone && c.typ == dns.TypeNS:
		return c.message(dns.RcodeSuccess, &dns.NS{Hdr: header(dns.TypeNS), Ns: localhost}).after(step)
	case name == "1.0.0.127.in-addr.arpa." && c.typ == dns.TypePTR:
		return c.message(dns.RcodeSuccess, &dns.PTR{Hdr: header(dns.TypePTR), Ptr: localhost}).after(step)
	}
	rcode := dns.RcodeNameError
	if name == zone || name == "1.0.0.127.in-addr.arpa." {
		rcode = dns.RcodeSuccess
	}
	return c.negative(rcode).after(step)
}

// localhost answers with loopback addresses.
func (c *call) localhost() *reply {
	header := dns.RR_Header{Name: c.name, Rrtype: c.typ, Class: dns.ClassINET, Ttl: localTTL}
	r := c.message(dns.RcodeSuccess)
	r.records = true
	switch c.typ {
	case dns.TypeA:
		r.answers = []dns.RR{&dns.A{Hdr: header, A: net.IPv4(127, 0, 0, 1)}}
	case dns.TypeAAAA:
		r.answers = []dns.RR{&dns.AAAA{Hdr: header, AAAA: net.IPv6loopback}}
	}
	return r.after(c.step("answers with the loopback address"))
}
