package plugin

import (
	"time"

	"corewarden/corefile/plugin/reader"
)

// cancel reads: cancel [DURATION]. The last use in a block counts, but all have to be
// right.
func cancel(p *Parser) error {
	return p.Every(func() error {
		switch args := p.RemainingArgs(); len(args) {
		case 0:
			return nil
		case 1:
			_, err := p.Duration(args[0], "the time limit of a query", time.Nanosecond, reader.MaxDuration)
			return err
		}
		return p.ArgErr("cancel [DURATION]")
	})
}
