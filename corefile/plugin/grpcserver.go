package plugin

import (
	"math"

	"corewarden/corefile/plugin/reader"
)

// grpcServer reads: grpc_server { max_streams NUMBER; max_connections NUMBER }.
func grpcServer(p *Parser) error {
	return p.Limits(func(seen map[string]int) reader.Properties {
		return reader.Properties{
			{Name: "max_streams", Usage: "NUMBER", Read: p.Limit(seen, 0, math.MaxInt)},
			{Name: "max_connections", Usage: "NUMBER", Read: p.Limit(seen, 0, math.MaxInt)},
		}
	})
}
