package plugin

// nsid reads: nsid [DATA...].
func nsid(p *Parser) error {
	return p.Once(func() error {
		p.RemainingArgs()
		return nil
	})
}
