// Package dnsserver judges the server blocks of a configuration as one release of a DNS
// server does when it starts: are the plugins there, are the zones names of zones, and
// is each served once. It is the counterpart of CoreDNS's package core/dnsserver.
package dnsserver

import (
	"slices"

	"corewarden/corefile"
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
}

// Judge returns what the server has to say about a configuration. It starts on one for
// which that has no problem of severity Error.
func Judge(conf corefile.Configuration, s Server) []corefile.Problem {
	c := &checker{release: s.Release}
	blocks := corefile.Parse(conf, release.Known, &c.Report)
	c.check(blocks)
	problems := c.Problems()
	for i := range problems {
		problems[i].Server = s.Name
	}
	return problems
}

type checker struct {
	corefile.Report
	release release.Release
}

func (c *checker) check(blocks []corefile.Block) {
	listeners := newListeners()
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
				"this server block names no zone, so that CoreDNS ignores it; write the zone before its \"{\"")
		}
		return
	}
	addresses := bindAddresses(b)
	filtered := slices.ContainsFunc(b.Directives, func(d corefile.Directive) bool { return d.Name() == "view" })
	for _, key := range b.Keys {
		for _, zone := range c.zones(key) {
			for _, address := range addresses {
				c.listen(listeners, listener{zone: zone, address: address}, key, filtered)
			}
		}
	}
}
