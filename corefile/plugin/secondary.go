package plugin

import "corewarden/corefile/domain"

// secondary reads: secondary [ZONE...] { transfer from ADDRESS...; catalog [ZONE...];
// fallthrough [ZONE...] }. All uses in a block count.
func secondary(p *Parser) error {
	return p.every(func() error {
		if p.Val() != "secondary" {
			return nil
		}
		use := Store{Token: p.Token(), Zones: p.origins(p.RemainingArgs())}
		defer func() { p.store(use) }()
		transfer := false
		if err := p.block(properties{
			{name: "transfer", usage: "from ADDRESS...", read: func() error { transfer = true; return p.secondaryTransfer() }},
			{name: "catalog", usage: "[ZONE...]", since: "1.14.5", read: p.secondaryCatalog},
			{name: "fallthrough", usage: "[ZONE...]", since: "1.14.4", read: p.fallthroughInto(&use.Fallthrough)},
		}); err != nil {
			return err
		}
		if !transfer && p.since("1.12.2") {
			return p.errorf(RuleMissingProperty, "no server to transfer the zone from. Add: transfer from ADDRESS...")
		}
		return nil
	})
}

func (p *Parser) secondaryTransfer() error {
	const usage = "transfer from ADDRESS..."
	if !p.NextArg() {
		return p.argErr(usage)
	}
	if p.Val() != "from" {
		return p.errorf(RuleInvalidValue, "transfer needs a server. Write: %s", usage)
	}
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.argErr(usage)
	}
	for _, arg := range args {
		if err := p.serverIP(arg); err != nil {
			return err
		}
	}
	return nil
}

// secondaryCatalog reads: catalog [ZONE...]; the zones came with CoreDNS 1.14.7.
func (p *Parser) secondaryCatalog() error {
	args := p.RemainingArgs()
	if len(args) > 0 && !p.since("1.14.7") {
		return p.argErr("catalog")
	}
	for _, arg := range args {
		_, text := p.splitTransport(arg.Text)
		if _, _, _, err := domain.Parse(text, p.Release); err != nil {
			return p.notAZone(arg, err)
		}
	}
	return nil
}
