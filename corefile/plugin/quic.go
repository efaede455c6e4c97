package plugin

import (
	"math"

	"corewarden/corefile/plugin/reader"
)

// quic reads: quic { max_streams NUMBER; max_connections NUMBER; worker_pool_size NUMBER }.
func quic(p *Parser) error {
	return p.Limits(func(seen map[string]int) reader.Properties {
		return reader.Properties{
			{Name: "max_streams", Usage: "NUMBER", Read: p.Limit(seen, 1, math.MaxInt)},
			{Name: "max_connections", Usage: "NUMBER", Since: "1.15.0", Read: p.Limit(seen, 0, math.MaxInt)},
			{Name: "worker_pool_size", Usage: "NUMBER", Read: p.Limit(seen, 1, math.MaxInt)},
		}
	})
}
