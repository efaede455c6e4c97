package plugin

import (
	"net"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
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
	p.Settings.DNS64 = &DNS64{Token: p.Tokens[0], Prefix: usual}
	d := p.Settings.DNS64
	return p.Every(func() error {
		switch args := p.RemainingArgs(); {
		case len(args) == 1:
			return p.dns64Prefix(args[0])
		case len(args) > 1:
			return p.ArgErr("dns64 [PREFIX]")
		}
		return p.ReadBlock(reader.Properties{
			{Name: "prefix", Usage: "PREFIX", Read: func() error {
				if !p.NextArg() {
					return p.ArgErr("prefix PREFIX")
				}
				return p.dns64Prefix(p.Token())
			}},
			{Name: "translate_all", Read: func() error { d.TranslateAll = true; return nil }},
			{Name: "allow_ipv4", Read: func() error { d.AllowIPv4 = true; return nil }},
		})
	})
}

// dns64Prefix checks a prefix.
func (p *Parser) dns64Prefix(token corefile.Token) error {
	_, prefix, err := net.ParseCIDR(token.Text)
	if err != nil {
		return p.ErrorAt(token, reader.RuleInvalidValue, "the prefix is %s. Write an IPv6 network, such as \"64:ff9b::/96\"", corefile.Quote(token.Text))
	}
	length, bits := prefix.Mask.Size()
	if bits != 128 {
		return p.ErrorAt(token, reader.RuleInvalidValue, "the prefix %s is an IPv4 network. Write an IPv6 network, such as \"64:ff9b::/96\"", corefile.Quote(token.Text))
	}
	lengths := []int{32, 40, 48, 56, 64, 96}
	if !p.Since("1.15.0") {
		lengths = []int{32, 40, 48, 56, 64, 72, 80, 88, 96}
	}
	if !slices.Contains(lengths, length) {
		return p.ErrorAt(token, reader.RuleInvalidValue, "the prefix %s has the length %d. Choose one of %v", corefile.Quote(token.Text), length, lengths)
	}
	p.Settings.DNS64.Prefix = prefix
	return nil
}
