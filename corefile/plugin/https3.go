package plugin

import "math"

// https3 reads: https3 { max_streams NUMBER; max_connections NUMBER }.
func https3(p *Parser) error {
	return p.limits(func(seen map[string]int) properties {
		return properties{
			{name: "max_streams", usage: "NUMBER", read: p.limit(seen, 0, math.MaxInt)},
			{name: "max_connections", usage: "NUMBER", since: "1.14.7", read: p.limit(seen, 0, math.MaxInt)},
		}
	})
}
