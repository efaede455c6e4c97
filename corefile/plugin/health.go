package plugin

import (
	"net/url"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// health reads: health [ADDRESS] { lameduck DURATION }. The last use in a block counts,
// but all have to be right.
func health(p *Parser) error {
	var address corefile.Token
	if err := p.Every(func() error {
		endpoint := p.Endpoint(p.usual)
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.ArgErr("health [ADDRESS]")
		case len(args) == 1:
			if err := p.HostPort(args[0]); err != nil {
				return err
			}
			address, endpoint.Address = args[0], args[0].Text
		}
		return p.ReadBlock(reader.Properties{
			{Name: "lameduck", Usage: "DURATION", Read: func() error {
				args := p.RemainingArgs()
				if len(args) != 1 {
					return p.ArgErr("lameduck DURATION")
				}
				_, err := p.Duration(args[0], "the lameduck time", reader.AnyDuration, reader.MaxDuration)
				return err
			}},
		})
	}); err != nil || address.Text == "" {
		return err
	}
	// It listens there and asks itself for the URL.
	if _, err := url.Parse("http://" + address.Text); err != nil {
		return p.ErrorAt(address, reader.RuleInvalidValue, "%s is not valid in a URL. Write an IP address and a port, such as %q", corefile.Quote(address.Text), "127.0.0.1:8080")
	}
	return p.ListenAddress(address)
}
