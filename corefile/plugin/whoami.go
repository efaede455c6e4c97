package plugin

// whoami takes nothing.
func whoami(p *Parser) error {
	return p.First(func() error {
		if p.NextArg() {
			return p.ArgErr("whoami")
		}
		return nil
	})
}
