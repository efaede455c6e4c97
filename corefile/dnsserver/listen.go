package dnsserver

import (
	"cmp"
	"fmt"
	"strings"

	"corewarden/corefile"
)

// A listener is a zone on the address that it is served on; "" is every address.
type listener struct {
	served
	address string
}

// listeners are the zones that are served already, and the keys that they come from. It
// is the counterpart of CoreDNS's zoneOverlap.
type listeners struct {
	zones     map[served]*service
	services  []service      // those of zones, as long as there is room
	clashes   map[clash]bool // those that were told of
	encrypted map[socket]*sharers
	doubtful  []doubt
}

// A doubt is a zone on an address that except may take away, or of a block of which the environment
// names a plugin, such as bind or view.
type doubt struct {
	listener
	key     *corefile.Token
	unnamed bool
}

// A clash is two keys that cannot be served both. Two networks may clash in many zones.
type clash struct{ first, second *corefile.Token }

func newListeners(blocks int) *listeners {
	return &listeners{zones: make(map[served]*service, blocks)}
}

// add takes note of a zone that is served nowhere yet.
func (ls *listeners) add(zone served, s service) {
	if len(ls.services) == cap(ls.services) { // others stay where they are
		ls.services = make([]service, 0, 8)
	}
	ls.services = append(ls.services, s)
	ls.zones[zone] = &ls.services[len(ls.services)-1]
}

// A service is where a zone is served, and for which key.
type service struct {
	last    *corefile.Token            // the last key, on any address
	address string                     // where, if there is but one
	keys    map[string]*corefile.Token // by address, if there are several; else nil
}

// on returns the key for which the zone is served on an address, or nil.
func (s *service) on(address string) *corefile.Token {
	if s.keys == nil && s.address == address {
		return s.last
	}
	return s.keys[address]
}

func (s *service) add(address string, key *corefile.Token) {
	if s.keys == nil {
		s.keys = map[string]*corefile.Token{s.address: s.last}
	}
	s.keys[address], s.last = key, key
}

// listen checks that no other block serves the same zone at the same place, and takes
// note of l. A filtered block, one with a view, may share its zone with others.
func (c *checker) listen(ls *listeners, l listener, key *corefile.Token, filtered bool) {
	served := ls.zones[l.served]
	if served == nil {
		if !filtered {
			ls.add(l.served, service{last: key, address: l.address})
		}
		return
	}
	switch first := served.on(l.address); {
	case first != nil && !filtered:
		c.clash(ls, l, clash{first, key}, c.alreadyServed)
	case first != nil && !c.release.AtLeast("1.14.3"): // before, the block without a view had to come last
		c.clash(ls, l, clash{first, key}, c.behindUnfiltered)
	case first != nil:
	case l.address == "" || served.on("") != nil:
		c.clash(ls, l, clash{served.last, key}, c.overlap)
	case !filtered:
		served.add(l.address, key)
	}
}

// clash tells of two keys once.
func (c *checker) clash(ls *listeners, l listener, keys clash, tell func(l listener, first, second corefile.Token)) {
	if ls.clashes == nil {
		ls.clashes = map[clash]bool{}
	}
	if !ls.clashes[keys] {
		ls.clashes[keys] = true
		tell(l, *keys.first, *keys.second)
	}
}

func (c *checker) alreadyServed(l listener, first, key corefile.Token) {
	switch {
	case first == key:
		c.Error(key, RuleZoneAlreadyServed, fmt.Sprintf("%s is served twice on %s. Name the address once in bind", corefile.Quote(key.Text), l.address))
		return
	case first.SharesPlace(key):
		c.Error(key, RuleZoneAlreadyServed, fmt.Sprintf("%s is served twice: its file or snippet is imported twice. Import it once", corefile.Quote(key.Text)))
		return
	}
	at, other := corefile.Blame(first, key)
	if at.Text == "}" { // which is a zone to CoreDNS
		c.Error(at, corefile.RuleUnexpectedBrace, `"}" closes nothing: every block above it is already closed. Remove it`)
		return
	}
	subject := corefile.Quote(at.Text)
	if name := strings.TrimSuffix(l.Name, "."); at.Text != other.Text && !strings.Contains(strings.ToLower(at.Text), name) { // a network
		subject = fmt.Sprintf("%s, which contains zone %s,", subject, corefile.Quote(name))
	}
	remedy := "Use a more specific zone or merge the two blocks"
	switch {
	case isBase(other, at):
		remedy = "Use a more specific zone"
	case at.File() == other.File() && at.Line() == other.Line():
		remedy = "Remove one of the two"
	}
	c.Error(at, RuleZoneAlreadyServed, fmt.Sprintf(
		"%s on port %s is already served %s. %s", subject, l.Port, place(other, at), remedy))
}

