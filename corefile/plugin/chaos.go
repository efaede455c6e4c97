package plugin

// chaos reads: chaos [VERSION [AUTHOR...]].
func chaos(p *Parser) error {
	return p.First(func() error {
		p.RemainingArgs()
		if p.Since("1.14.4") && p.NextBlock() {
			return p.UnknownProperty(p.Val(), nil)
		}
		return nil
	})
}
