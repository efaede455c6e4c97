package plugin

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
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
	return p.once(func() error {
		h := &Hosts{Token: p.Token(), Path: "/etc/hosts", TTL: 3600}
		p.Settings.Hosts = h
		args := p.RemainingArgs()
		if len(args) > 0 {
			if err := p.hostsFile(args); err != nil {
				return err
			}
			h.Path = p.inRoot(args[0].Text)
		}
		h.Zones = p.hostsZones(args)
		through, unsupported := false, false
		known := properties{
			{name: "fallthrough", usage: "[ZONE...]", read: func() error {
				args := p.RemainingArgs()
				if h.Fallthrough = []string{"."}; len(args) > 0 {
					h.Fallthrough = p.zones(args)
				}
				through = len(h.Fallthrough) > 0 && !p.hiddenAmong(args)
				return nil
			}},
			{name: "fallthrough_unsupported", since: "1.14.7", read: func() error {
				unsupported, h.Unsupported = true, true
				if len(p.RemainingArgs()) > 0 {
					return p.argErr("fallthrough_unsupported")
				}
				return nil
			}},
			{name: "no_reverse", read: func() error { h.NoReverse = true; return nil }},
			{name: "ttl", usage: "SECONDS", read: func() (err error) { h.TTL, err = p.hostsTTL(); return err }},
			{name: "reload", usage: "DURATION", read: p.hostsReload},
		}
		isEntry := func() bool { return (!through || isHostsAddress(p.Val())) && !p.knows(known, p.Val()) }
		if err := p.blockOr(known, isEntry, func() {
			if through {
				p.judged(p.errorf(RuleUnknownProperty, "no entry may follow fallthrough, as %s does. Move fallthrough below all entries", corefile.Quote(p.Val())))
				return
			}
			h.Lines = append(h.Lines, p.hostsEntry(known))
		}); err != nil {
			return err
		}
		if !through && len(args) < 2 {
			p.warnNotReached()
		}
		if unsupported && !through && !p.failed {
			return p.errorf(RuleMissingProperty, "fallthrough_unsupported works only with fallthrough. Add fallthrough or remove this line")
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
	for _, plugin := range p.Release.Behind(p.plugin) {
		if about, _ := p.about(plugin); about.Role == Answers && p.Has(plugin) {
			p.warnAt(p.tokens[0], RuleIgnored, "without fallthrough, every name without an entry here gets SERVFAIL, and %s sees only PTR queries. "+
				"Add fallthrough below the entries", plugin)
			return
		}
	}
}

// hostsFile checks the name of the file with further entries. It need not be there.
func (p *Parser) hostsFile(args []corefile.Token) error {
	file := args[0]
	path := file.Text
	p.readsFile(file)
	switch {
	case p.hidden(file):
	case path != "" && !possibleFile(path):
		return p.errorAt(file, RuleInvalidValue, "%s cannot be a file name. Write its path", corefile.Quote(path))
	case p.Pod.throughFile(p.inRoot(path)):
		return p.errorAt(file, RuleInvalidValue, "%s leads through a file, which is no folder. Write another path", corefile.Quote(path))
	case isHostsAddress(path):
		p.warnAt(file, RuleIgnored, "CoreDNS reads %s as a file name. Write the entry on its own line in a block", path)
	case slices.Contains(p.Zones, strings.ToLower(dns.Fqdn(path))):
		p.warnAt(file, RuleIgnored, "CoreDNS reads %s as a file name, not a zone. Remove it, or write a file before it, such as \"/etc/hosts\"", corefile.Quote(path))
	case len(args) > 1 && !strings.Contains(path, "/") && strings.HasPrefix(args[1].Text, "/"):
		p.warnAt(file, RuleIgnored, "CoreDNS reads %s as a file name and %s as a zone. Write the file first", corefile.Quote(path), corefile.Quote(args[1].Text))
	case p.has(file):
	default:
		p.warnAt(file, RulePodFile, "the server reads %s in its pod; Corewarden cannot check it. Without this file there are only the entries given here", corefile.Quote(path))
	}
	return nil
}

// hostsZones returns the zones behind the name of the file, or else those of the block.
func (p *Parser) hostsZones(args []corefile.Token) []string {
	if len(args) > 1 {
		return p.zones(args[1:])
	}
	return p.origins(nil)
}

func (p *Parser) hostsTTL() (uint32, error) {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return 0, p.argErr("ttl SECONDS")
	}
	if err := p.integer(args[0], "the TTL", 1, 65535); err != nil {
		return 0, err
	}
	ttl, _ := strconv.Atoi(args[0].Text) // as integer does
	return uint32(ttl), nil
}

func (p *Parser) hostsReload() error {
	text, err := p.oneArg("reload DURATION")
	if err != nil {
		return err
	}
	_, err = p.duration(text, "the reload interval", 0, maxDuration)
	return err
}

// hostsEntry reads a line of the hosts file that the block is, and warns if it is none.
func (p *Parser) hostsEntry(known properties) HostsLine {
	token := p.Token()
	args := p.RemainingArgs()
	p.checkHostsEntry(token, args, known)
	return HostsLine{token, strings.Join(append([]string{token.Text}, texts(args)...), " ")}
}

func (p *Parser) checkHostsEntry(token corefile.Token, args []corefile.Token, known properties) {
	first := token.Text
	if p.hidden(token) || p.hiddenAmong(args) {
		return
	}
	if isHostsAddress(first) && len(args) > 0 && !strings.HasPrefix(args[0].Text, "#") {
		for _, name := range args {
			if strings.HasPrefix(name.Text, "*.") {
				p.warnOfBehaviour(wildcardInHosts, name)
			}
		}
		return
	}
	line, _, _ := strings.Cut(strings.Join(append([]string{first}, texts(args)...), " "), "#")
	fields := strings.Fields(line)
	property, found := known.find(first)
	switch {
	case len(fields) == 0 || strings.Contains(line, "\n"): // a comment, or several lines in quotes
	case isHostsAddress(fields[0]) && len(fields) > 1:
	case isHostsAddress(fields[0]):
		p.warnAt(token, RuleIgnored, "CoreDNS ignores %s: no host name follows. Write one after the address", corefile.Quote(first))
	case found:
		p.warnAt(token, RuleIgnored, "%s ignores %q: that property came with CoreDNS %s. Remove it", p.Release.Name, first, property.described().Since)
	case !p.Report.FullOfWarnings():
		remedy := "Write for example \"10.0.0.1 name.example.org\""
		if nearest := corefile.Nearest(first, p.names(known)); nearest != "" {
			remedy = fmt.Sprintf("Did you mean %q?", nearest)
		}
		p.warnAt(token, RuleIgnored, "CoreDNS reads this line as an entry and ignores it: %s is not an IP address. %s", corefile.Quote(first), remedy)
	}
}

// isHostsAddress reports whether the plugin takes a word for an address. It drops the zone
// of one.
func isHostsAddress(text string) bool {
	text, _, _ = strings.Cut(text, "%")
	_, err := netip.ParseAddr(text)
	return err == nil
}
