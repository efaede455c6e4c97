package plugin

import (
	"net"

	"corewarden/corefile"
)

// transfer reads: transfer [ZONE...] { to *|ADDRESS...; source IP }. All uses in a block
// count.
func transfer(p *Parser) error {
	return p.every(func() error {
		p.origins(p.RemainingArgs())
		to, source := false, false
		if err := p.block(properties{
			{name: "to", usage: "*|ADDRESS...", read: func() error { to = true; return p.transferTo() }},
			{name: "source", usage: "IP", since: "1.14.5", read: func() error {
				args := p.RemainingArgs()
				switch {
				case len(args) != 1:
					return p.argErr("source IP")
				case source:
					return p.errorf(RuleRepeatedPlugin, "source is allowed only once. Remove one")
				case net.ParseIP(args[0].Text) == nil:
					return p.errorf(RuleInvalidValue, "%s is not an IP address. Write one without a port", corefile.Quote(args[0].Text))
				}
				source = true
				return nil
			}},
		}); err != nil {
			return err
		}
		if !to {
			return p.errorf(RuleMissingProperty, `nothing says who may transfer the zone. Add: to ADDRESS..., or "to *" for everyone`)
		}
		return nil
	})
}

func (p *Parser) transferTo() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.argErr("to *|ADDRESS...")
	}
	for _, arg := range args {
		if arg.Text == "*" {
			continue
		}
		if err := p.serverIP(arg); err != nil {
			return err
		}
	}
	return nil
}
