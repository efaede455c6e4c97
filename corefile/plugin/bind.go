package plugin

import (
	"cmp"
	"net"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// A Bind is one use of bind.
type Bind struct {
	// Addresses are those that it makes the block listen on.
	Addresses []Address
}

// An Address is one that a server block listens on.
type Address struct {
	// Token is what names it: an IP address or an interface.
	Token corefile.Token
	// IP is the address as CoreDNS compares it, or "" for those of an interface of which
	// nobody outside of the pod knows them.
	IP string
	// Doubtful tells that except may take it away.
	Doubtful bool
}

// Place returns what is the same for two addresses that are the same for certain.
func (a Address) Place() string {
	if a.IP != "" {
		return a.IP
	}
	return a.Token.Text
}

// bind reads: bind ADDRESS|INTERFACE... { except ADDRESS|INTERFACE... }. The addresses of
// all uses in a block count together; of several excepts in one use only the last does.
func bind(p *Parser) error {
	listening := false
	err := p.Every(func() error {
		args := p.RemainingArgs()
		if len(args) == 0 {
			return p.ArgErr("bind ADDRESS|INTERFACE...")
		}
		if err := p.bindNames(args); err != nil {
			return err
		}
		var excepted []corefile.Token
		if err := p.ReadBlock(reader.Properties{
			{Name: "except", Usage: "ADDRESS|INTERFACE...", Read: func() error {
				excepted = p.RemainingArgs()
				if len(excepted) == 0 {
					return p.ArgErr("except ADDRESS|INTERFACE...")
				}
				return nil
			}},
		}); err != nil {
			return err
		}
		if err := p.bindNames(excepted); err != nil {
			return err
		}
		addresses := p.remove(p.addresses(args), p.addresses(excepted))
		if p.Nameless { // which may be another except
			for i := range addresses {
				addresses[i].Doubtful = true
			}
		}
		p.Settings.Binds = append(p.Settings.Binds, Bind{Addresses: addresses})
		listening = listening || len(addresses) > 0
		return p.bindable(addresses)
	})
	if err != nil || listening {
		return err
	}
	for _, takesOne := range []struct{ plugin, until string }{{"trace", "1.13.0"}, {"kubernetes", "1.14.2"}} {
		if p.Has(takesOne.plugin) && !p.Since(takesOne.until) {
			return p.Errorf(reader.RuleConflict, "except removes every address, and then %s makes the server panic. Bind another address", takesOne.plugin)
		}
	}
	p.Warnf(reader.RuleIgnored, "except removes every address, so no query reaches this block. Bind another address")
	return nil
}

// addresses returns what the arguments of bind or except stand for.
func (p *Parser) addresses(args []corefile.Token) []Address {
	var all []Address
	for _, token := range args {
		known, found := p.Pod.InterfaceAddresses(token.Text)
		switch {
		case found:
			for _, ip := range known {
				all = append(all, Address{Token: token, IP: ip})
			}
		case net.ParseIP(token.Text) != nil:
			all = append(all, Address{Token: token, IP: token.Text})
		default:
			all = append(all, Address{Token: token})
		}
	}
	return all
}

// remove returns addresses without those that are excepted. Of an unknown address nobody
// knows whether it is one of an interface; but loopback addresses are on lo alone.
func (p *Parser) remove(addresses, excepted []Address) []Address {
	removed := make(map[string]bool, len(excepted))
	anything := false // whether any other address may be removed
	unknown := false  // whether one of those that only the pod knows may be
	loopback := false // whether one of lo may be
	for _, e := range excepted {
		removed[e.Place()] = true
		anything = anything || e.IP == ""
		loopback = loopback || p.Hidden(e.Token)
		unknown = unknown || !net.ParseIP(e.IP).IsLoopback()
	}
	left := make([]Address, 0, len(addresses))
	for _, a := range addresses {
		if removed[a.Place()] {
			continue
		}
		if a.IP == "" {
			a.Doubtful = unknown
		} else {
			a.Doubtful = anything && (loopback || !net.ParseIP(a.IP).IsLoopback())
		}
		left = append(left, a)
	}
	return left
}

// bindNames checks that arguments are addresses or may be interfaces. The server does not
// start if its pod does not have one of these; every pod has lo.
func (p *Parser) bindNames(args []corefile.Token) error {
	// An interface with an address such as 169.254.20.10 stopped these releases.
	noLinkLocal := p.Since("1.11.4") && !p.Since("1.12.2")
	for _, token := range args {
		_, known := p.Pod.InterfaceAddresses(token.Text)
		switch {
		case p.Hidden(token) || net.ParseIP(token.Text) != nil:
		case !possibleInterface(token.Text):
			return p.ErrorAt(token, reader.RuleInvalidValue, "%s is neither an IP address nor an interface name. %s", corefile.Quote(token.Text), bindRemedy(token.Text))
		case corefile.IsPlaceholder(token.Text):
			p.WarnAt(token, reader.RulePodAddress, "%s looks like an unreplaced placeholder. CoreDNS reads it as an interface name and does not start without that interface. Write the address", corefile.Quote(token.Text))
		case likeAddress(token.Text), corefile.Habit(token.Text) != "":
			remedy := cmp.Or(corefile.Habit(token.Text), "Each of the four numbers is at most 255")
			p.WarnAt(token, reader.RulePodAddress, "%s is not an IP address. CoreDNS reads it as an interface name and does not start without that interface. %s", corefile.Quote(token.Text), remedy)
		case !known || noLinkLocal:
			p.WarnAt(token, reader.RulePodAddress, "the server starts only if its pod has a network interface %s; Corewarden cannot check this. If you meant an address, write it", corefile.Quote(token.Text))
		}
	}
	return nil
}

// bindable checks that the server's pod has the addresses to listen on.
func (p *Parser) bindable(addresses []Address) error {
	for _, a := range addresses {
		ip := net.ParseIP(a.IP)
		switch {
		case ip == nil || a.IP != a.Token.Text || ip.IsLoopback() || ip.IsUnspecified() || p.Pod.Has(a.IP):
		case p.Pod.Lacks(a.IP) && !a.Doubtful && p.OpensSocket():
			remedy := "Remove the block"
			if p.Pod.Neighbour.Loads != "" {
				remedy = "Move the block to " + p.Pod.Neighbour.Loads
			}
			return p.ErrorAt(a.Token, reader.RuleBindElsewhere, "%s is an address of %s. The pods of %s do not have it and do not start. %s", a.IP, p.Pod.Neighbour.Name, p.Release.Name, remedy)
		case ip.To4() != nil && ip.IsLinkLocalUnicast():
			p.WarnAt(a.Token, reader.RulePodAddress, "the server starts only if its pod has the address %s; Corewarden cannot check this. Usually node-local-dns has such a link-local address and CoreDNS does not", a.IP)
		default:
			p.WarnAt(a.Token, reader.RulePodAddress, "the server starts only if its pod has the address %s; Corewarden cannot check this", a.IP)
		}
	}
	return nil
}

// possibleInterface follows Linux's dev_valid_name.
func possibleInterface(name string) bool {
	return name != "" && len(name) < 16 && name != "." && name != ".." && !strings.ContainsAny(name, "/: \t\n\v\f\r") && !strings.Contains(name, "\xa0")
}

// likeAddress reports whether a word that is no IP address has the form of one.
func likeAddress(text string) bool {
	text = strings.TrimRight(text, ",;")
	return net.ParseIP(text) != nil || strings.Count(text, ".") == 3 && strings.Trim(text, "0123456789.") == ""
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
