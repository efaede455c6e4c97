package plugin

import (
	"net"

	"corewarden/corefile"
)

// prometheus reads: prometheus [ADDRESS] and, since 1.14.3, { runtime_metrics; tls FILE }.
func prometheus(p *Parser) error {
	return p.once(func() error {
		p.panicsAtUnix(len(p.Transports))
		endpoint := p.endpoint()
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.argErr("prometheus [ADDRESS]")
		case len(args) == 1:
			endpoint.Address = args[0].Text
			if err := p.prometheusAddress(args[0]); err != nil {
				return err
			}
		}
		if !p.since("1.14.3") {
			if p.NextArg() { // only a brace can be left
				return p.errorf(RuleUnavailableProperty, "in %s this plugin takes no block: that came with CoreDNS 1.14.3. Remove the block", p.Release.Name)
			}
			return nil
		}
		tls := ""
		return p.block(properties{
			{name: "runtime_metrics", since: "1.14.3", read: func() error {
				if len(p.RemainingArgs()) > 0 {
					return p.argErr("runtime_metrics")
				}
				return nil
			}},
			{name: "tls", usage: "FILE", since: "1.14.3", read: func() error {
				if tls != "" {
					return p.errorf(RuleRepeatedPlugin, "tls is allowed only once. Remove one")
				}
				args := p.RemainingArgs()
				if len(args) != 1 {
					return p.argErr("tls FILE")
				}
				if tls = args[0].Text; tls == "" {
					return nil // as if it were not there
				}
				p.warnf(RulePodFile, "metrics need the file %s, which must exist in the pod; Corewarden cannot check it", corefile.Quote(tls))
				return nil
			}},
		})
	})
}

// prometheusAddress checks the address to listen on. The server starts
// even if it cannot listen there.
func (p *Parser) prometheusAddress(token corefile.Token) error {
	if err := p.hostPort(token); err != nil || p.hidden(token) {
		return err
	}
	host, port, _ := net.SplitHostPort(token.Text) // as hostPort does
	switch rule, reason := listenable(host, port); rule {
	case "":
	case RuleInvalidValue:
		p.warnAt(token, RuleIgnored, "the server starts without metrics: %s", reason)
	default:
		p.warnAt(token, rule, "there are metrics only if %s; Corewarden cannot check this", reason)
	}
	return nil
}
