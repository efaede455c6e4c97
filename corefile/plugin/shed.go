package plugin

import "corewarden/corefile/plugin/reader"

// shed takes nothing. It works on plain DNS only.
func shed(p *Parser) error {
	err := p.Once(func() error {
		if len(p.RemainingArgs()) > 0 {
			return p.ArgErr("shed")
		}
		if p.NextBlock() {
			return p.UnknownProperty(p.Val(), nil)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, transport := range p.Transports {
		if transport != "dns" {
			return p.ErrorAt(p.Tokens[0], reader.RuleConflict, "the plugin works only with plain DNS, but this block also serves %s://. Move that zone to its own block", transport)
		}
	}
	return nil
}
