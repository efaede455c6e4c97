package plugin

// metadata reads: metadata [ZONE...]. An empty block may follow, and nothing else.
func metadata(p *Parser) error {
	p.Next()
	p.origins(p.RemainingArgs())
	switch {
	case p.NextBlock():
		return p.unknownProperty(p.Val(), nil)
	case p.Next():
		return p.errorf(RuleRepeatedPlugin, "a server block can use this plugin only once. Remove this use")
	}
	return nil
}
