package plugin

import (
	"net/url"
	"strings"

	"corewarden/corefile"
)

// A GRPC is the use of grpc.
type GRPC struct {
	// From is the zone that is forwarded, fully qualified, and Except are the zones that are not.
	From   string
	Except []string
	To     []Upstream
	// Fallthrough are the zones of which it hands on the names that its servers do not know.
	Fallthrough []string
}

// grpcPlugin reads: grpc FROM TO... { except, tls, tls_servername, policy, fallthrough }.
func grpcPlugin(p *Parser) error {
	return p.once(func() error {
		const usage = `grpc FROM TO..., such as "grpc . 192.0.2.1:443"`
		if !p.NextArg() {
			return p.argErr(usage)
		}
		from, err := p.forwardFrom(p.Token())
		if err != nil {
			return err
		}
		to := p.RemainingArgs()
		if len(to) == 0 {
			return p.argErr(usage)
		}
		use := &GRPC{From: from, To: p.upstreams(to)}
		p.Settings.GRPC = use
		for _, u := range use.To {
			if err := p.grpcUpstream(u); err != nil {
				p.reportError(err)
			}
		}
		if err := p.tooManyUpstreams(use.To); err != nil {
			return err
		}
		return p.block(properties{
			{name: "except", usage: "ZONE...", read: p.forwardExcept(&use.Except)},
			{name: "tls", usage: "[CERT KEY] [CA]", read: p.tlsFiles},
			{name: "tls_servername", usage: "SERVERNAME", read: p.wordInto(new(string))},
			{name: "policy", usage: "random|round_robin|sequential", read: p.nextOneOf("policy", "random", "round_robin", "sequential")},
			{name: "fallthrough", usage: "[ZONE...]", since: "1.12.3", read: p.fallthroughInto(&use.Fallthrough)},
		})
	})
}

func (p *Parser) grpcUpstream(u Upstream) error {
	switch {
	case u.kind == upstreamFile:
		return p.upstreamFile(u)
	case u.kind == upstreamName:
		return p.noAddress(u, "Write an IP address, with or without a port")
	case !p.isGRPCTarget(u):
		return p.errorAt(u.Token, RuleInvalidValue, "gRPC cannot connect to %s. Write an IP address, with or without a port", corefile.Quote(u.Text))
	}
	return nil
}

// isGRPCTarget reports whether gRPC takes an address, which it reads as a URL: a "%" in it
// has to be that of an escape. It follows NewClient of google.golang.org/grpc, and Dial,
// which CoreDNS 1.11.3 uses and which looks closer.
func (p *Parser) isGRPCTarget(u Upstream) bool {
	target, err := url.Parse(u.Text)
	switch {
	case err == nil && target.Scheme == "dns":
		return p.since("1.11.4") || strings.Trim(target.Path, "/") != "" || !u.hasPort()
	case err == nil && target.Scheme == "unix":
		return p.since("1.11.4") || target.Host == ""
	}
	_, err = url.Parse("dns:///" + u.Text)
	return err == nil
}
