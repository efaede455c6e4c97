package plugin

import (
	"net"

	"corewarden/corefile"
)

// siit reads: siit { ipv6_prefix NETWORK; eam IPV4 IPV6 }. All uses in a block count.
func siit(p *Parser) error {
	return p.every(func() error {
		if len(p.RemainingArgs()) > 0 {
			return p.argErr("siit { ... }")
		}
		return p.block(properties{
			{name: "ipv6_prefix", usage: "NETWORK", read: p.siitPrefix},
			{name: "eam", usage: "IPV4 IPV6", read: p.siitMapping},
		})
	})
}

func (p *Parser) siitPrefix() error {
	if !p.NextArg() {
		return p.argErr("ipv6_prefix NETWORK")
	}
	prefix := corefile.Quote(p.Val())
	_, network, err := net.ParseCIDR(p.Val())
	if err != nil || len(network.Mask) != net.IPv6len {
		return p.errorf(RuleInvalidValue, `%s is not an IPv6 network. Write for example "64:ff9b::/96"`, prefix)
	}
	switch ones, _ := network.Mask.Size(); ones {
	case 32, 40, 48, 56, 64, 96:
	default:
		return p.errorf(RuleInvalidValue, "the prefix length of %s is %d. Use 32, 40, 48, 56, 64 or 96", prefix, ones)
	}
	if network.IP[8] != 0 { // RFC 6052 keeps these bits for itself
		return p.errorf(RuleInvalidValue, "bits 64 to 71 of %s must be zero", prefix)
	}
	return nil
}

func (p *Parser) siitMapping() error {
	args := p.RemainingArgs()
	if len(args) != 2 {
		return p.argErr("eam IPV4 IPV6")
	}
	if net.ParseIP(args[0].Text).To4() == nil {
		return p.errorAt(args[0], RuleInvalidValue, "%s is not an IPv4 address", corefile.Quote(args[0].Text))
	}
	if ip := net.ParseIP(args[1].Text); ip == nil || ip.To4() != nil {
		return p.errorf(RuleInvalidValue, "%s is not an IPv6 address", corefile.Quote(args[1].Text))
	}
	return nil
}
