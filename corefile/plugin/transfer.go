package plugin

import (
	"net"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// transfer reads: transfer [ZONE...] { to *|ADDRESS...; source IP }. All uses in a block
// count.
func transfer(p *Parser) error {
	return p.Every(func() error {
		p.Origins(p.RemainingArgs())
		to, source := false, false
		if err := p.ReadBlock(reader.Properties{
			{Name: "to", Usage: "*|ADDRESS...", Read: func() error { to = true; return p.transferTo() }},
			{Name: "source", Usage: "IP", Since: "1.14.5", Read: func() error {
				args := p.RemainingArgs()
				switch {
				case len(args) != 1:
					return p.ArgErr("source IP")
				case source:
					return p.Errorf(reader.RuleRepeatedPlugin, "source is allowed only once. Remove one")
				case net.ParseIP(args[0].Text) == nil:
					return p.Errorf(reader.RuleInvalidValue, "%s is not an IP address. Write one without a port", corefile.Quote(args[0].Text))
				}
				source = true
				return nil
			}},
		}); err != nil {
			return err
		}
		if !to {
			return p.Errorf(reader.RuleMissingProperty, `nothing says who may transfer the zone. Add: to ADDRESS..., or "to *" for everyone`)
		}
		return nil
	})
}

func (p *Parser) transferTo() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr("to *|ADDRESS...")
	}
	for _, arg := range args {
		if arg.Text == "*" {
			continue
		}
		if err := p.ServerIP(arg); err != nil {
			return err
		}
	}
	return nil
}
