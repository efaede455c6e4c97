package plugin

// debug takes nothing.
func debug(p *Parser) error {
	return p.Every(func() error {
		if p.NextArg() {
			return p.ArgErr("debug")
		}
		return nil
	})
}
