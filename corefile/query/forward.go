package query

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// forward follows forward.go of the plugin, for one of its uses.
func forward(c *call) *reply {
	f := c.links[0].forward
	if f.From == "" || !domain.IsSubDomain(f.From, c.lower()) {
		return c.next()
	}
	if excepted(f.From, f.Except, c.lower()) {
		return c.next().after(c.stepAt(f.Token, "hands it on, as except says"))
	}
	r := c.upstreams(f)
	if f.Alternatives && len(c.links) > 1 && c.links[1].plugin == "forward" {
		const on = "what the server that forward asks answers"
		r = either(
			variant{on, "its answer counts", r},
			variant{on, "it answers as next says", c.next()},
		)
	}
	return r
}

// excepted reports whether a name below the zone that is forwarded is none that is.
func excepted(from string, except []string, name string) bool {
	return name != from && covering(except, name) != ""
}

// upstreams sends a query to the servers of a forward.
func (c *call) upstreams(f *plugin.Forward) *reply {
	var outside []string
	var words []string
	var inside []variant
	const on = "which of its servers forward asks"
	for _, u := range f.To {
		ip, port := u.Address()
		if to, found, sure := c.system.find(c.server, ip, port); found {
			r := c.received(c.serve(to, c.question))
			when := u.Text + " is asked"
			if !sure {
				r = either(
					variant{"what listens on " + u.Text + " on the node", "it is this server", r},
					variant{"what listens on " + u.Text + " on the node", "it is another program", c.sent([]string{u.Text})},
				)
			}
			inside = append(inside, variant{on, when, r})
			words = append(words, fmt.Sprintf("%s (%s)", u.Text, to.server.Name))
			continue
		}
		words = append(words, u.Text)
		outside = append(outside, upstreamName(u, ip, port))
	}
	step := c.stepAt(f.Token, fmt.Sprintf("sends %s to %s", c.question, strings.Join(words, ", ")))
	switch {
	case len(inside) == 0:
		return c.sent(outside).after(step)
	case len(outside) > 0:
		inside = append(inside, variant{on, strings.Join(outside, " or ") + " is asked", c.sent(outside)})
	case len(inside) == 1:
		return inside[0].after(step)
	}
	return either(inside...).after(step)
}

// sent returns the reply to a query that goes to servers that are not known.
func (c *call) sent(upstreams []string) *reply {
	return &reply{end: Forward, written: true, asked: c.question, upstreams: upstreams}
}

// upstreamName returns what a server is called: its address, without the port 53.
func upstreamName(u reader.Upstream, ip, port string) string {
	switch {
	case ip == "":
		return u.Text
	case port == "53":
		return ip
	}
	return net.JoinHostPort(ip, port)
}

// received returns what forward makes of the reply of another server.
func (c *call) received(r *reply) *reply {
	return r.each(func(leaf *reply) *reply {
		switch {
		case leaf.end == Loop || leaf.end == Depends:
			return leaf
		case leaf.end == Dropped:
			return c.failed(dns.RcodeServerFailure).after(c.step("gets no answer: SERVFAIL after some seconds"))
		case !leaf.asked.same(c.question):
			wrong := c.message(dns.RcodeFormatError)
			wrong.upstreams = leaf.upstreams
			return wrong.after(c.step("gets a reply to another question: FORMERR"))
		}
		leaf.written, leaf.asked, leaf.left = true, c.question, nil
		return leaf
	})
}

// find returns the server that a query to an address comes to, if it is of the system. It is
// not sure where another program may listen there.
func (s System) find(from *Server, ip, port string) (to at, found, sure bool) {
	parsed := net.ParseIP(ip)
	if parsed == nil {
		return at{}, false, false
	}
	if parsed.IsLoopback() || parsed.IsUnspecified() {
		listens, alone := from.listens(ip, port)
		return at{from, ip, port}, listens, alone || !from.HostNetwork
	}
	if listens, alone := from.listens(ip, port); listens && (alone || hasAddress(from.Local, ip)) {
		return at{from, ip, port}, true, true
	}
	for _, server := range s {
		if hasAddress(server.Local, ip) {
			return at{server, ip, port}, true, true
		}
	}
	for _, server := range s {
		if port == "53" && hasAddress(server.Services, ip) { // the port of the Service
			return at{server, "", server.Port}, true, true
		}
	}
	return at{}, false, false
}

func hasAddress(all []string, ip string) bool {
	return slices.ContainsFunc(all, func(other string) bool { return sameAddress(other, ip) })
}
