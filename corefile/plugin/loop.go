package plugin

// loop takes nothing.
func loop(p *Parser) error {
	return p.once(func() error {
		if p.NextArg() {
			return p.argErr("loop")
		}
		return nil
	})
}
