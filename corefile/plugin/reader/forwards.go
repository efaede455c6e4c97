package reader

import (
	"corewarden/corefile"
	"corewarden/corefile/domain"
)

// What the plugins that forward queries have in common.

// ForwardFrom returns the zone that is forwarded, or "" if only the pod knows it.
func (p *Parser) ForwardFrom(token corefile.Token) (string, error) {
	from := token.Text
	if p.Hidden(token) {
		return "", nil
	}
	zones, err := p.NormalizeExact(from)
	if err != nil {
		return "", p.NotAZone(token, err)
	}
	switch {
	case domain.IsAddress(from) && p.NextArg(): // else it is an error
		p.position--
		p.Warnf(RuleSilentZone, "CoreDNS reads %s as the zone to forward, which matches no query. Write the zone before the addresses: %s . %s", from, p.Name, from)
	case corefile.ZoneHabit(from) != "":
		p.Warnf(RuleSilentZone, "CoreDNS reads %s as the zone to forward, which matches no query. %s", corefile.Quote(from), corefile.ZoneHabit(from))
	case len(zones) > 1:
		p.Warnf(RuleSilentZone, "CoreDNS forwards only the first of the %d zones in %s: %s. Write a forward line for each", len(zones), corefile.Quote(from), zones[0])
	}
	return zones[0], nil
}

// Except returns a reader of: except ZONE....
func (p *Parser) Except(into *[]string) func() error {
	return func() error {
		args := p.RemainingArgs()
		if len(args) == 0 {
			return p.ArgErr("except ZONE...")
		}
		*into = append(*into, p.ReadZones(args)...)
		return nil
	}
}
