package plugin

import (
	"net"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// prometheus reads: prometheus [ADDRESS] and, since 1.14.3, { runtime_metrics; tls FILE }.
func prometheus(p *Parser) error {
	return p.Once(func() error {
		p.PanicsAtUnix(len(p.Transports))
		endpoint := p.Endpoint(p.usual)
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.ArgErr("prometheus [ADDRESS]")
		case len(args) == 1:
			endpoint.Address = args[0].Text
			if err := p.prometheusAddress(args[0]); err != nil {
				return err
			}
		}
		if !p.Since("1.14.3") {
			if p.NextArg() { // only a brace can be left
				return p.Errorf(reader.RuleUnavailableProperty, "in %s this plugin takes no block: that came with CoreDNS 1.14.3. Remove the block", p.Release.Name)
			}
			return nil
		}
		tls := ""
		return p.ReadBlock(reader.Properties{
			{Name: "runtime_metrics", Since: "1.14.3", Read: func() error {
				if len(p.RemainingArgs()) > 0 {
					return p.ArgErr("runtime_metrics")
				}
				return nil
			}},
			{Name: "tls", Usage: "FILE", Since: "1.14.3", Read: func() error {
				if tls != "" {
					return p.Errorf(reader.RuleRepeatedPlugin, "tls is allowed only once. Remove one")
				}
				args := p.RemainingArgs()
				if len(args) != 1 {
					return p.ArgErr("tls FILE")
				}
				if tls = args[0].Text; tls == "" {
					return nil // as if it were not there
				}
				p.Warnf(reader.RulePodFile, "metrics need the file %s, which must exist in the pod; Corewarden cannot check it", corefile.Quote(tls))
				return nil
			}},
		})
	})
}

// prometheusAddress checks the address to listen on. The server starts
// even if it cannot listen there.
func (p *Parser) prometheusAddress(token corefile.Token) error {
	if err := p.HostPort(token); err != nil || p.Hidden(token) {
		return err
	}
	host, port, _ := net.SplitHostPort(token.Text) // as HostPort does
	switch rule, reason := reader.Listenable(host, port); rule {
	case "":
	case reader.RuleInvalidValue:
		p.WarnAt(token, reader.RuleIgnored, "the server starts without metrics: %s", reason)
	default:
		p.WarnAt(token, rule, "there are metrics only if %s; Corewarden cannot check this", reason)
	}
	return nil
}
