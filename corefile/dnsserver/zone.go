package dnsserver

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"corewarden/corefile"

	"github.com/miekg/dns"
)

// A zone is what one key of a server block, or one part of a CIDR key, makes CoreDNS
// serve.
type zone struct{ transport, name, port string }

func (z zone) String() string { return z.transport + "://" + z.name + ":" + z.port }

// transports are the prefixes that CoreDNS knows and their default ports. https3 comes
// before https only for the reader: the "://" tells them apart.
var transports = []struct{ name, port, since string }{
	{"dns", "53", ""},
	{"tls", "853", ""},
	{"quic", "853", ""},
	{"grpc", "443", ""},
	{"https3", "443", "1.13.2"},
	{"https", "443", ""},
	{"unix", "", ""},
}

// zones returns the zones that a key stands for, or none if that cannot be told. It
// follows CoreDNS's InspectServerBlocks.
func (c *checker) zones(key corefile.Token) []zone {
	if names := corefile.Environment(key.Text); len(names) > 0 {
		c.Warn(key, corefile.RuleEnvironment, fmt.Sprintf(
			"the zone depends on the environment of the server's pod (%s), which cannot be seen from here; it was not checked", strings.Join(names, ", ")))
		return nil
	}
	transport, defaultPort, rest := c.splitTransport(key.Text)
	hosts, port, err := splitHostPort(rest)
	for _, host := range hosts {
		// What is a name without its final dot need not be one with it.
		if _, _, fqdnErr := splitHostPort(dns.Fqdn(host)); err == nil {
			err = fqdnErr
		}
	}
	if err != nil {
		c.Error(key, RuleInvalidZone, fmt.Sprintf("%s %v", corefile.Quote(key.Text), err))
		return nil
	}
	if port == "" {
		port = defaultPort
	}
	if n, err := strconv.Atoi(port); port != "" && (err != nil || n < 0 || n > 65535) {
		c.Error(key, RuleInvalidPort, fmt.Sprintf("port %s of %s is out of range; choose one from 1 to 65535", corefile.Quote(port), corefile.Quote(key.Text)))
		return nil
	}
	if strings.HasPrefix(rest, hosts[0]) { // else it is a network
		c.warnSuspicious(key, hosts[0], rest)
	}
	zones := make([]zone, 0, len(hosts))
	for _, host := range hosts {
		name := dns.Fqdn(host)
		if c.release.AtLeast("1.14.7") { // before, Example.org and example.org were two zones
			name = strings.ToLower(name)
		}
		zones = append(zones, zone{transport, name, port})
	}
	return zones
}

func (c *checker) splitTransport(key string) (transport, port, rest string) {
	for _, t := range transports {
		if rest, found := strings.CutPrefix(key, t.name+"://"); found && (t.since == "" || c.release.AtLeast(t.since)) {
			return t.name, t.port, rest
		}
	}
	return "dns", "53", key
}

// splitHostPort follows the function of the same name in CoreDNS's package plugin. It
// takes a port only where the text behind the last colon is a number.
func splitHostPort(key string) (hosts []string, port string, err error) {
	if strings.HasSuffix(key, ":") || key == "" {
		return nil, "", errors.New(`names no zone; write one, such as "example.org" or "example.org:5353"`)
	}
	if colon := strings.LastIndexByte(key, ':'); colon >= 0 {
		if n, err := strconv.Atoi(key[colon+1:]); err == nil {
			key, port = key[:colon], strconv.Itoa(n)
		}
	}
	if len(key) > 255 {
		return nil, "", errors.New("is not a zone: it has more than 254 characters, the most that a domain name has without its final dot")
	}
	if _, ok := dns.IsDomainName(key); !ok {
		return nil, "", errors.New(notADomain(key))
	}
	_, network, err := net.ParseCIDR(key)
	if err != nil {
		return []string{key}, port, nil
	}
	if key[0] == ':' || key[0] == '0' && strings.Contains(key, ":") {
		return nil, "", errors.New(`is not a zone: CoreDNS takes no IPv6 network that starts with ":" or "0"; write the reverse zone, such as "8.b.d.0.1.0.0.2.ip6.arpa"`)
	}
	return reverseZones(network), port, nil
}