func (c *checker) overlap(l listener, first, key corefile.Token) {
	at, other := corefile.Blame(first, key)
	remedy := "Give both a bind or neither"
	if isBase(other, at) {
		remedy = "Use a more specific zone"
	}
	c.Error(at, RuleZoneOverlap, fmt.Sprintf(
		"%s on port %s is already served %s, and only one of the two blocks listens on every address. %s",
		corefile.Quote(at.Text), l.Port, place(other, at), remedy))
}

// warnDoubtful warns of zones that may be served twice. It comes when all others are known.
func (c *checker) warnDoubtful(ls *listeners) {
	seen := make(map[listener]*corefile.Token, len(ls.doubtful))
	for _, d := range ls.doubtful {
		first := seen[d.listener]
		if served := ls.zones[d.served]; first == nil && served != nil {
			first = cmp.Or(served.on(d.address), served.on(""))
		}
		if first != nil {
			tell := c.maybeServed
			if d.unnamed {
				tell = c.perhapsServed
			}
			c.clash(ls, d.listener, clash{first, d.key}, tell)
		}
		seen[d.listener] = d.key
	}
}

func (c *checker) maybeServed(l listener, first, key corefile.Token) {
	if first == key {
		c.Warn(key, RuleZoneAlreadyServed, fmt.Sprintf(
			"%s is served twice on %s, unless except takes one away in the server's pod; Corewarden cannot check this. Name the address once in bind", corefile.Quote(key.Text), l.address))
		return
	}
	at, other := corefile.Blame(first, key)
	c.Warn(at, RuleZoneAlreadyServed, fmt.Sprintf(
		"%s on port %s is already served %s. The server starts only if except takes %s away in its pod; Corewarden cannot check this. Bind other addresses",
		corefile.Quote(at.Text), l.Port, place(other, at), corefile.Quote(l.address)))
}

// perhapsServed is maybeServed where a plugin without a name decides.
func (c *checker) perhapsServed(l listener, first, key corefile.Token) {
	at, other := corefile.Blame(first, key)
	c.Warn(at, RuleZoneAlreadyServed, fmt.Sprintf(
		"%s on port %s is already served %s. The server starts only if the environment names bind or view there; Corewarden cannot check this. Use another zone",
		corefile.Quote(at.Text), l.Port, place(other, at)))
}

// behindUnfiltered tells of a block with a view behind one without.
func (c *checker) behindUnfiltered(l listener, first, key corefile.Token) {
	c.Error(key, RuleZoneAlreadyServed, fmt.Sprintf(
		"%s on port %s is already served %s, without a view. Put the block without a view last: CoreDNS before 1.14.3 needs that",
		corefile.Quote(key.Text), l.Port, place(first, key)))
}

// isBase reports whether a key is the server's own Corefile's, as seen from another: its
// author is not the user.
func isBase(key, from corefile.Token) bool { return key.Own() && !from.Foreign() }

// isHidden reports whether a key is not to be quoted to the author of another: who may not be
// allowed to read its file.
func isHidden(key, from corefile.Token) bool { return key.Foreign() && !from.Foreign() }

// place says who serves a key already, as seen from another: "in" the server's own Corefile
// or "by" a block.
func place(key, from corefile.Token) string {
	if isBase(key, from) {
		return "in " + key.File()
	}
	if isHidden(key, from) {
		return "on " + corefile.Place(key, from)
	}
	return "by " + corefile.Quote(key.Text) + " on " + corefile.Place(key, from)
}
