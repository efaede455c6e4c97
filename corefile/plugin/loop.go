package plugin

// loop takes nothing.
func loop(p *Parser) error {
	return p.once(func() error {
		if p.NextArg() {
			return p.argErr("loop")
		}
		p.panicsAtUnix(min(1, len(p.Transports)))
		return nil
	})
}
