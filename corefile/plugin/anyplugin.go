package plugin

// anyPlugin takes nothing. Before CoreDNS 1.14.4 it ignored what it was given.
func anyPlugin(p *Parser) error {
	return p.First(func() error {
		if p.Since("1.14.4") && p.NextArg() {
			return p.ArgErr("any")
		}
		return nil
	})
}
