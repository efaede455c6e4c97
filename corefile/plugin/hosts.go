package plugin

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// A Hosts is the use of hosts.
type Hosts struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// Path is the file with further entries, as the server opens it.
	Path string
	// Zones are those that it answers for, in small letters; a network is one of them.
	Zones []string
	// Lines are the entries of the block as lines of a hosts file.
	Lines []HostsLine
	// Fallthrough are the zones of which it hands on the names that it does not know;
	// Unsupported, that it does so with types that it never answers, too.
	Fallthrough []string
	Unsupported bool
	NoReverse   bool
	TTL         uint32
}

// A HostsLine is a line of a hosts file and the word of the Corefile that it starts with.
type HostsLine struct {
	Token corefile.Token
	Text  string
}

// hosts reads: hosts [FILE [ZONE...]] { ADDRESS NAME...; ttl SECONDS; no_reverse; reload
// DURATION; fallthrough [ZONE...]; fallthrough_unsupported }. Every line that starts with
// another word is an entry, and one that is wrong is ignored; after fallthrough there is
// no entry any more.
func hosts(p *Parser) error {
	return p.Once(func() error {
		h := &Hosts{Token: p.Token(), Path: "/etc/hosts", TTL: 3600}
		p.Settings.Hosts = h
		args := p.RemainingArgs()
		if len(args) > 0 {
			if err := p.hostsFile(args); err != nil {
				return err
			}
			h.Path = p.InRoot(args[0].Text)
		}
		h.Zones = p.hostsZones(args)
		through, unsupported := false, false
		known := reader.Properties{
			{Name: "fallthrough", Usage: "[ZONE...]", Read: func() error {
				args := p.RemainingArgs()
				if h.Fallthrough = []string{"."}; len(args) > 0 {
					h.Fallthrough = p.ReadZones(args)
				}
				through = len(h.Fallthrough) > 0 && !p.HiddenAmong(args)
				return nil
			}},
			{Name: "fallthrough_unsupported", Since: "1.14.7", Read: func() error {
				unsupported, h.Unsupported = true, true
				if len(p.RemainingArgs()) > 0 {
					return p.ArgErr("fallthrough_unsupported")
				}
				return nil
			}},
			{Name: "no_reverse", Read: func() error { h.NoReverse = true; return nil }},
			{Name: "ttl", Usage: "SECONDS", Read: func() (err error) { h.TTL, err = p.hostsTTL(); return err }},
			{Name: "reload", Usage: "DURATION", Read: p.hostsReload},
		}
		isEntry := func() bool { return (!through || isHostsAddress(p.Val())) && !p.Knows(known, p.Val()) }
		if err := p.BlockOr(known, isEntry, func() {
			if through {
				p.Judged(p.Errorf(reader.RuleUnknownProperty, "no entry may follow fallthrough, as %s does. Move fallthrough below all entries", corefile.Quote(p.Val())))
				return
			}
			h.Lines = append(h.Lines, p.hostsEntry(known))
		}); err != nil {
			return err
		}
		if !through && len(args) < 2 {
			p.warnNotReached()
		}
		if unsupported && !through && !p.Failed {
			return p.Errorf(reader.RuleMissingProperty, "fallthrough_unsupported works only with fallthrough. Add fallthrough or remove this line")
		}
		return nil
	})
}

// warnNotReached warns of a plugin that hardly a query reaches, because hosts also answers
// those that it has no entry for: with SERVFAIL. It passes on queries for PTR records, and
// those are what a reverse zone is for.
func (p *Parser) warnNotReached() {
	if !slices.ContainsFunc(p.Zones, func(zone string) bool { return !strings.HasSuffix(strings.ToLower(zone), ".arpa.") }) {
		return
	}
	for _, plugin := range p.Release.Behind(p.Name) {
		if about, _ := p.about(plugin); about.Role == Answers && p.Has(plugin) {
			p.WarnAt(p.Tokens[0], reader.RuleIgnored, "without fallthrough, every name without an entry here gets SERVFAIL, and %s sees only PTR queries. "+
				"Add fallthrough below the entries", plugin)
			return
		}
	}
}

