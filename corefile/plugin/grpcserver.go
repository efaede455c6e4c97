package plugin

import "math"

// grpcServer reads: grpc_server { max_streams NUMBER; max_connections NUMBER }.
func grpcServer(p *Parser) error {
	return p.limits(func(seen map[string]int) properties {
		return properties{
			{name: "max_streams", usage: "NUMBER", read: p.limit(seen, 0, math.MaxInt)},
			{name: "max_connections", usage: "NUMBER", read: p.limit(seen, 0, math.MaxInt)},
		}
	})
}
