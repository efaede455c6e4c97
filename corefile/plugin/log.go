package plugin

import (
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// A Log is one use of log.
type Log struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// Zones and Classes are those whose queries it logs; where there are none, all.
	Zones, Classes []corefile.Token
}

// log reads: log [ZONE] or log ZONE... [FORMAT], each with { class CLASS... }. The last of
// several arguments is a format if there is a brace in it.
func log(p *Parser) error {
	return p.Every(func() error {
		token, args := p.Token(), p.RemainingArgs()
		zones := len(args)
		if zones > 1 && strings.Contains(args[zones-1].Text, "{") {
			zones--
			if habit := corefile.Habit(args[zones].Text); habit != "" {
				p.WarnAt(args[zones], reader.RuleIgnored, "CoreDNS reads %s as the format of each line. %s", corefile.Quote(args[zones].Text), habit)
			}
		}
		warned := false // once: without its quotes, a format is several words
		for _, zone := range args[:zones] {
			warned = warned || p.warnLogZone(zone)
			p.Settings.Named = append(p.Settings.Named, reader.NamedZone{Plugin: p.Name, Token: zone, Name: strings.ToLower(dns.Fqdn(zone.Text))})
		}
		var classes []corefile.Token
		err := p.ReadBlock(reader.Properties{
			{Name: "class", Usage: "all|success|denial|error...", Read: func() (err error) {
				classes, err = p.logClasses()
				return err
			}},
		})
		p.Settings.Logs = append(p.Settings.Logs, Log{token, args[:zones], classes})
		return err
	})
}

var logClasses = []string{"all", "success", "denial", "error"}

// warnLogZone warns of a word that is hardly meant as a zone. It reports whether it did.
func (p *Parser) warnLogZone(token corefile.Token) bool {
	zone := token.Text
	switch {
	case zone == "stdout" || zone == "stderr":
		p.WarnAt(token, reader.RuleSilentZone, "CoreDNS reads %s as a zone name and logs only queries for that zone. Remove it: the log always goes to standard output", zone)
	case slices.Contains(logClasses, zone):
		p.WarnAt(token, reader.RuleSilentZone, "CoreDNS reads %s as a zone name and logs only queries for that zone. Write the class in a block: \"class %s\"", zone, zone)
	case corefile.Habit(zone) != "":
		p.WarnAt(token, reader.RuleSilentZone, "CoreDNS reads %s as a zone name and logs only queries for that zone. %s", corefile.Quote(zone), corefile.Habit(zone))
	case strings.Contains(zone, "{"):
		p.WarnAt(token, reader.RuleSilentZone, "CoreDNS reads %s as a zone name and logs only queries for that zone. Write a zone such as \".\" first, then the format in quotes", corefile.Quote(zone))
	default:
		return false
	}
	return true
}

// logClasses reads: class CLASS..., of which the last line counts.
func (p *Parser) logClasses() ([]corefile.Token, error) {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return nil, p.ArgErr("class all|success|denial|error...")
	}
	for _, class := range args {
		if !slices.Contains(logClasses, class.Text) {
			return nil, p.NoneOf(class, logClasses)
		}
	}
	return args, nil
}
