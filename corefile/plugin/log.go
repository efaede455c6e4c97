package plugin

import (
	"slices"
	"strings"

	"corewarden/corefile"
)

// log reads: log [ZONE] or log ZONE... [FORMAT], each with { class CLASS... }. The last of
// several arguments is a format if there is a brace in it.
func log(p *Parser) error {
	return p.every(func() error {
		args := p.RemainingArgs()
		zones := len(args)
		if zones > 1 && strings.Contains(args[zones-1], "{") {
			zones--
		}
		for i, zone := range args[:zones] {
			p.warnLogZone(len(args)-1-i, zone)
		}
		return p.block(properties{
			{name: "class", read: p.logClasses},
		})
	})
}

var logClasses = []string{"all", "success", "denial", "error"}

// warnLogZone warns of words that are hardly meant as zones.
func (p *Parser) warnLogZone(back int, zone string) {
	switch {
	case zone == "stdout" || zone == "stderr":
		p.warnf(back, RuleSilentZone, "CoreDNS reads %s as a zone name and logs only queries for that zone. Remove it: the log always goes to standard output", zone)
	case slices.Contains(logClasses, zone):
		p.warnf(back, RuleSilentZone, "CoreDNS reads %s as a zone name and logs only queries for that zone. Write the class in a block: \"class %s\"", zone, zone)
	case strings.Contains(zone, "{"):
		p.warnf(back, RuleSilentZone, "CoreDNS reads %s as a zone name and logs only queries for that zone. Write a zone such as \".\" first, then the format in quotes", corefile.Quote(zone))
	}
}

func (p *Parser) logClasses() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.argErr("class all|success|denial|error...")
	}
	for i, class := range args {
		if !slices.Contains(logClasses, class) {
			return p.noneOf(len(args)-1-i, class, logClasses)
		}
	}
	return nil
}
