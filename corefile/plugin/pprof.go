package plugin

import (
	"math"

	"corewarden/corefile/plugin/reader"
)

// pprof reads: pprof [ADDRESS] { block [RATE] }.
func pprof(p *Parser) error {
	return p.Once(func() error {
		endpoint := p.Endpoint(p.usual)
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.ArgErr("pprof [ADDRESS]")
		case len(args) == 1:
			endpoint.Address = args[0].Text
			if err := p.ListenAddress(args[0]); err != nil {
				return err
			}
		}
		return p.ReadBlock(reader.Properties{
			{Name: "block", Usage: "[RATE]", Read: func() error {
				switch args := p.RemainingArgs(); len(args) {
				case 0:
					return nil
				case 1:
					err := p.Integer(args[0], "the rate", math.MinInt, math.MaxInt)
					return err
				}
				return p.ArgErr("block [RATE]")
			}},
		})
	})
}
