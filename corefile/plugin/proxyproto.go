package plugin

import (
	"math"
	"net"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// proxyproto reads: proxyproto { allow NETWORK...; default use|ignore|reject|skip;
// udp_session_tracking DURATION [SESSIONS]; tlv_metadata }. All uses in a block count.
func proxyproto(p *Parser) error {
	return p.Every(func() error {
		if len(p.RemainingArgs()) > 0 {
			return p.ArgErr("proxyproto { ... }")
		}
		return p.ReadBlock(reader.Properties{
			{Name: "allow", Usage: "NETWORK...", Read: p.proxyprotoAllow},
			{Name: "default", Usage: "use|ignore|reject|skip", Read: func() error {
				return p.OneOf("default use|ignore|reject|skip", strings.ToLower, "use", "ignore", "reject", "skip")
			}},
			{Name: "udp_session_tracking", Usage: "DURATION [SESSIONS]", Read: p.proxyprotoSessions},
			{Name: "tlv_metadata", Since: "1.15.0", Read: p.NoArguments},
		})
	})
}

func (p *Parser) proxyprotoAllow() error {
	args := p.RemainingArgs()
	for _, arg := range args {
		if _, _, err := net.ParseCIDR(arg.Text); err != nil {
			return p.ErrorAt(arg, reader.RuleInvalidValue, `%s is not a network. Write for example "10.0.0.0/8", or "10.0.0.1/32" for one address`, corefile.Quote(arg.Text))
		}
	}
	return nil
}

func (p *Parser) proxyprotoSessions() error {
	args := p.RemainingArgs()
	n := len(args)
	if n < 1 || n > 2 {
		return p.ArgErr("udp_session_tracking DURATION [SESSIONS]")
	}
	if _, err := p.Duration(args[0], "how long a session is kept", reader.AnyDuration, reader.MaxDuration); err != nil {
		return err
	}
	if n == 2 {
		err := p.Integer(args[1], "the number of sessions", 1, math.MaxInt)
		return err
	}
	return nil
}
