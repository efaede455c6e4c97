package plugin

import (
	"net"

	"corewarden/corefile"
)

// transfer reads: transfer [ZONE...] { to *|ADDRESS...; source IP }. All uses in a block
// count.
func transfer(p *Parser) error {
	return p.every(func() error {
		p.origins(p.RemainingArgs(), 0)
		to, source := false, false
		if err := p.block(properties{
			{name: "to", read: func() error { to = true; return p.transferTo() }},
			{name: "source", since: "1.14.5", read: func() error {
				args := p.RemainingArgs()
				switch {
				case len(args) != 1:
					return p.argErr("source IP")
				case source:
					return p.errorf(RuleRepeatedPlugin, "source is allowed only once. Remove one")
				case net.ParseIP(args[0]) == nil:
					return p.errorf(RuleInvalidValue, "%s is not an IP address. Write one without a port", corefile.Quote(args[0]))
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
	for i, arg := range args {
		if arg == "*" {
			continue
		}
		if err := p.serverIP(len(args)-1-i, arg); err != nil {
			return err
		}
	}
	return nil
}
