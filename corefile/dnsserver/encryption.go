package dnsserver

import (
	"cmp"
	"fmt"
	"net"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// A socket is what server blocks share that serve zones over one encrypted transport at
// one place: it is opened before anyone knows for which zone.
type socket struct{ transport, port, address string }

// encrypted checks that a listener with an encrypted transport has what that needs, and
// that the server blocks that share it agree.
func (c *checker) encrypted(ls *listeners, l listener, key corefile.Token, b *Block) {
	if !slices.Contains([]string{"tls", "quic", "grpc", "https", "https3"}, l.Transport) {
		return
	}
	if (l.Transport == "quic" || l.Transport == "https3") && !b.Uses("tls") {
		c.Error(key, reader.RuleMissingProperty, fmt.Sprintf(
			`%s is served over QUIC, which needs a certificate. Add "tls CERT KEY" to the block`, corefile.Quote(key.Text)))
		return
	}
	at := socket{l.Transport, l.Port, canonical(l.address)}
	this := sharing{b, key}
	shared, found := ls.encrypted[at]
	if !found {
		shared = &sharers{first: this}
		if ls.encrypted == nil {
			ls.encrypted = map[socket]*sharers{}
		}
		ls.encrypted[at] = shared
	}
	if shared.last == b {
		return
	}
	shared.last = b
	if !c.release.AtLeast("1.15.0") {
		return // the block that CoreDNS reads last decides for all of them
	}
	if found {
		c.agreeOnTLS(this, shared.first)
	}
	if l.Transport == "https" && b.HTTPS != nil && b.HTTPS.MaxStreams != nil {
		if other := shared.limited; other != nil && *other.HTTPS.MaxStreams != *b.HTTPS.MaxStreams {
			c.conflict(this, *other, "max_streams of https")
		}
		shared.limited = &this
	}
}

// sharing is a server block that shares a socket, and the key for which it does.
type sharing struct {
	*Block
	key corefile.Token
}

// tls returns what the block's encrypted transports have to agree on.
func (s sharing) tls() plugin.TLS {
	if s.TLS == nil {
		return plugin.TLS{}
	}
	return *s.TLS
}

// sharers are the server blocks that share a socket, as far as others have to agree with
// them.
type sharers struct {
	first   sharing
	limited *sharing // one with a max_streams
	last    *Block
}

func (c *checker) agreeOnTLS(s, other sharing) {
	one, two := s.tls(), other.tls()
	switch {
	case s.Uses("tls") != other.Uses("tls"):
		c.conflict(s, other, "use of tls")
	case one.Unsure || two.Unsure:
	case one.ClientAuth != two.ClientAuth:
		c.conflict(s, other, "client_auth of tls")
	case one.ACME != two.ACME:
		c.conflict(s, other, "certificates")
	case (one.CA == "") != (two.CA == ""):
		c.conflict(s, other, "CA of tls")
	case one.Certificate != two.Certificate || one.CA != two.CA:
		at, with := corefile.Blame(other.key, s.key)
		c.Warn(at, reader.RulePodFile, fmt.Sprintf(
			"this block shares its port with the one on %s but names other certificate files. The server starts only if their content is the same; Corewarden cannot check this",
			corefile.Place(with, at)))
	}
}

func (c *checker) conflict(s, other sharing, what string) {
	at, with := corefile.Blame(other.key, s.key)
	neighbour := "the block"
	if !isHidden(with, at) {
		neighbour = corefile.Quote(with.Text)
	}
	c.Error(at, reader.RuleConflict, fmt.Sprintf(
		"%s shares its port with %s on %s, so both need the same encryption. Give both the same %s, or move one to another port",
		corefile.Quote(at.Text), neighbour, corefile.Place(with, at), what))
}

// canonical returns an address as the kernel sees it.
func canonical(address string) string {
	if ip := net.ParseIP(address); ip != nil {
		return ip.String()
	}
	return cmp.Or(address, "*")
}
