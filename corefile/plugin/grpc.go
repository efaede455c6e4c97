package plugin

import (
	"net/url"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// A GRPC is the use of grpc.
type GRPC struct {
	// From is the zone that is forwarded, fully qualified, and Except are the zones that are not.
	From   string
	Except []string
	To     []reader.Upstream
	// Fallthrough are the zones of which it hands on the names that its servers do not know.
	Fallthrough []string
}

// grpcPlugin reads: grpc FROM TO... { except, tls, tls_servername, policy, fallthrough }.
func grpcPlugin(p *Parser) error {
	return p.Once(func() error {
		const usage = `grpc FROM TO..., such as "grpc . 192.0.2.1:443"`
		if !p.NextArg() {
			return p.ArgErr(usage)
		}
		from, err := p.ForwardFrom(p.Token())
		if err != nil {
			return err
		}
		to := p.RemainingArgs()
		if len(to) == 0 {
			return p.ArgErr(usage)
		}
		use := &GRPC{From: from, To: p.Upstreams(to)}
		p.Settings.GRPC = use
		for _, u := range use.To {
			if err := p.grpcUpstream(u); err != nil {
				p.ReportError(err)
			}
		}
		if err := p.TooManyUpstreams(use.To); err != nil {
			return err
		}
		return p.ReadBlock(reader.Properties{
			{Name: "except", Usage: "ZONE...", Read: p.Except(&use.Except)},
			{Name: "tls", Usage: "[CERT KEY] [CA]", Read: p.TLSFiles},
			{Name: "tls_servername", Usage: "SERVERNAME", Read: p.WordInto(new(string))},
			{Name: "policy", Usage: "random|round_robin|sequential", Read: p.NextOneOf("policy", "random", "round_robin", "sequential")},
			{Name: "fallthrough", Usage: "[ZONE...]", Since: "1.12.3", Read: p.FallthroughInto(&use.Fallthrough)},
		})
	})
}

func (p *Parser) grpcUpstream(u reader.Upstream) error {
	switch {
	case u.Kind == reader.UpstreamFile:
		return p.UpstreamFile(u)
	case u.Kind == reader.UpstreamName:
		return p.NoAddress(u, "Write an IP address, with or without a port")
	case !p.isGRPCTarget(u):
		return p.ErrorAt(u.Token, reader.RuleInvalidValue, "gRPC cannot connect to %s. Write an IP address, with or without a port", corefile.Quote(u.Text))
	}
	return nil
}

// isGRPCTarget reports whether gRPC takes an address, which it reads as a URL: a "%" in it
// has to be that of an escape. It follows NewClient of google.golang.org/grpc, and Dial,
// which CoreDNS 1.11.3 uses and which looks closer.
func (p *Parser) isGRPCTarget(u reader.Upstream) bool {
	target, err := url.Parse(u.Text)
	switch {
	case err == nil && target.Scheme == "dns":
		return p.Since("1.11.4") || strings.Trim(target.Path, "/") != "" || !u.HasPort()
	case err == nil && target.Scheme == "unix":
		return p.Since("1.11.4") || target.Host == ""
	}
	_, err = url.Parse("dns:///" + u.Text)
	return err == nil
}
