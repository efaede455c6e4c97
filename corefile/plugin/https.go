package plugin

import (
	"math"

	"corewarden/corefile/plugin/reader"
)

// HTTPS is what https says about the listeners of a block.
type HTTPS struct {
	// MaxStreams is how many streams a connection may have, where that is said.
	MaxStreams *int
}

// https reads: https { max_connections NUMBER; max_streams NUMBER }.
func https(p *Parser) error {
	var limits map[string]int
	err := p.Limits(func(seen map[string]int) reader.Properties {
		limits = seen
		return reader.Properties{
			{Name: "max_connections", Usage: "NUMBER", Read: p.Limit(seen, 0, math.MaxInt)},
			{Name: "max_streams", Usage: "NUMBER", Since: "1.15.0", Read: p.Limit(seen, 0, math.MaxUint32)},
		}
	})
	p.Settings.HTTPS = &HTTPS{}
	if most, limited := limits["max_streams"]; limited && !p.Environment {
		p.Settings.HTTPS.MaxStreams = &most
	}
	return err
}
