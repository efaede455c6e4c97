package cases

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var transports = []string{"dns://", "tls://", "quic://", "grpc://", "https://", "https3://", "unix://", "http://", "udp://", "DNS://"}

// zoneNames are names of zones, good and bad.
var zoneNames = []string{
	".", "example.org", "example.net", "Example.org", "a.example.org", "example.org.", "cluster.local", "in-addr.arpa",
	"10.in-addr.arpa", "10.0.0.0/8", "10.0.0.0/22", "10.0.0.0/24", "192.0.2.7/32", "192.0.2.7", "10.1.2.3/25", "0.0.0.0/0", "10.0.0.0/33",
	"2001:db8::/32", "2001:db8::/30", "2001:db8::1", "::1", "::/0", "0::/16", "fe80::/10", "2001:db8::/129",
	"*.example.org", "*", "..", "a..b", ".example.org", "-", "_tcp.example.org", "exa mple", "a,b", "example.org/path", "xn--bcher-kva.example", "bücher.example",
	"example\\.org", "example.org\\", strings.Repeat("a", 63) + ".example", strings.Repeat("a", 64) + ".example", strings.Repeat("a.", 127), strings.Repeat("a.", 128),
	strings.Repeat("abcdefg.", 32), `""`, `"example.org"`, "a{$ZONE}.example.org", "a{%ZONE%}", "localhost", "(snippet)",
}

var ports = []string{"", "", "", ":53", ":5353", ":0", ":1", ":65535", ":65536", ":-1", ":", ":dns", ":053", ":+53", ":443", ":853", ":1e3", ":99999999999999999999"}

// numbers stand at and just past the bounds that plugins have.
var numbers = []string{
	"0", "1", "2", "-1", "-0", "+1", "01", "0x10", "1_000", "1e3", "1.5", "3", "5", "9", "10", "15", "16", "17", "64", "90", "91", "100",
	"127", "128", "255", "256", "511", "512", "513", "1023", "1024", "1025", "1232", "3599", "3600", "3601", "4095", "4096", "4097",
	"32767", "32768", "65534", "65535", "65536", "86400", "86401", "2147483647", "2147483648", "4294967295", "4294967296",
	"9223372036854775807", "9223372036854775808", "-2147483649", "0.0", "0.5", "1.0", "1.1", "NaN", "Inf",
}

var durations = []string{
	"0", "0s", "1s", "2s", "5s", "30s", "60s", "1m", "5m", "5m1s", "1h", "24h", "24h1s", "25h", "48h", "1d", "500ms", "999ms", "1000ms", "1.5s", ".5s", "1999ms",
	"-1s", "-1ns", "1ns", "1us", "1µs", "1h30m", "1h 30m", "5M", "5sec", "s", "1", "10", "2562047h", "2562048h", "1s1", "+5s", "0.9s",
}

var addresses = []string{
	"127.0.0.1", "127.0.0.1:53", "127.0.0.1:5300", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:dns", "[::1]", "[::1]:53", "::1", "::1:53", "::", "0.0.0.0",
	"169.254.20.10", "192.0.2.53", "8.8.8.8", "8.8.8", "256.1.1.1", "01.1.1.1", "fe80::1%lo", "fe80::1%eth0", "10.0.0.0/8", "10.0.0.0/33", "2001:db8::/32", "2001:db8::1/129", "64:ff9b::/96", "64:ff9b::/64", "64:ff9b::/80", "2001:db8::/72",
	":8080", ":0", ":", "localhost:8080", "localhost", "lo", "eth0", "dns.example.org", "dns.example.org:53", "tls://192.0.2.53", "tls://192.0.2.53:853", "tls://192.0.2.53%example.org", "https://192.0.2.53", "https://192.0.2.53/dns-query",
	"quic://192.0.2.53", "grpc://192.0.2.53", "dns://192.0.2.53", "unix://socket", "http://127.0.0.1:2379", "TLS://192.0.2.53", "<ip>", "__PILLAR__LOCAL__DNS__", inDir("resolv.conf"), inDir("missing.conf"), "/etc/resolv.conf",
}

