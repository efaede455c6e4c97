package plugin

import "math"

// HTTPS is what https says about the listeners of a block.
type HTTPS struct {
	// MaxStreams is how many streams a connection may have, where that is said.
	MaxStreams *int
}

// https reads: https { max_connections NUMBER; max_streams NUMBER }.
func https(p *Parser) error {
	var limits map[string]int
	err := p.limits(func(seen map[string]int) properties {
		limits = seen
		return properties{
			{name: "max_connections", usage: "NUMBER", read: p.limit(seen, 0, math.MaxInt)},
			{name: "max_streams", usage: "NUMBER", since: "1.15.0", read: p.limit(seen, 0, math.MaxUint32)},
		}
	})
	p.Settings.HTTPS = &HTTPS{}
	if most, limited := limits["max_streams"]; limited && !p.environment {
		p.Settings.HTTPS.MaxStreams = &most
	}
	return err
}
