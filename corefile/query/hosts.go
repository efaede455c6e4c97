package query

import (
	"net"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
)

// A hostsEntry is an address and one of its names. Those of a file have no token.
type hostsEntry struct {
	address net.IP
	name    string
	token   *corefile.Token
}

// hosts follows hosts.go and hostsfile.go of the plugin.
func hosts(c *call) *reply {
	h := c.block.Hosts
	name := c.lower()
	covered := covering(h.Zones, name) != ""
	if !covered && c.typ != dns.TypePTR || h.NoReverse && c.typ == dns.TypePTR {
		return c.next()
	}
	if h.Unsupported && !contains([]string{"A", "AAAA", "PTR"}, typeName(c.typ)) && covering(h.Fallthrough, name) != "" {
		return c.next().after(c.step("hands on all questions but those for addresses"))
	}
	entries := c.server.prepared(c.block).entries()
	r := c.hostsAnswer(h, entries)
	known := r != nil
	if !known {
		r = c.hostsUnknown(h)
	}
	on, mayHave := c.hostsFile(h, entries)
	if !mayHave || known && len(r.answers) > 0 {
		return r
	}
	return either(
		variant{on, h.Path + " has an entry for it", c.something().after(c.step("answers"))},
		variant{on, h.Path + " has none", r},
	).after(c.step("depends on " + on))
}

// hostsAnswer returns the answer from known entries, or nil where there is none of the name.
func (c *call) hostsAnswer(h *plugin.Hosts, entries hostsEntries) *reply {
	header := func(t uint16, name string) dns.RR_Header {
		return dns.RR_Header{Name: name, Rrtype: t, Class: dns.ClassINET, Ttl: h.TTL}
	}
	var answers []dns.RR
	var token *corefile.Token
	found := false
	if c.typ == dns.TypePTR {
		ip := reverseIP(c.lower())
		for _, e := range entries.of[ip.String()] {
			if ip != nil && (!c.wildcards() || !strings.HasPrefix(e.name, "*.")) {
				answers, token, found = append(answers, &dns.PTR{Hdr: header(dns.TypePTR, c.lower()), Ptr: e.name}), e.token, true
			}
		}
	} else {
		for _, e := range c.hostsNamed(entries) {
			token, found = e.token, true
			switch v4 := e.address.To4(); {
			case v4 != nil && c.typ == dns.TypeA:
				answers = append(answers, &dns.A{Hdr: header(dns.TypeA, c.lower()), A: v4})
			case v4 == nil && c.typ == dns.TypeAAAA:
				answers = append(answers, &dns.AAAA{Hdr: header(dns.TypeAAAA, c.lower()), AAAA: e.address})
			}
		}
	}
	if !found {
		return nil
	}
	step := c.step("answers " + c.String())
	if len(answers) == 0 {
		step.Does = "knows the name, but no " + typeName(c.typ) + " of it: NODATA"
	}
	if token != nil {
		step.File, step.Line = token.File(), token.Line()
	}
	return c.message(dns.RcodeSuccess, answers...).after(step)
}

// wildcards reports whether the release takes "*." at the start of a name for any one label.
func (c *call) wildcards() bool { return c.server.Release.AtLeast("1.14.5") }

// hostsNamed returns the entries of the name, or else those of a wildcard. CoreDNS looks for
// the addresses of each family by themselves, and in the file apart from the block.
func (c *call) hostsNamed(entries hostsEntries) []hostsEntry {
	wildcard := ""
	if next, end := dns.NextLabel(c.lower(), 0); !end && c.wildcards() {
		wildcard = "*." + c.lower()[next:]
	}
	var all []hostsEntry
	for _, inline := range []bool{false, true} {
		for _, v4 := range []bool{true, false} {
			of := func(name string) []hostsEntry {
				return slices.DeleteFunc(slices.Clone(entries.named[name]), func(e hostsEntry) bool {
					literal := !c.wildcards() || !strings.HasPrefix(e.name, "*.") || name == wildcard
					return !literal || (e.token != nil) != inline || (e.address.To4() != nil) != v4
				})
			}
			found := of(c.lower())
			if len(found) == 0 && wildcard != "" {
				found = of(wildcard)
			}
			all = append(all, found...)
		}
	}
	return all
}

