package plugin

import (
	"net"
	"slices"

	"corewarden/corefile"
)

// A DNS64 is what all uses of dns64 come to.
type DNS64 struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// Prefix is the network that IPv4 addresses are put into.
	Prefix *net.IPNet
	// TranslateAll tells that addresses are made where there are some already, and AllowIPv4
	// that clients over IPv4 get them, too.
	TranslateAll, AllowIPv4 bool
}

// dns64 reads: dns64 [PREFIX] or dns64 { prefix PREFIX; translate_all; allow_ipv4 }. Of
// several prefixes the last counts, but all have to be right.
func dns64(p *Parser) error {
	_, usual, _ := net.ParseCIDR("64:ff9b::/96")
	p.Settings.DNS64 = &DNS64{Token: p.tokens[0], Prefix: usual}
	d := p.Settings.DNS64
	return p.every(func() error {
		switch args := p.RemainingArgs(); {
		case len(args) == 1:
			return p.dns64Prefix(args[0])
		case len(args) > 1:
			return p.argErr("dns64 [PREFIX]")
		}
		return p.block(properties{
			{name: "prefix", usage: "PREFIX", read: func() error {
				if !p.NextArg() {
					return p.argErr("prefix PREFIX")
				}
				return p.dns64Prefix(p.Token())
			}},
			{name: "translate_all", read: func() error { d.TranslateAll = true; return nil }},
			{name: "allow_ipv4", read: func() error { d.AllowIPv4 = true; return nil }},
		})
	})
}

// dns64Prefix checks a prefix.
func (p *Parser) dns64Prefix(token corefile.Token) error {
	_, prefix, err := net.ParseCIDR(token.Text)
	if err != nil {
		return p.errorAt(token, RuleInvalidValue, "the prefix is %s. Write an IPv6 network, such as \"64:ff9b::/96\"", corefile.Quote(token.Text))
	}
	length, bits := prefix.Mask.Size()
	if bits != 128 {
		return p.errorAt(token, RuleInvalidValue, "the prefix %s is an IPv4 network. Write an IPv6 network, such as \"64:ff9b::/96\"", corefile.Quote(token.Text))
	}
	lengths := []int{32, 40, 48, 56, 64, 96}
	if !p.since("1.15.0") {
		lengths = []int{32, 40, 48, 56, 64, 72, 80, 88, 96}
	}
	if !slices.Contains(lengths, length) {
		return p.errorAt(token, RuleInvalidValue, "the prefix %s has the length %d. Choose one of %v", corefile.Quote(token.Text), length, lengths)
	}
	p.Settings.DNS64.Prefix = prefix
	return nil
}
