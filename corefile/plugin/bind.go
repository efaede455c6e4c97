package plugin

import (
	"net"
	"strings"

	"corewarden/corefile"
)

// bind reads: bind ADDRESS|INTERFACE... { except ADDRESS|INTERFACE... }. The addresses of
// all uses in a block count together; of several excepts in one use only the last does.
func bind(p *Parser) error {
	listening := false
	err := p.every(func() error {
		args := p.RemainingArgs()
		if len(args) == 0 {
			return p.argErr("bind ADDRESS|INTERFACE...")
		}
		if err := p.bindAddresses(args, p.position, true); err != nil {
			return err
		}
		var excepted []string
		last := 0
		if err := p.block(properties{
			{name: "except", read: func() error {
				excepted, last = p.RemainingArgs(), p.position
				if len(excepted) == 0 {
					return p.argErr("except ADDRESS|INTERFACE...")
				}
				return nil
			}},
		}); err != nil {
			return err
		}
		listening = listening || bindListens(args, excepted)
		return p.bindAddresses(excepted, last, false)
	})
	if err != nil || listening {
		return err
	}
	if !p.since("1.13.0") && (p.Has("loop") || p.Has("trace")) {
		return p.errorf(RuleConflict, "except removes every address, and then loop and trace make the server panic. Bind another address")
	}
	p.warnf(0, RuleIgnored, "except removes every address, so no query reaches this block. Bind another address")
	return nil
}

// bindListens reports whether an address may be left. An interface can have any.
func bindListens(args, excepted []string) bool {
	except := map[string]bool{}
	for _, text := range excepted {
		if net.ParseIP(text) == nil {
			return true // what an interface takes away cannot be told
		}
		except[text] = true
	}
	for _, text := range args {
		if !except[text] {
			return true
		}
	}
	return false
}

// bindAddresses checks arguments, the last of which is at a position. On those to listen
// on the server does not start if its pod does not have them; every pod has lo.
func (p *Parser) bindAddresses(args []string, last int, listen bool) error {
	// An interface with an address such as 169.254.20.10 stopped these releases.
	noLinkLocal := p.since("1.11.4") && !p.since("1.12.2")
	for i, text := range args {
		back := p.backTo(last) + len(args) - 1 - i
		ip := net.ParseIP(text)
		switch {
		case ip == nil && !possibleInterface(text):
			return p.errorAt(back, RuleInvalidValue, "%s is neither an IP address nor an interface name. %s", corefile.Quote(text), bindRemedy(text))
		case ip == nil && corefile.IsPlaceholder(text):
			p.warnf(back, RulePodAddress, "%s looks like an unreplaced placeholder. CoreDNS reads it as an interface name and does not start without that interface. Write the address", corefile.Quote(text))
		case ip == nil && (text != "lo" || noLinkLocal):
			p.warnf(back, RulePodAddress, "the server starts only if its pod has a network interface %s; Corewarden cannot check this. If you meant an address, write it", corefile.Quote(text))
		case ip.To4() != nil && listen && ip.IsLinkLocalUnicast():
			p.warnf(back, RulePodAddress, "the server starts only if its pod has the address %s; Corewarden cannot check this. Usually node-local-dns has such a link-local address and CoreDNS does not", text)
		case ip != nil && listen && !ip.IsLoopback() && !ip.IsUnspecified():
			p.warnf(back, RulePodAddress, "the server starts only if its pod has the address %s; Corewarden cannot check this", text)
		}
	}
	return nil
}

// possibleInterface follows Linux's dev_valid_name.
func possibleInterface(name string) bool {
	return name != "" && len(name) < 16 && name != "." && name != ".." && !strings.ContainsAny(name, "/: \t\n\v\f\r") && !strings.Contains(name, "\xa0")
}

func bindRemedy(text string) string {
	if corefile.IsPlaceholder(text) {
		return "It looks like an unreplaced placeholder: write the address"
	}
	if ip, _, err := net.ParseCIDR(text); err == nil {
		return "Write one address, such as \"" + ip.String() + "\", not a network"
	}
	host, _, err := net.SplitHostPort(text)
	if err == nil && net.ParseIP(host) != nil {
		return "Write \"" + host + "\" and put the port after the zone of the block"
	}
	if host = strings.Trim(text, "[]"); net.ParseIP(host) != nil {
		return "Write \"" + host + "\" without brackets"
	}
	if host, _, found := strings.Cut(text, "%"); found && net.ParseIP(host) != nil {
		return "Write the interface name alone"
	}
	return "Write for example \"127.0.0.1\""
}
