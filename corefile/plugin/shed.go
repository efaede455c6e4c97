package plugin

// shed takes nothing. It works on plain DNS only.
func shed(p *Parser) error {
	err := p.once(func() error {
		if len(p.RemainingArgs()) > 0 {
			return p.argErr("shed")
		}
		if p.NextBlock() {
			return p.unknownProperty(p.Val(), nil)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, transport := range p.Transports {
		if transport != "dns" {
			return p.errorAt(p.tokens[0], RuleConflict, "the plugin works only with plain DNS, but this block also serves %s://. Move that zone to its own block", transport)
		}
	}
	return nil
}
