package dnsserver

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
)

// A socket is what server blocks share that serve zones over one encrypted transport at
// one place: it is opened before anyone knows for which zone.
type socket struct{ transport, port, address string }

// An encryption is what a server block says about its encrypted transports.
type encryption struct {
	block           *corefile.Block
	tls             bool
	unknown         bool // it depends on the pod's environment
	certificate, ca string
	acme            string // what a certificate by ACME is managed with, if it is
	clientAuth      string // as in the block, or the default
	maxStreams      *int   // of https
}

// encryptionOf reads the last tls of a block, which is the one that counts, and its first
// https.
func encryptionOf(b *corefile.Block) encryption {
	e := encryption{block: b, clientAuth: "nocert"}
	httpsSeen := false
	for _, d := range b.Directives {
		switch d.Name() {
		case "tls":
			e.readTLS(d)
		case "https":
			if !httpsSeen {
				e.readHTTPS(d)
			}
			httpsSeen = true
		}
	}
	return e
}

func (e *encryption) readTLS(d corefile.Directive) {
	e.tls, e.clientAuth = true, "nocert"
	lines := wordsByLine(d.Tokens)
	for _, token := range d.Tokens {
		e.unknown = e.unknown || token.DependsOnEnvironment()
	}
	files := slices.Concat(lines[0][1:], []string{"", "", ""})
	e.certificate, e.ca, e.acme = files[0], files[2], ""
	if e.certificate == "" {
		e.acme = acme(lines[1:])
	}
	for _, line := range lines[1:] {
		if line[0] == "client_auth" && len(line) == 2 {
			e.clientAuth = line[1]
		}
	}
}

// wordsByLine returns the texts of tokens, without braces, by the lines that have any.
func wordsByLine(tokens []corefile.Token) [][]string {
	var lines [][]string
	for i, token := range tokens {
		if i == 0 || !tokens[i-1].SharesLine(token) {
			lines = append(lines, nil)
		}
		if last := len(lines) - 1; token.Text != "{" && token.Text != "}" {
			lines[last] = append(lines[last], token.Text)
		}
	}
	return slices.DeleteFunc(lines, func(words []string) bool { return len(words) == 0 })
}

// acme returns the properties of a certificate by ACME in a form that is the same where
// they say the same.
func acme(properties [][]string) string {
	var all []string
	for _, p := range properties {
		if p[0] == "acme" {
			for i := range p {
				p[i] = strings.ToLower(strings.TrimSuffix(p[i], "."))
			}
			slices.Sort(p)
			p = slices.Compact(p)
		}
		all = append(all, fmt.Sprintf("%q", p))
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func (e *encryption) readHTTPS(d corefile.Directive) {
	for i, token := range d.Tokens[1:] {
		if n, err := strconv.Atoi(token.Text); err == nil && d.Tokens[i].Text == "max_streams" {
			e.maxStreams = &n
		}
	}
}

// encrypted checks that a listener with an encrypted transport has what that needs, and
// that the server blocks that share it agree.
func (c *checker) encrypted(ls *listeners, l listener, key corefile.Token, e encryption) {
	if !slices.Contains([]string{"tls", "quic", "grpc", "https", "https3"}, l.transport) {
		return
	}
	if (l.transport == "quic" || l.transport == "https3") && !e.tls {
		c.Error(key, plugin.RuleMissingProperty, fmt.Sprintf(
			`%s is served over QUIC, which needs a certificate. Add "tls CERT KEY" to the block`, corefile.Quote(key.Text)))
		return
	}
	at := socket{l.transport, l.port, canonical(l.address)}
	this := sharing{e, key}
	shared, found := ls.encrypted[at]
	if !found {
		shared = &sharers{first: this}
		ls.encrypted[at] = shared
	}
	if shared.last == e.block {
		return
	}
	shared.last = e.block
	if !c.release.AtLeast("1.15.0") {
		return // the block that CoreDNS reads last decides for all of them
	}
	if found {
		c.agreeOnTLS(this, shared.first)
	}
	if l.transport == "https" && e.maxStreams != nil {
		if other := shared.limited; other != nil && *other.maxStreams != *e.maxStreams {
			c.conflict(this, *other, "max_streams of https")
		}
		shared.limited = &this
	}
}

// sharing is a server block that shares a socket, and the key for which it does.
type sharing struct {
	encryption
	key corefile.Token
}

// sharers are the server blocks that share a socket, as far as others have to agree with
// them.
type sharers struct {
	first   sharing
	limited *sharing // one with a max_streams
	last    *corefile.Block
}

func (c *checker) agreeOnTLS(s, other sharing) {
	if s.unknown || other.unknown {
		return
	}
	switch {
	case s.tls != other.tls:
		c.conflict(s, other, "use of tls")
	case s.clientAuth != other.clientAuth:
		c.conflict(s, other, "client_auth of tls")
	case s.acme != other.acme:
		c.conflict(s, other, "certificates")
	case (s.ca == "") != (other.ca == ""):
		c.conflict(s, other, "CA of tls")
	case s.certificate != other.certificate || s.ca != other.ca:
		at, with := corefile.Blame(other.key, s.key)
		c.Warn(at, plugin.RulePodFile, fmt.Sprintf(
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
	c.Error(at, plugin.RuleConflict, fmt.Sprintf(
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
