package dnsserver

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
)

// transports are the prefixes that CoreDNS knows and their default ports. https3 comes
// before https only for the reader: the "://" tells them apart.
var transports = []struct{ name, port, since string }{
	{"dns", "53", ""}, // if the server is told no other
	{"tls", "853", ""},
	{"quic", "853", ""},
	{"grpc", "443", ""},
	{"https3", "443", "1.13.2"},
	{"https", "443", ""},
	{"unix", "", ""},
}

// zones returns the zones that a key stands for, or none if that cannot be told, until it is
// called again. It follows CoreDNS's InspectServerBlocks.
func (c *checker) zones(key corefile.Token) []served {
	if key.DependsOnEnvironment() {
		c.WarnOfEnvironment(key, "the zone")
		return nil
	}
	transport, defaultPort, rest := c.splitTransport(key.Text)
	name, network, port, err := domain.Parse(rest, c.release)
	qualified := dns.Fqdn(name)
	if err == nil && network == nil {
		// What is a name without its final dot need not be one with it.
		_, _, _, err = domain.Parse(qualified, c.release)
	}
	if err != nil {
		c.Error(key, RuleInvalidZone, fmt.Sprintf("%s %v", corefile.Quote(key.Text), err))
		return nil
	}
	if port == "" {
		port = defaultPort
		if transport == "dns" {
			port = cmp.Or(c.port, defaultPort)
		}
	}
	if n, err := strconv.Atoi(port); port != "" && (err != nil || n < 0 || n > 65535) {
		c.badPorts = append(c.badPorts, badPort{key, port})
		return nil
	}
	if port == "0" {
		c.Warn(key, RuleSuspiciousZone, fmt.Sprintf("%s listens on a random port, which no query reaches. Write a port from 1 up, or none for 53", corefile.Quote(key.Text)))
	}
	if network == nil {
		c.warnSuspicious(key, name, rest)
		if c.release.AtLeast("1.14.7") { // before, Example.org and example.org were two zones
			qualified = strings.ToLower(qualified)
		}
		c.served = append(c.served[:0], served{transport, qualified, port})
		return c.served
	}
	c.served = c.served[:0]
	for _, name := range domain.Reverse(network) { // in small letters
		c.served = append(c.served, served{transport, name, port})
	}
	return c.served
}

// A badPort is one that the key of a server block has and nothing can listen on.
type badPort struct {
	key  corefile.Token
	port string
}

// reportPorts reports the bad ports of a block's keys. A server does not start for one, but
// where except removes every address of the block.
func (c *checker) reportPorts(b *Block) {
	for _, bad := range c.badPorts {
		addresses := b.Addresses()
		report, unless := c.Warn, ""
		if slices.ContainsFunc(addresses, func(a plugin.Address) bool { return !a.Doubtful }) {
			report = c.Error
		} else if len(addresses) > 0 {
			unless = ", and the server starts only if except removes every address in its pod"
		}
		report(bad.key, RuleInvalidPort, fmt.Sprintf("port %s of %s is out of range%s. Choose one from 1 to 65535", corefile.Quote(bad.port), corefile.Quote(bad.key.Text), unless))
	}
}

func (c *checker) splitTransport(key string) (transport, port, rest string) {
	for _, t := range transports {
		if rest, found := strings.CutPrefix(key, t.name+"://"); found && (t.since == "" || c.release.AtLeast(t.since)) {
			return t.name, t.port, rest
		}
	}
	return "dns", "53", key
}

// warnLonePlugin warns of a plugin that stands where a zone is read. In front of braces it may
// well be a zone.
func (c *checker) warnLonePlugin(b *corefile.Block) {
	if key := b.Keys[0]; release.Known(key.Text) && !b.HasBraces() {
		c.Warn(key, RuleSuspiciousZone, fmt.Sprintf(
			`CoreDNS reads %s as a zone name. It is a plugin: write it into a server block, such as ". { ... }"`, corefile.Quote(key.Text)))
	}
}

// warnCapitals warns of a zone of a block that a release starts with and never matches.
func (c *checker) warnCapitals(key corefile.Token, zone string) {
	if zone != strings.ToLower(zone) && !corefile.IsPlaceholder(zone) {
		c.Warn(key, reader.RuleOldBehaviour, fmt.Sprintf(
			"no query reaches %s: before CoreDNS 1.14.7 a zone with capital letters matches none. Write it in small letters", corefile.Quote(key.Text)))
	}
}

// warnSuspicious warns of keys that are zones to CoreDNS but hardly to their author: name
// is the zone, and written the key without its transport.
func (c *checker) warnSuspicious(key corefile.Token, name, written string) {
	remedy := ""
	switch {
	case corefile.IsPlaceholder(name):
		remedy = "It looks like an unreplaced placeholder: write the zone"
	case corefile.ZoneHabit(name) != "":
		remedy = corefile.ZoneHabit(name)
	case strings.Contains(name, "{"):
		remedy = `Put a space before the "{"`
	case name == "}":
		remedy = `This "}" closes nothing: remove it`
	case strings.Contains(name, "://"):
		remedy = "The transports are dns, tls, quic, grpc, https, https3 and unix, in lower case. Use one of them or none"
	case strings.Contains(name, ","):
		remedy = "Put a space after the comma between two zones"
	case strings.Contains(name, "/") && strings.Trim(name, "0123456789abcdefABCDEF.:/") == "":
		remedy = `Write a network like "10.0.0.0/8" or "2001:db8::/32"`
	case strings.Contains(name, "/"):
		remedy = "A zone has no path: remove it"
	case addressOf(name) != "":
		remedy = "Write the address in the block: bind " + addressOf(name)
	case isPortName(name):
		remedy = "Write the port as a number"
	case domain.IsAddress(name) || domain.IsAddress(written):
		remedy = `For the reverse zone of an address, write a network such as "10.0.0.1/32" or "2001:db8::1/128"`
	}
	if remedy != "" {
		c.Warn(key, RuleSuspiciousZone, fmt.Sprintf("CoreDNS reads %s as a zone name, which no query matches. %s", corefile.Quote(name), remedy))
	}
}

// addressOf returns the address behind the name of a zone, as in "example.org:10.0.0.1", or "".
func addressOf(name string) string {
	if zone, address, found := strings.Cut(name, ":"); found && net.ParseIP(name) == nil && net.ParseIP(zone) == nil && net.ParseIP(address) != nil {
		return address
	}
	return ""
}

func isPortName(name string) bool {
	_, port, found := strings.Cut(name, ":")
	return found && !strings.Contains(port, ":") && strings.Trim(port, "abcdefghijklmnopqrstuvwxyz") == ""
}