// hostsUnknown is what follows where no entry has the name.
func (c *call) hostsUnknown(h *plugin.Hosts) *reply {
	switch {
	case c.typ == dns.TypePTR:
		return c.next()
	case covering(h.Fallthrough, c.lower()) != "":
		return c.next().after(c.step("has no entry for it and hands it on"))
	}
	return c.failure(dns.RcodeServerFailure).after(c.step("has no entry for it and no fallthrough: SERVFAIL"))
}

// hostsEntries are those that are known, of the file and of the block.
type hostsEntries struct {
	all []hostsEntry
	// named are those of a name, and of those of an address.
	named, of map[string][]hostsEntry
	// fileKnown tells that those of the file are among them.
	fileKnown bool
}

// newHostsEntries reads the entries that a server finds for a use of the plugin.
func newHostsEntries(h *plugin.Hosts, s *Server) hostsEntries {
	e := hostsEntries{named: map[string][]hostsEntry{}, of: map[string][]hostsEntry{}}
	text, known := s.file(h.Path)
	if e.fileKnown = known; known {
		for line := range strings.SplitSeq(text, "\n") {
			e.all = appendHostsLine(h, e.all, line, nil)
		}
	}
	for i := range h.Lines {
		for line := range strings.SplitSeq(h.Lines[i].Text, "\n") {
			e.all = appendHostsLine(h, e.all, line, &h.Lines[i].Token)
		}
	}
	for _, entry := range e.all {
		address := entry.address.String()
		e.named[entry.name] = append(e.named[entry.name], entry)
		e.of[address] = append(e.of[address], entry)
	}
	return e
}

// appendHostsLine adds the entries of a line of a hosts file whose names are in the zones.
func appendHostsLine(h *plugin.Hosts, all []hostsEntry, line string, token *corefile.Token) []hostsEntry {
	line, _, _ = strings.Cut(line, "#")
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return all
	}
	text, _, _ := strings.Cut(fields[0], "%")
	address := net.ParseIP(text)
	if address == nil {
		return all
	}
	for _, field := range fields[1:] {
		if name := strings.ToLower(dns.Fqdn(field)); covering(h.Zones, name) != "" {
			all = append(all, hostsEntry{address, name, token})
		}
	}
	return all
}

// hostsFile tells whether the file may have the name where its content is not known. The
// kubelet writes /etc/hosts, with names of one label and loopback addresses. On the network of
// the node it is the node's, which may have any name.
func (c *call) hostsFile(h *plugin.Hosts, entries hostsEntries) (on string, mayHave bool) {
	if entries.fileKnown {
		return "", false
	}
	on = "the file " + h.Path + " in the pod"
	if c.typ == dns.TypePTR && reverseIP(c.lower()) == nil {
		return on, false
	}
	if h.Path != "/etc/hosts" || c.server.HostNetwork {
		return on, true
	}
	if c.typ == dns.TypePTR {
		return on, reverseIP(c.lower()).IsLoopback() && !h.NoReverse
	}
	return on, dns.CountLabel(c.lower()) <= 1
}

// file returns the content of a file in the server's pod, if it is known.
func (s *Server) file(path string) (string, bool) {
	if s.File == nil {
		return "", false
	}
	return s.File(path)
}

// reverseIP returns the address of a name such as 1.2.0.192.in-addr.arpa., or nil.
func reverseIP(name string) net.IP {
	labels := dns.SplitDomainName(name)
	slices.Reverse(labels)
	if len(labels) < 3 || labels[0] != "arpa" {
		return nil
	}
	digits := labels[2:]
	switch labels[1] {
	case "in-addr":
		if ip := net.ParseIP(strings.Join(digits, ".")); ip != nil {
			return ip.To4()
		}
	case "ip6":
		var text strings.Builder
		for i, digit := range digits {
			if i > 0 && i%4 == 0 {
				text.WriteByte(':')
			}
			text.WriteString(digit)
		}
		return net.ParseIP(text.String())
	}
	return nil
}
