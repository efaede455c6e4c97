// Package dnsserver judges the server blocks of a configuration as one release of a DNS
// server does when it starts: are the plugins there, are the zones names of zones, and
// is each served once. It is the counterpart of CoreDNS's package core/dnsserver.
package dnsserver

import (
	"fmt"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/corefile/release"
)

// The rules of this package. Each is the Rule of a corefile.Problem.
const (
	RuleInvalidPort       = "invalid-port"
	RuleInvalidZone       = "invalid-zone"
	RuleRunsCommands      = "runs-commands"
	RuleSuspiciousZone    = "suspicious-zone"
	RuleUnavailablePlugin = "unavailable-plugin"
	RuleUnknownPlugin     = "unknown-plugin"
	RuleZoneAlreadyServed = "zone-already-served"
	RuleZoneOverlap       = "zone-overlap"
	RuleZonelessBlock     = "zoneless-block"
)

// A Server is a DNS server that is to start on a configuration.
type Server struct {
	// Name is what problems call the server, such as "CoreDNS 1.15.0".
	Name    string
	Release release.Release
	// Port is the port of zones that name neither one nor a transport; "" for 53.
	Port string
}

// Judge returns what the servers have to say about a configuration, problems that they
// share told once, in the order of its files, the main one last. All of them start on it
// if none of that is an Error.
func Judge(conf corefile.Configuration, servers ...Server) []corefile.Problem {
	var parsing corefile.Report
	blocks := corefile.Parse(conf, release.Known, &parsing) // the same for every server
	verdicts := make([][]corefile.Problem, len(servers))
	for i, s := range servers {
		verdicts[i] = Check(blocks, s, &parsing)
	}
	return corefile.Merge(slices.Concat(conf.Files, []corefile.File{conf.Main}), verdicts...)
}

// Check returns what was reported when the server blocks were parsed and what the server
// has to say about them, in the order in which it is found.
func Check(blocks []corefile.Block, s Server, parsing *corefile.Report) []corefile.Problem {
	c := &checker{Report: parsing.Clone(), release: s.Release, port: s.Port}
	c.check(blocks)
	problems := c.Problems()
	for i := range problems {
		problems[i].Server = s.Name
	}
	return problems
}

type checker struct {
	corefile.Report
	release   release.Release
	port      string // of zones that name none; "" for the usual one
	shared    plugin.Shared
	listening int // counts the zones, each on each of its addresses
}

func (c *checker) check(blocks []corefile.Block) {
	listeners := newListeners(len(blocks))
	for i := range blocks {
		if c.Full() {
			return
		}
		c.checkPlugins(&blocks[i])
		c.checkBlock(&blocks[i], listeners)
	}
}

// checkBlock checks the zones of a block and where they are served.
func (c *checker) checkBlock(b *corefile.Block, listeners *listeners) {
	if len(b.Keys) == 0 {
		if len(b.Directives) > 0 {
			c.Warn(b.Directives[0].Tokens[0], RuleZonelessBlock,
				"this server block names no zone, so CoreDNS ignores it. Write the zone before its \"{\"")
		}
		return
	}
	addresses := bindAddresses(b)
	filtered := b.Uses("view")
	encryption := encryptionOf(b)
	var names, transports []string
	for i := range b.Keys {
		key := &b.Keys[i]
		for _, zone := range c.zones(*key) {
			names, transports = append(names, zone.name), append(transports, zone.transport)
			if c.Full() || c.tooMany(*key, max(1, len(addresses))) {
				return
			}
			for _, address := range addresses {
				l := listener{zone: zone, address: address}
				c.listen(listeners, l, key, filtered)
				c.encrypted(listeners, l, *key, encryption)
			}
		}
	}
	c.checkGrammars(b, plugin.Block{Zones: names, Transports: transports, Shared: &c.shared})
}

// maxListeners is how many zones, each on each of its addresses, a configuration may
// serve. A few characters can stand for very many: a network for 128 zones, each of which
// is served on every address of a bind.
const maxListeners = 30_000

// tooMany takes note of further listeners of a key and reports whether that is too many,
// which it says once.
func (c *checker) tooMany(key corefile.Token, listeners int) bool {
	before := c.listening
	if c.listening += listeners; c.listening <= maxListeners {
		return false
	}
	if before <= maxListeners {
		c.Error(key, corefile.RuleTooLarge, fmt.Sprintf(
			"the zones up to %s, counted once for each address, are more than %d. Serve fewer or larger zones", corefile.Quote(key.Text), maxListeners))
	}
	return true
}
