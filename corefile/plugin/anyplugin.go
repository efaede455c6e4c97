package plugin

// anyPlugin takes nothing. Before CoreDNS 1.14.4 it ignored what it was given.
func anyPlugin(p *Parser) error {
	return p.first(func() error {
		if p.since("1.14.4") && p.NextArg() {
			return p.argErr("any")
		}
		return nil
	})
}
