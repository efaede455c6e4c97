package plugin

import "math"

// pprof reads: pprof [ADDRESS] { block [RATE] }.
func pprof(p *Parser) error {
	return p.once(func() error {
		endpoint := p.endpoint()
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.argErr("pprof [ADDRESS]")
		case len(args) == 1:
			endpoint.Address = args[0].Text
			if err := p.listenAddress(args[0]); err != nil {
				return err
			}
		}
		return p.block(properties{
			{name: "block", usage: "[RATE]", read: func() error {
				switch args := p.RemainingArgs(); len(args) {
				case 0:
					return nil
				case 1:
					err := p.integer(args[0], "the rate", math.MinInt, math.MaxInt)
					return err
				}
				return p.argErr("block [RATE]")
			}},
		})
	})
}
