package plugin

// chaos reads: chaos [VERSION [AUTHOR...]].
func chaos(p *Parser) error {
	return p.first(func() error {
		p.RemainingArgs()
		if p.since("1.14.4") && p.NextBlock() {
			return p.unknownProperty(p.Val(), nil)
		}
		return nil
	})
}
