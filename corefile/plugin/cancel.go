package plugin

import "time"

// cancel reads: cancel [DURATION]. The last use in a block counts, but all have to be
// right.
func cancel(p *Parser) error {
	return p.every(func() error {
		switch args := p.RemainingArgs(); len(args) {
		case 0:
			return nil
		case 1:
			_, err := p.duration(args[0], "the time limit of a query", time.Nanosecond, maxDuration)
			return err
		}
		return p.argErr("cancel [DURATION]")
	})
}
