package plugin

// loop takes nothing.
func loop(p *Parser) error {
	return p.Once(func() error {
		if p.NextArg() {
			return p.ArgErr("loop")
		}
		p.PanicsAtUnix(min(1, len(p.Transports)))
		return nil
	})
}