var words = []string{
	"{", "}", "{{", "}}", "{}", `""`, `"a b"`, ".", "*", "-", "true", "false", "yes", "no", "all", "none", "any", "example.org", "example.org.",
	"A", "AAAA", "a", "ANY", "HINFO", "TYPE1234", "IN", "CH", "CLASS1", "NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "nxdomain", "YXDOMAIN", "BADVERS",
	"10%", "9%", "90%", "91%", "%", "exact", "prefix", "suffix", "regex", "substring", "stop", "continue", "answer", "auto", "name", "value", "{1}", "{2}", "{0}",
	".*", "(.*)", "(a|b)c", "(?i)a", "(?=a)", "[", "a{1001}", "((((", "^$", "{{ .Name }}", "{{ .Missing", `"{{ .Name }} 60 IN A 192.0.2.7"`, `"{{ if }}"`, `"{{ index .Match 1 }}"`, `"{{ nosuch .Name }}"`,
	"{common}", "{combined}", "{remote}", "{/name}", "{>id}", "{nosuch}", "@kubernetes", "@file", "upstream", "fallthrough", "{$X}", "{%X%}", "import",
}

// values are all of these.
var values = slices.Concat(zoneNames, numbers, durations, addresses, words)

// key returns the key of a server block.
func (m *mutator) key() string {
	key := pick(m.Rand, zoneNames) + pick(m.Rand, ports)
	if m.IntN(3) == 0 {
		key = pick(m.Rand, transports) + key
	}
	return key
}

// kinds are the values that a word may be replaced by, by what it looks like.
var kinds = []struct {
	like   *regexp.Regexp
	values []string
}{
	{regexp.MustCompile(`^[+-]?\d+$`), numbers},
	{regexp.MustCompile(`^[+-]?[\d.]+(ns|us|ms|s|m|h)`), durations},
	{regexp.MustCompile(`^\d+%$`), []string{"10%", "9%", "90%", "91%", "10", "%", "-10%", "1e1%", "10.5%", "010%"}},
	{regexp.MustCompile(`^[\[\d:][\da-f.:\[\]/]*$|://`), addresses},
	{regexp.MustCompile(`^[\w-]+\.[\w.-]*$|^\.$`), zoneNames},
	{regexp.MustCompile(`^[A-Z\d]+$|[{}()\[\]\\^$*]`), words},
}

// tweakValue replaces a value by one of the same kind, or changes the value itself.
func (m *mutator) tweakValue(t text) text {
	type spot struct{ line, word, kind int }
	var spots []spot
	for line, words := range t {
		for word, w := range words {
			kind := slices.IndexFunc(kinds, func(k struct {
				like   *regexp.Regexp
				values []string
			},
			) bool {
				return k.like.MatchString(w)
			})
			if kind >= 0 && w != "{" && w != "}" {
				spots = append(spots, spot{line, word, kind})
			}
		}
	}
	if len(spots) == 0 {
		return m.replaceWord(t)
	}
	s := pick(m.Rand, spots)
	words := slices.Clone(t[s.line])
	if changed, ok := nearby(m.Rand, words[s.word]); ok && m.IntN(3) == 0 {
		words[s.word] = changed
	} else {
		words[s.word] = pick(m.Rand, kinds[s.kind].values)
	}
	return t.replace(s.line, words)
}

var leadingNumber = regexp.MustCompile(`\d+`)

// nearby changes the number in a word a little, or loses its unit.
func nearby(r *rand.Rand, w string) (string, bool) {
	at := leadingNumber.FindStringIndex(w)
	if at == nil {
		return "", false
	}
	n, err := strconv.Atoi(w[at[0]:at[1]])
	if err != nil {
		return "", false
	}
	number := pick(r, []string{fmt.Sprint(n + 1), fmt.Sprint(n - 1), fmt.Sprint(-n), fmt.Sprint(n * 10), "0" + fmt.Sprint(n), "", fmt.Sprint(n) + ".0"})
	if changed := w[:at[0]] + number + w[at[1]:]; changed != "" && r.IntN(4) > 0 {
		return changed, true
	}
	return w[:at[1]], true
}
