package plugin

import (
	"math"
	"net"
	"strings"

	"corewarden/corefile"
)

// proxyproto reads: proxyproto { allow NETWORK...; default use|ignore|reject|skip;
// udp_session_tracking DURATION [SESSIONS]; tlv_metadata }. All uses in a block count.
func proxyproto(p *Parser) error {
	return p.every(func() error {
		if len(p.RemainingArgs()) > 0 {
			return p.argErr("proxyproto { ... }")
		}
		return p.block(properties{
			{name: "allow", usage: "NETWORK...", read: p.proxyprotoAllow},
			{name: "default", usage: "use|ignore|reject|skip", read: func() error {
				return p.oneOf("default use|ignore|reject|skip", strings.ToLower, "use", "ignore", "reject", "skip")
			}},
			{name: "udp_session_tracking", usage: "DURATION [SESSIONS]", read: p.proxyprotoSessions},
			{name: "tlv_metadata", since: "1.15.0", read: p.noArguments},
		})
	})
}

func (p *Parser) proxyprotoAllow() error {
	args := p.RemainingArgs()
	for _, arg := range args {
		if _, _, err := net.ParseCIDR(arg.Text); err != nil {
			return p.errorAt(arg, RuleInvalidValue, `%s is not a network. Write for example "10.0.0.0/8", or "10.0.0.1/32" for one address`, corefile.Quote(arg.Text))
		}
	}
	return nil
}

func (p *Parser) proxyprotoSessions() error {
	args := p.RemainingArgs()
	n := len(args)
	if n < 1 || n > 2 {
		return p.argErr("udp_session_tracking DURATION [SESSIONS]")
	}
	if _, err := p.duration(args[0], "how long a session is kept", anyDuration, maxDuration); err != nil {
		return err
	}
	if n == 2 {
		err := p.integer(args[1], "the number of sessions", 1, math.MaxInt)
		return err
	}
	return nil
}
