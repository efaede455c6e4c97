// Package domain reads the names of zones as CoreDNS does: with a port, and with a
// network for its reverse zones.
package domain

import (
	"errors"
	"iter"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/release"
)

// Split returns the zones that a text without a transport stands for, as they are
// written, and the port behind them, if any: one zone, or the reverse zones of a network.
// The error ends a sentence that starts with the text.
func Split(text string, r release.Release) (zones []string, port string, err error) {
	name, network, port, err := Parse(text, r)
	switch {
	case err != nil:
		return nil, "", err
	case network != nil:
		return Reverse(network), port, nil
	}
	return []string{name}, port, nil
}

// Parse is Split for a caller who wants to know the network, if the text is one, not its
// zones, which may be many. It follows SplitHostPort of CoreDNS's package plugin, which
// takes a port only where the text behind the last colon is a number.
func Parse(text string, r release.Release) (name string, network *net.IPNet, port string, err error) {
	if strings.HasSuffix(text, ":") || text == "" {
		return "", nil, "", errors.New(`names no zone. Write one, such as "example.org" or "example.org:5353"`)
	}
	if colon := strings.LastIndexByte(text, ':'); colon >= 0 {
		if n, err := strconv.Atoi(text[colon+1:]); err == nil {
			text, port = text[:colon], strconv.Itoa(n)
		}
	}
	if len(text) > 255 {
		return "", nil, "", errors.New("is not a zone: it is longer than 254 characters, the limit of a domain name without its final dot")
	}
	if !isName(text, r) {
		return "", nil, "", errors.New(notADomain(text))
	}
	if strings.Contains(text, "/") {
		_, network, _ = net.ParseCIDR(text)
	}
	if network == nil {
		return text, nil, port, nil
	}
	if text[0] == ':' || text[0] == '0' && strings.Contains(text, ":") {
		return "", nil, "", errors.New(`is not a zone: CoreDNS accepts no IPv6 network that starts with ":" or "0". Write the reverse zone, such as "8.b.d.0.1.0.0.2.ip6.arpa"`)
	}
	return text, network, port, nil
}

// isName reports whether a text is a domain name to the release's library. Until that of CoreDNS
// 1.11.4, a backslash at the end was part of a name; since then it has to escape something.
func isName(text string, r release.Release) bool {
	if _, ok := dns.IsDomainName(text); ok {
		return true
	}
	before, found := strings.CutSuffix(text, `\`)
	if !found || r.AtLeast("1.11.4") {
		return false
	}
	_, ok := dns.IsDomainName(before + "x")
	return ok
}

func notADomain(name string) string {
	switch {
	case name == "":
		return `has a port but no zone. Write the zone before the colon, such as ".:53"`
	case strings.HasSuffix(name, "{"):
		return `is not a zone. Put a space before the "{"`
	case strings.HasPrefix(name, "."):
		return "is not a zone: a domain name does not start with a dot. Remove it"
	case strings.Contains(name, ".."):
		return "is not a zone: a domain name has no two dots in a row. Remove one"
	case strings.HasSuffix(name, `\`):
		return `is not a zone: nothing follows the "\". Remove it`
	}
	return "is not a zone: a part between two dots has at most 63 characters. Shorten it"
}

// IsAddress reports whether a text is an IP address. Unlike net.ParseIP it makes no error of a
// name, which most texts are.
func IsAddress(text string) bool { return MayBeAddress(text) && net.ParseIP(text) != nil }

// MayBeAddress reports whether a text looks like an IP address.
func MayBeAddress(text string) bool {
	return text != "" && '0' <= text[0] && text[0] <= '9' || strings.IndexByte(text, ':') >= 0
}

// IsSubDomain is that of package dns, which allocates memory for each label: it reports whether
// a name is in a zone.
func IsSubDomain(zone, name string) bool {
	before := len(name) - len(zone)
	switch {
	case zone == ".":
		return true
	case before < 0 || !equalFold(zone, name[before:]):
		return false
	}
	return before == 0 || zone != "" && name[before-1] == '.' && !escaped(name[:before-1])
}

// equalFold reports whether two texts of the same length are the same but for the case of ASCII
// letters.
func equalFold(a, b string) bool {
	for i := range len(a) {
		if a[i] != b[i] && lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b - 'A' + 'a'
	}
	return b
}

// escaped reports whether what follows the text is escaped by a backslash at its end.
func escaped(text string) bool {
	return (len(text)-len(strings.TrimRight(text, `\`)))%2 == 1
}

// Above yields a fully qualified name and all that it is in, the root last.
func Above(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for at, end := 0, false; !end; at, end = dns.NextLabel(name, at) {
			if !yield(name[at:]) {
				return
			}
		}
		if name != "." {
			yield(".")
		}
	}
}

// Reverse returns the in-addr.arpa and ip6.arpa zones that together cover a network. One
// whose mask does not end at a label is split into up to 128 that do.
func Reverse(network *net.IPNet) []string {
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
	bytes, zone := address.AsSlice(), make([]byte, 0, 2*labels+len("in-addr.arpa."))
	if !address.Is6() {
		for _, b := range slices.Backward(bytes[:labels]) {
			zone = append(strconv.AppendUint(zone, uint64(b), 10), '.')
		}
		return string(append(zone, "in-addr.arpa."...))
	}
	for i := labels - 1; i >= 0; i-- {
		nibble := bytes[i/2] >> (4 * (1 - i%2)) & 15
		zone = append(strconv.AppendUint(zone, uint64(nibble), 16), '.')
	}
	return string(append(zone, "ip6.arpa."...))
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
