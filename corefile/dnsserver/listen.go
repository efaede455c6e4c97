package dnsserver

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"corewarden/corefile"
)

// A listener is a zone on the address that it is served on; "" is every address.
type listener struct {
	zone
	address string
}

// listeners are the zones that are served already, and the keys that they come from. It
// is the counterpart of CoreDNS's zoneOverlap.
type listeners struct {
	served map[listener]corefile.Token
	zones  map[zone]corefile.Token // the last key of a zone on any address
}

func newListeners() *listeners {
	return &listeners{map[listener]corefile.Token{}, map[zone]corefile.Token{}}
}

// listen checks that no other block serves the same zone at the same place, and takes
// note of l. A filtered block, one with a view, may share its zone with others.
func (c *checker) listen(ls *listeners, l listener, key corefile.Token, filtered bool) {
	if first, found := ls.served[l]; found {
		// Before 1.14.3 the block without a view had to come last.
		if !filtered || !c.release.AtLeast("1.14.3") {
			c.alreadyServed(l, first, key)
		}
		return
	}
	if first, found := ls.zones[l.zone]; found {
		if _, everywhere := ls.served[listener{zone: l.zone}]; everywhere || l.address == "" {
			c.overlap(l, first, key)
			return
		}
	}
	if !filtered {
		ls.served[l], ls.zones[l.zone] = key, key
	}
}

func (c *checker) alreadyServed(l listener, first, key corefile.Token) {
	at, other := blame(first, key)
	subject := corefile.Quote(at.Text)
	if name := strings.TrimSuffix(l.name, "."); !strings.Contains(strings.ToLower(at.Text), name) { // a network
		subject = fmt.Sprintf("%s, which holds zone %s,", subject, corefile.Quote(name))
	}
	where := "already served by " + corefile.Quote(other.Text) + " at " + corefile.Place(other, at)
	if other.InMain() && !at.InMain() {
		where = "already served by the server's own Corefile (" + other.File() + ")"
	}
	c.Error(at, RuleZoneAlreadyServed, fmt.Sprintf("%s on port %s is %s; serve a zone once: choose a more specific zone or merge the two blocks", subject, l.port, where))
}

func (c *checker) overlap(l listener, first, key corefile.Token) {
	at, other := blame(first, key)
	c.Error(at, RuleZoneOverlap, fmt.Sprintf(
		"%s on port %s is served on every address by one block and on some address by another (%s); give both a bind or neither",
		corefile.Quote(l.name), l.port, corefile.Place(other, at)))
}

// blame chooses which of two keys a problem is about: the later one, but never the
// server's own Corefile while the other is the user's.
func blame(first, second corefile.Token) (at, other corefile.Token) {
	if second.InMain() && !first.InMain() {
		return first, second
	}
	return second, first
}

// bindAddresses returns the addresses that a block listens on: those of its binds, or
// every address. An interface's addresses cannot be seen from here: they are left out.
func bindAddresses(b *corefile.Block) []string {
	var addresses []string
	bound := false
	for _, d := range b.Directives {
		if d.Name() != "bind" {
			continue
		}
		bound = true
		given, excepted := bindArguments(d)
		for _, address := range given {
			if !slices.Contains(excepted, address) && net.ParseIP(address) != nil {
				addresses = append(addresses, address)
			}
		}
	}
	if !bound {
		return []string{""}
	}
	return addresses
}

// bindArguments returns the arguments of a bind and those of its excepts.
func bindArguments(d corefile.Directive) (given, excepted []string) {
	list := &given
	for _, token := range d.Tokens[1:] {
		switch token.Text {
		case "{", "}":
		case "except":
			list = &excepted
		default:
			*list = append(*list, token.Text)
		}
	}
	return given, excepted
}
