package plugin

import (
	"net"

	"corewarden/corefile"
)

// prometheus reads: prometheus [ADDRESS] and, since 1.14.3, { runtime_metrics; tls FILE }.
func prometheus(p *Parser) error {
	return p.once(func() error {
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.argErr("prometheus [ADDRESS]")
		case len(args) == 1:
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
			{name: "runtime_metrics", read: func() error {
				if len(p.RemainingArgs()) > 0 {
					return p.argErr("runtime_metrics")
				}
				return nil
			}},
			{name: "tls", read: func() error {
				if tls != "" {
					return p.errorf(RuleRepeatedPlugin, "tls is allowed only once. Remove one")
				}
				args := p.RemainingArgs()
				if len(args) != 1 {
					return p.argErr("tls FILE")
				}
				if tls = args[0]; tls == "" {
					return nil // as if it were not there
				}
				p.warnf(0, RulePodFile, "metrics need the file %s, which must exist in the pod; Corewarden cannot check it", corefile.Quote(tls))
				return nil
			}},
		})
	})
}

// prometheusAddress checks the address to listen on, the current token. The server starts
// even if it cannot listen there.
func (p *Parser) prometheusAddress(text string) error {
	if err := p.hostPort(0, text); err != nil {
		return err
	}
	host, port, _ := net.SplitHostPort(text) // as hostPort does
	switch rule, reason := listenable(host, port); rule {
	case "":
	case RuleInvalidValue:
		p.warnf(0, RuleIgnored, "the server starts without metrics: %s", reason)
	default:
		p.warnf(0, rule, "there are metrics only if %s; Corewarden cannot check this", reason)
	}
	return nil
}
