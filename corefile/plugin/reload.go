package plugin

import (
	"time"

	"corewarden/corefile/plugin/reader"
)

// reload reads: reload [INTERVAL [JITTER]]. The first use in a block counts; what follows
// is not read.
func reload(p *Parser) error {
	return p.First(func() error {
		args := p.RemainingArgs()
		n := len(args)
		if n > 2 {
			return p.ArgErr("reload [INTERVAL [JITTER]]")
		}
		if n > 0 {
			if _, err := p.Duration(args[0], "the interval", 2*time.Second, reader.MaxDuration); err != nil {
				return err
			}
		}
		if n < 2 {
			return nil
		}
		if jitter, err := time.ParseDuration(args[1].Text); err == nil && jitter == 0 && p.Since("1.14.2") {
			return nil
		}
		_, err := p.Duration(args[1], "the jitter", time.Second, reader.MaxDuration)
		return err
	})
}
