package plugin

// minimal takes nothing.
func minimal(p *Parser) error {
	return p.first(func() error {
		if p.NextArg() {
			return p.argErr("minimal")
		}
		return nil
	})
}
