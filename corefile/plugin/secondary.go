package plugin

import (
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin/reader"
)

// secondary reads: secondary [ZONE...] { transfer from ADDRESS...; catalog [ZONE...];
// fallthrough [ZONE...] }. All uses in a block count.
func secondary(p *Parser) error {
	return p.Every(func() error {
		if p.Val() != "secondary" {
			return nil
		}
		use := reader.Store{Token: p.Token(), Zones: p.Origins(p.RemainingArgs())}
		defer func() { p.Store(use) }()
		transfer := false
		if err := p.ReadBlock(reader.Properties{
			{Name: "transfer", Usage: "from ADDRESS...", Read: func() error { transfer = true; return p.secondaryTransfer() }},
			{Name: "catalog", Usage: "[ZONE...]", Since: "1.14.5", Read: p.secondaryCatalog},
			{Name: "fallthrough", Usage: "[ZONE...]", Since: "1.14.4", Read: p.FallthroughInto(&use.Fallthrough)},
		}); err != nil {
			return err
		}
		if !transfer && p.Since("1.12.2") {
			return p.Errorf(reader.RuleMissingProperty, "no server to transfer the zone from. Add: transfer from ADDRESS...")
		}
		return nil
	})
}

func (p *Parser) secondaryTransfer() error {
	const usage = "transfer from ADDRESS..."
	if !p.NextArg() {
		return p.ArgErr(usage)
	}
	if p.Val() != "from" {
		return p.Errorf(reader.RuleInvalidValue, "transfer needs a server. Write: %s", usage)
	}
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr(usage)
	}
	for _, arg := range args {
		if err := p.ServerIP(arg); err != nil {
			return err
		}
	}
	return nil
}

// secondaryCatalog reads: catalog [ZONE...]; the zones came with CoreDNS 1.14.7.
func (p *Parser) secondaryCatalog() error {
	args := p.RemainingArgs()
	if len(args) > 0 && !p.Since("1.14.7") {
		return p.ArgErr("catalog")
	}
	for _, arg := range args {
		_, text := p.SplitTransport(arg.Text)
		if _, _, _, err := domain.Parse(text, p.Release); err != nil {
			return p.NotAZone(arg, err)
		}
	}
	return nil
}
