package plugin

// debug takes nothing.
func debug(p *Parser) error {
	return p.every(func() error {
		if p.NextArg() {
			return p.argErr("debug")
		}
		return nil
	})
}
