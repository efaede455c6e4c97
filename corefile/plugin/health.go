package plugin

import (
	"net/url"

	"corewarden/corefile"
)

// health reads: health [ADDRESS] { lameduck DURATION }. The last use in a block counts,
// but all have to be right.
func health(p *Parser) error {
	address, position := "", 0
	if err := p.every(func() error {
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.argErr("health [ADDRESS]")
		case len(args) == 1:
			if err := p.hostPort(0, args[0]); err != nil {
				return err
			}
			address, position = args[0], p.position
		}
		return p.block(properties{
			{name: "lameduck", read: func() error {
				args := p.RemainingArgs()
				if len(args) != 1 {
					return p.argErr("lameduck DURATION")
				}
				_, err := p.duration(0, args[0], "the lameduck time", anyDuration, maxDuration)
				return err
			}},
		})
	}); err != nil || address == "" {
		return err
	}
	// It listens there and asks itself for the URL.
	if _, err := url.Parse("http://" + address); err != nil {
		return p.errorAt(p.backTo(position), RuleInvalidValue, "%s is not valid in a URL. Write an IP address and a port, such as %q", corefile.Quote(address), "127.0.0.1:8080")
	}
	return p.listenAddress(p.backTo(position), address)
}
