package plugin

// minimal takes nothing.
func minimal(p *Parser) error {
	return p.First(func() error {
		if p.NextArg() {
			return p.ArgErr("minimal")
		}
		return nil
	})
}
