package plugin

import "math"

// https reads: https { max_connections NUMBER; max_streams NUMBER }.
func https(p *Parser) error {
	return p.limits(func(seen map[string]bool) properties {
		return properties{
			{name: "max_connections", read: p.limit(seen, 0, math.MaxInt)},
			{name: "max_streams", since: "1.15.0", read: p.limit(seen, 0, math.MaxUint32)},
		}
	})
}
