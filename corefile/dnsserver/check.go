// Package dnsserver judges the server blocks of a configuration as one release of a DNS
// server does when it starts: are the plugins there, are the zones names of zones, and
// is each served once. It is the counterpart of CoreDNS's package core/dnsserver.
package dnsserver

import (
	"cmp"
	"fmt"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
)

// The rules of this package. Each is the Rule of a corefile.Problem.
const (
	RuleDefaultServer     = "default-server"
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
	// Pod is the one that the server runs in.
	Pod reader.Pod
	// Elsewhere is the ConfigMap for what only other servers can do; "" where there is none.
	Elsewhere string
	// Parsed is that of the verdict. It may be nil.
	Parsed *reader.Parsed
}

// Judge returns what the servers have to say about a configuration, problems that they
// share told once, in the order of its files, the main one last. All of them start on it
// if none of that is an Error.
func Judge(conf corefile.Configuration, servers ...Server) []corefile.Problem {
	var parsing corefile.Report
	blocks := corefile.Parse(conf, release.Known, &parsing) // the same for every server
	verdicts := make([][]corefile.Problem, len(servers))
	var parsed reader.Parsed
	for i, s := range servers {
		s.Parsed = &parsed
		_, verdicts[i] = Check(blocks, s, &parsing)
	}
	return corefile.Merge(slices.Concat(conf.Files, []corefile.File{conf.Main}), verdicts...)
}

// Check returns the server blocks as the server reads them, and what was reported when they
// were parsed together with what the server has to say about them, in the order in which it
// is found.
func Check(blocks []corefile.Block, s Server, parsing *corefile.Report) ([]Block, []corefile.Problem) {
	c := &checker{Report: parsing.Clone(), release: s.Release, port: s.Port, pod: s.Pod, elsewhere: s.Elsewhere, parsed: s.Parsed}
	read := c.check(blocks)
	problems := c.Problems()
	for i := range problems {
		problems[i].Server = s.Name
	}
	return read, problems
}

type checker struct {
	corefile.Report
	release   release.Release
	port      string // of zones that name none; "" for the usual one
	pod       reader.Pod
	elsewhere string // the ConfigMap for what only other servers can do, or ""
	shared    reader.Shared
	parsed    *reader.Parsed
	reading   plugin.Block // the block that is read
	block     *corefile.Block
	uses      func(plugin string) bool // that it uses
	badPorts  []badPort                // of the block that is read
	served    []served                 // of the key that is read, see zones
	listening int                      // counts the zones, each on each of its addresses
}

func (c *checker) check(blocks []corefile.Block) []Block {
	listeners := newListeners(len(blocks))
	read := make([]Block, 0, len(blocks))
	for i := range blocks {
		if c.Full() {
			break
		}
		b := &blocks[i]
		c.checkPlugins(b)
		if len(b.Keys) == 0 {
			c.warnZoneless(blocks, b)
			continue
		}
		read = append(read, c.read(b))
		c.serveAll(&read[len(read)-1], listeners)
	}
	c.warnDoubtful(listeners)
	c.checkTaps(read)
	c.checkLoops(read)
	return read
}

// warnZoneless warns of a block that CoreDNS reads and then ignores. Where no other block
// is, it starts on a configuration that it brings along.
func (c *checker) warnZoneless(blocks []corefile.Block, b *corefile.Block) {
	if len(b.Directives) == 0 {
		return
	}
	at := b.Directives[0].Tokens[0]
	if slices.ContainsFunc(blocks, func(b corefile.Block) bool { return len(b.Keys) > 0 }) {
		c.Warn(at, RuleZonelessBlock, `this server block names no zone, so CoreDNS ignores it. Write the zone before its "{"`)
		return
	}
	c.Warn(at, RuleDefaultServer,
		fmt.Sprintf(`no server block names a zone, so CoreDNS ignores this text and answers every query on port %s with the address of the client. Write a zone before the "{"`, cmp.Or(c.port, "53")))
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
		c.Refuse(key, corefile.RuleTooLarge, fmt.Sprintf(
			"the zones up to %s, counted once for each address, are more than %d. Serve fewer or larger zones", corefile.Quote(key.Text), maxListeners))
	}
	return true
}
