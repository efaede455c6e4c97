package plugin

import "math"

// multisocket reads: multisocket [SOCKETS].
func multisocket(p *Parser) error {
	return p.once(func() error {
		args := p.RemainingArgs()
		if len(args) > 1 {
			return p.argErr("multisocket [SOCKETS]")
		}
		if len(args) == 0 {
			return nil // as many as the pod has processors
		}
		most := math.MaxInt
		if p.since("1.13.2") {
			most = 1024
		}
		err := p.integer(0, args[0], "the number of sockets", 1, most)
		return err
	})
}
