package plugin

import (
	"net"
	"strconv"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// ready reads: ready [ADDRESS] { monitor until-ready|continuously }. Before CoreDNS 1.12.2
// it had no block, and before 1.14.4 it ignored what it did not know in it.
func ready(p *Parser) error {
	return p.Once(func() error {
		endpoint := p.Endpoint(p.usual)
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.ArgErr("ready [ADDRESS]")
		case len(args) == 1:
			endpoint.Address = args[0].Text
			if err := p.readyAddress(args[0]); err != nil {
				return err
			}
		}
		known := reader.Properties{{Name: "monitor", Usage: "until-ready|continuously", Since: "1.12.2", Read: func() error {
			return p.OneOf("monitor until-ready|continuously", nil, "until-ready", "continuously")
		}}}
		if p.Since("1.12.2") {
			return p.LenientBlock("1.14.4", known)
		}
		if p.NextBlock() || p.Val() == "}" {
			return p.Errorf(reader.RuleUnavailableProperty, "in %s this plugin takes no block: that came with CoreDNS 1.12.2. Remove it", p.Release.Name)
		}
		return nil
	})
}

// readyAddress checks the address to listen on. CoreDNS starts without a word where it
// cannot listen there.
func (p *Parser) readyAddress(address corefile.Token) error {
	if err := p.HostPort(address); err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(address.Text)
	if n, err := strconv.Atoi(port); err == nil && (n < 0 || n > 65535) {
		p.Warnf(reader.RuleInvalidValue, "port %s is out of range, so CoreDNS never becomes ready. Choose one from 1 to 65535", corefile.Quote(port))
	}
	return nil
}