// hostsFile checks the name of the file with further entries. It need not be there.
func (p *Parser) hostsFile(args []corefile.Token) error {
	file := args[0]
	path := file.Text
	p.ReadsFile(file)
	switch {
	case p.Hidden(file):
	case path != "" && !reader.PossibleFile(path):
		return p.ErrorAt(file, reader.RuleInvalidValue, "%s cannot be a file name. Write its path", corefile.Quote(path))
	case p.Pod.ThroughFile(p.InRoot(path)):
		return p.ErrorAt(file, reader.RuleInvalidValue, "%s leads through a file, which is no folder. Write another path", corefile.Quote(path))
	case isHostsAddress(path):
		p.WarnAt(file, reader.RuleIgnored, "CoreDNS reads %s as a file name. Write the entry on its own line in a block", path)
	case slices.Contains(p.Zones, strings.ToLower(dns.Fqdn(path))):
		p.WarnAt(file, reader.RuleIgnored, "CoreDNS reads %s as a file name, not a zone. Remove it, or write a file before it, such as \"/etc/hosts\"", corefile.Quote(path))
	case len(args) > 1 && !strings.Contains(path, "/") && strings.HasPrefix(args[1].Text, "/"):
		p.WarnAt(file, reader.RuleIgnored, "CoreDNS reads %s as a file name and %s as a zone. Write the file first", corefile.Quote(path), corefile.Quote(args[1].Text))
	case p.HasFile(file):
	default:
		p.WarnAt(file, reader.RulePodFile, "the server reads %s in its pod; Corewarden cannot check it. Without this file there are only the entries given here", corefile.Quote(path))
	}
	return nil
}

// hostsZones returns the zones behind the name of the file, or else those of the block.
func (p *Parser) hostsZones(args []corefile.Token) []string {
	if len(args) > 1 {
		return p.ReadZones(args[1:])
	}
	return p.Origins(nil)
}

func (p *Parser) hostsTTL() (uint32, error) {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return 0, p.ArgErr("ttl SECONDS")
	}
	if err := p.Integer(args[0], "the TTL", 1, 65535); err != nil {
		return 0, err
	}
	ttl, _ := strconv.Atoi(args[0].Text) // as Integer does
	return uint32(ttl), nil
}

func (p *Parser) hostsReload() error {
	text, err := p.OneArg("reload DURATION")
	if err != nil {
		return err
	}
	_, err = p.Duration(text, "the reload interval", 0, reader.MaxDuration)
	return err
}

// hostsEntry reads a line of the hosts file that the block is, and warns if it is none.
func (p *Parser) hostsEntry(known reader.Properties) HostsLine {
	token := p.Token()
	args := p.RemainingArgs()
	p.checkHostsEntry(token, args, known)
	return HostsLine{token, strings.Join(append([]string{token.Text}, reader.Texts(args)...), " ")}
}

var wildcardInHosts = reader.Behaviour{Since: "1.14.5", Before: "answers only for the name %s itself", Remedy: "Use the plugin template for all names below a zone"}

func (p *Parser) checkHostsEntry(token corefile.Token, args []corefile.Token, known reader.Properties) {
	first := token.Text
	if p.Hidden(token) || p.HiddenAmong(args) {
		return
	}
	if isHostsAddress(first) && len(args) > 0 && !strings.HasPrefix(args[0].Text, "#") {
		for _, name := range args {
			if strings.HasPrefix(name.Text, "*.") {
				p.WarnOfBehaviour(wildcardInHosts, name)
			}
		}
		return
	}
	line, _, _ := strings.Cut(strings.Join(append([]string{first}, reader.Texts(args)...), " "), "#")
	fields := strings.Fields(line)
	property, found := known.Find(first)
	switch {
	case len(fields) == 0 || strings.Contains(line, "\n"): // a comment, or several lines in quotes
	case isHostsAddress(fields[0]) && len(fields) > 1:
	case isHostsAddress(fields[0]):
		p.WarnAt(token, reader.RuleIgnored, "CoreDNS ignores %s: no host name follows. Write one after the address", corefile.Quote(first))
	case found:
		p.WarnAt(token, reader.RuleIgnored, "%s ignores %q: that property came with CoreDNS %s. Remove it", p.Release.Name, first, strings.Clone(property.Since))
	case !p.Report.FullOfWarnings():
		remedy := "Write for example \"10.0.0.1 name.example.org\""
		if nearest := corefile.Nearest(first, p.Names(known)); nearest != "" {
			remedy = fmt.Sprintf("Did you mean %q?", nearest)
		}
		p.WarnAt(token, reader.RuleIgnored, "CoreDNS reads this line as an entry and ignores it: %s is not an IP address. %s", corefile.Quote(first), remedy)
	}
}

// isHostsAddress reports whether the plugin takes a word for an address. It drops the zone
// of one.
func isHostsAddress(text string) bool {
	text, _, _ = strings.Cut(text, "%")
	_, err := netip.ParseAddr(text)
	return err == nil
}
