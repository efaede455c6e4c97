package plugin

import (
	"net"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// siit reads: siit { ipv6_prefix NETWORK; eam IPV4 IPV6 }. All uses in a block count.
func siit(p *Parser) error {
	return p.Every(func() error {
		if len(p.RemainingArgs()) > 0 {
			return p.ArgErr("siit { ... }")
		}
		return p.ReadBlock(reader.Properties{
			{Name: "ipv6_prefix", Usage: "NETWORK", Read: p.siitPrefix},
			{Name: "eam", Usage: "IPV4 IPV6", Read: p.siitMapping},
		})
	})
}

func (p *Parser) siitPrefix() error {
	if !p.NextArg() {
		return p.ArgErr("ipv6_prefix NETWORK")
	}
	prefix := corefile.Quote(p.Val())
	_, network, err := net.ParseCIDR(p.Val())
	if err != nil || len(network.Mask) != net.IPv6len {
		return p.Errorf(reader.RuleInvalidValue, `%s is not an IPv6 network. Write for example "64:ff9b::/96"`, prefix)
	}
	switch ones, _ := network.Mask.Size(); ones {
	case 32, 40, 48, 56, 64, 96:
	default:
		return p.Errorf(reader.RuleInvalidValue, "the prefix length of %s is %d. Use 32, 40, 48, 56, 64 or 96", prefix, ones)
	}
	if network.IP[8] != 0 { // RFC 6052 keeps these bits for itself
		return p.Errorf(reader.RuleInvalidValue, "bits 64 to 71 of %s must be zero", prefix)
	}
	return nil
}

func (p *Parser) siitMapping() error {
	args := p.RemainingArgs()
	if len(args) != 2 {
		return p.ArgErr("eam IPV4 IPV6")
	}
	if net.ParseIP(args[0].Text).To4() == nil {
		return p.ErrorAt(args[0], reader.RuleInvalidValue, "%s is not an IPv4 address", corefile.Quote(args[0].Text))
	}
	if ip := net.ParseIP(args[1].Text); ip == nil || ip.To4() != nil {
		return p.Errorf(reader.RuleInvalidValue, "%s is not an IPv6 address", corefile.Quote(args[1].Text))
	}
	return nil
}
