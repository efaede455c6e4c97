package plugin

// whoami takes nothing.
func whoami(p *Parser) error {
	return p.first(func() error {
		if p.NextArg() {
			return p.argErr("whoami")
		}
		return nil
	})
}
