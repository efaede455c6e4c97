package plugin

import (
	"net/url"

	"corewarden/corefile"
)

// health reads: health [ADDRESS] { lameduck DURATION }. The last use in a block counts,
// but all have to be right.
func health(p *Parser) error {
	var address corefile.Token
	if err := p.every(func() error {
		endpoint := p.endpoint()
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.argErr("health [ADDRESS]")
		case len(args) == 1:
			if err := p.hostPort(args[0]); err != nil {
				return err
			}
			address, endpoint.Address = args[0], args[0].Text
		}
		return p.block(properties{
			{name: "lameduck", usage: "DURATION", read: func() error {
				args := p.RemainingArgs()
				if len(args) != 1 {
					return p.argErr("lameduck DURATION")
				}
				_, err := p.duration(args[0], "the lameduck time", anyDuration, maxDuration)
				return err
			}},
		})
	}); err != nil || address.Text == "" {
		return err
	}
	// It listens there and asks itself for the URL.
	if _, err := url.Parse("http://" + address.Text); err != nil {
		return p.errorAt(address, RuleInvalidValue, "%s is not valid in a URL. Write an IP address and a port, such as %q", corefile.Quote(address.Text), "127.0.0.1:8080")
	}
	return p.listenAddress(address)
}
