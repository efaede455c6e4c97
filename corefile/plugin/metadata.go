package plugin

import "corewarden/corefile/plugin/reader"

// metadata reads: metadata [ZONE...]. An empty block may follow, and nothing else.
func metadata(p *Parser) error {
	p.Next()
	p.Origins(p.RemainingArgs())
	switch {
	case p.NextBlock():
		return p.UnknownProperty(p.Val(), nil)
	case p.Next():
		return p.Errorf(reader.RuleRepeatedPlugin, "a server block can use this plugin only once. Remove this use")
	}
	return nil
}