func notADomain(name string) string {
	switch {
	case name == "":
		return `names a port but no zone; write the zone before the colon, such as ".:53"`
	case strings.HasSuffix(name, "{"):
		return `is not a zone; write a blank before the "{"`
	case strings.HasPrefix(name, "."):
		return "is not a zone: a domain name does not start with a dot; remove it"
	case strings.Contains(name, ".."):
		return "is not a zone: a domain name has no two dots in a row; remove one"
	}
	return `is not a zone: each part between two dots of a domain name has 1 to 63 characters, and a "\" has something after it`
}

// reverseZones returns the in-addr.arpa and ip6.arpa zones that together cover a network.
// One whose mask does not end at a label is split into up to 128 that do.
func reverseZones(network *net.IPNet) []string {
	address, _ := netip.AddrFromSlice(network.IP)
	ones, _ := network.Mask.Size()
	label := 8
	if address.Is6() {
		label = 4
	}
	labels := (ones + label - 1) / label
	zones := make([]string, 0, 1<<(labels*label-ones))
	for range cap(zones) {
		zones = append(zones, reverseZone(address, labels))
		address = nextNetwork(address, labels*label)
	}
	return zones
}

// reverseZone returns the zone of the first labels of an address.
func reverseZone(address netip.Addr, labels int) string {
	reverse, err := dns.ReverseAddr(address.String())
	if err != nil {
		return "" // cannot be: it is an address
	}
	all := 4
	if address.Is6() {
		all = 32
	}
	offset := 0
	for range all - labels {
		offset, _ = dns.NextLabel(reverse, offset)
	}
	return reverse[offset:]
}

// nextNetwork returns the first address of the network of the given size that follows
// the address's own.
func nextNetwork(address netip.Addr, ones int) netip.Addr {
	bytes := address.AsSlice()
	if ones == 0 {
		return address
	}
	for i, add := (ones-1)/8, 1<<(7-(ones-1)%8); i >= 0; i-- {
		sum := int(bytes[i]) + add
		bytes[i], add = byte(sum), sum>>8
	}
	next, _ := netip.AddrFromSlice(bytes)
	return next
}

// warnSuspicious warns of keys that are zones to CoreDNS but hardly to their author: name
// is the zone, and written the key without its transport.
func (c *checker) warnSuspicious(key corefile.Token, name, written string) {
	remedy := ""
	switch {
	case strings.Contains(name, "{"):
		remedy = `put a blank before the "{"`
	case name == "}":
		remedy = `this "}" closes nothing; remove it`
	case strings.Contains(name, "://"):
		remedy = "the transports are dns, tls, quic, grpc, https, https3 and unix, in small letters; choose one of them or none"
	case strings.HasPrefix(name, "*."):
		remedy = `a zone holds every name below it already; remove the "*."`
	case strings.Contains(name, ","):
		remedy = "put a blank after the comma between two zones"
	case strings.Contains(name, "/") && strings.Trim(name, "0123456789abcdefABCDEF.:/") == "":
		remedy = `it is no network, which is written like "10.0.0.0/8" or "2001:db8::/32"`
	case strings.Contains(name, "/"):
		remedy = "a zone has no path; remove it"
	case isPortName(name):
		remedy = "a port is a number"
	case net.ParseIP(name) != nil || net.ParseIP(written) != nil:
		remedy = `for the reverse zone of an address write it as a network, such as "10.0.0.1/32" or "2001:db8::1/128"`
	}
	if remedy != "" {
		c.Warn(key, RuleSuspiciousZone, fmt.Sprintf("CoreDNS takes %s for the name of a zone, which no query will match; %s", corefile.Quote(name), remedy))
	}
}

func isPortName(name string) bool {
	_, port, found := strings.Cut(name, ":")
	return found && !strings.Contains(port, ":") && strings.Trim(port, "abcdefghijklmnopqrstuvwxyz") == ""
}
