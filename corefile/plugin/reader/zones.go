package reader

import (
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/domain"
)

// NormalizeExact returns the fully qualified zones that a word stands for: one, or the
// reverse zones of a network. It is an error for none; CoreDNS ignores a transport and a
// port.
func (p *Parser) NormalizeExact(text string) ([]string, error) {
	_, text = p.SplitTransport(text)
	zones, _, err := domain.Split(text, p.Release)
	for i := range zones {
		zones[i] = strings.ToLower(dns.Fqdn(zones[i]))
	}
	return zones, err
}

// ReadZones returns the zones that arguments stand for.
func (p *Parser) ReadZones(args []corefile.Token) []string {
	var all []string
	for _, arg := range args {
		if zone, ok := p.zone(arg); ok {
			all = append(all, zone)
		}
	}
	return all
}

// zone returns the zone that an argument stands for. A network stays one. CoreDNS drops what is
// no zone without a word.
func (p *Parser) zone(arg corefile.Token) (name string, ok bool) {
	_, text := p.SplitTransport(arg.Text)
	name, _, _, err := domain.Parse(text, p.Release)
	switch habit := corefile.ZoneHabit(arg.Text); {
	case err != nil && !p.Report.FullOfWarnings(): // quoting takes its time
		p.WarnAt(arg, RuleSilentZone, "CoreDNS ignores %s: it %v", corefile.Quote(arg.Text), err)
	case err == nil && habit != "":
		p.WarnAt(arg, RuleSilentZone, "CoreDNS reads %s as a zone name, which no query matches. %s", corefile.Quote(arg.Text), habit)
	}
	return strings.ToLower(dns.Fqdn(name)), err == nil
}

// Origins is ReadZones for a plugin that serves the zones of its block when it is given none.
// Plugins share what it returns.
func (p *Parser) Origins(args []corefile.Token) []string {
	if len(args) == 0 {
		p.PanicsAtUnix(len(p.Transports))
		return p.lowerZones()
	}
	return p.named(args)
}

// named is ReadZones, and takes note of them.
func (p *Parser) named(args []corefile.Token) []string {
	var all []string
	for _, arg := range args {
		if zone, ok := p.zone(arg); ok {
			all = append(all, zone)
			p.found.Named = append(p.found.Named, NamedZone{p.Name, arg, zone})
		}
	}
	return all
}

// lowerZones returns the zones of the block in small letters.
func (p *Parser) lowerZones() []string {
	if p.lowered == nil {
		p.lowered = make([]string, len(p.Zones))
		for i, zone := range p.Zones {
			p.lowered[i] = strings.ToLower(zone)
		}
	}
	return p.lowered
}

// Portless reports whether one of the first zones of the block is a "unix://" one without a port,
// which plugins do not know for a zone when they are to serve those of their block.
func (p *Parser) Portless(first int) bool {
	for i, transport := range p.Transports[:first] {
		if transport == "unix" && (i >= len(p.Ports) || p.Ports[i] == "") {
			return true
		}
	}
	return false
}

// PanicsAtUnix reports what makes a plugin panic that serves the first zones of its block.
func (p *Parser) PanicsAtUnix(first int) {
	if !p.Since("1.13.0") && p.Portless(first) {
		p.ReportError(p.Errorf(RuleConflict, `in a block with a "unix://" zone this plugin makes %s panic. Remove that zone: CoreDNS opens no socket for it anyway`, p.Release.Name))
	}
}

// FallthroughInto returns a reader of: fallthrough [ZONE...]. Without a zone it is for all.
func (p *Parser) FallthroughInto(through *[]string) func() error {
	return func() error {
		if args := p.RemainingArgs(); len(args) > 0 {
			*through = p.ReadZones(args)
		} else {
			*through = []string{"."}
		}
		return nil
	}
}

// NotAZone is the error for a word that stands for no zone, for which reason tells why.
func (p *Parser) NotAZone(token corefile.Token, reason error) error {
	return p.ErrorAt(token, RuleInvalidValue, "%s %v", corefile.Quote(token.Text), reason)
}
