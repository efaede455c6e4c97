package plugin

import (
	"math"

	"corewarden/corefile/plugin/reader"
)

// https3 reads: https3 { max_streams NUMBER; max_connections NUMBER }.
func https3(p *Parser) error {
	return p.Limits(func(seen map[string]int) reader.Properties {
		return reader.Properties{
			{Name: "max_streams", Usage: "NUMBER", Read: p.Limit(seen, 0, math.MaxInt)},
			{Name: "max_connections", Usage: "NUMBER", Since: "1.14.7", Read: p.Limit(seen, 0, math.MaxInt)},
		}
	})
}
