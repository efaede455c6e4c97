package plugin

import "math"

// quic reads: quic { max_streams NUMBER; max_connections NUMBER; worker_pool_size NUMBER }.
func quic(p *Parser) error {
	return p.limits(func(seen map[string]int) properties {
		return properties{
			{name: "max_streams", usage: "NUMBER", read: p.limit(seen, 1, math.MaxInt)},
			{name: "max_connections", usage: "NUMBER", since: "1.15.0", read: p.limit(seen, 0, math.MaxInt)},
			{name: "worker_pool_size", usage: "NUMBER", read: p.limit(seen, 1, math.MaxInt)},
		}
	})
}
