package dnsserver

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/release"
)

func coreDNS(t testing.TB, version string) release.Release {
	t.Helper()
	r, err := release.CoreDNS(version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func nodeCache(t testing.TB, version string) release.Release {
	t.Helper()
	r, err := release.NodeCache(version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// keyOf returns the token of a key.
func keyOf(t testing.TB, key string) corefile.Token {
	t.Helper()
	text := key
	if strings.Contains(key, " ") {
		text = `"` + key + `"`
	}
	var report corefile.Report
	blocks := corefile.Parse(corefile.Configuration{Main: corefile.File{Text: text + " {\n}\n"}}, release.Known, &report)
	if len(blocks) != 1 || len(blocks[0].Keys) != 1 {
		t.Fatalf("%q is not one key: %v", key, blocks)
	}
	return blocks[0].Keys[0]
}

// TestZones is what CoreDNS 1.15.0 makes of keys: the zones that it serves.
func TestZones(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("a", 63)
	for key, want := range map[string]string{
		// Names.
		"example.org":                     "dns://example.org.:53",
		"example.org.":                    "dns://example.org.:53",
		"EXAMPLE.org":                     "dns://example.org.:53",
		".":                               "dns://.:53",
		"*.example.org":                   "dns://*.example.org.:53",
		"_tcp.example.org":                "dns://_tcp.example.org.:53",
		"ä.org":                           "dns://ä.org.:53",
		"a b":                             "dns://a b.:53",
		"a,b":                             "dns://a,b.:53",
		"10.0.0.1":                        "dns://10.0.0.1.:53",
		label + ".org":                    "dns://" + label + ".org.:53",
		label + "a.org":                   "is not a zone: a part between two dots has at most 63 characters. Shorten it",
		strings.Repeat("a.", 126) + "bbb": "is not a zone: it is longer than 254 characters, the limit of a domain name without its final dot",
		strings.Repeat("a.", 200):         "is not a zone: it is longer than 254 characters, the limit of a domain name without its final dot",
		".example.org":                    "is not a zone: a domain name does not start with a dot. Remove it",
		"a..b":                            "is not a zone: a domain name has no two dots in a row. Remove one",
		"a\\":                             "is not a zone: nothing follows the \"\\\". Remove it",

		// Ports.
		"example.org:5353":                 "dns://example.org.:5353",
		"example.org:0":                    "dns://example.org.:0",
		"example.org:00053":                "dns://example.org.:53",
		"example.org:+53":                  "dns://example.org.:53",
		"example.org:65535":                "dns://example.org.:65535",
		"example.org:65536":                `port "65536" of "example.org:65536" is out of range. Choose one from 1 to 65535`,
		"example.org:-1":                   `port "-1" of "example.org:-1" is out of range. Choose one from 1 to 65535`,
		"example.org:99999999999999999999": "dns://example.org:99999999999999999999.:53",
		"example.org:dns":                  "dns://example.org:dns.:53",
		"example.org:":                     `names no zone. Write one, such as "example.org" or "example.org:5353"`,
		":53":                              `has a port but no zone. Write the zone before the colon, such as ".:53"`,
		"2001:db8::1":                      "dns://2001:db8:.:1",

		// Transports.
		"dns://example.org":    "dns://example.org.:53",
		"tls://example.org":    "tls://example.org.:853",
		"quic://example.org":   "quic://example.org.:853",
		"grpc://example.org":   "grpc://example.org.:443",
		"https://example.org":  "https://example.org.:443",
		"https3://example.org": "https3://example.org.:443",
		"unix://example.org":   "unix://example.org.:",
		"tls://example.org:53": "tls://example.org.:53",
		"DNS://example.org":    "dns://dns://example.org.:53",
		"http://example.org":   "dns://http://example.org.:53",
		"dns://":               `names no zone. Write one, such as "example.org" or "example.org:5353"`,

		// Networks.
		"10.0.0.0/8":         "dns://10.in-addr.arpa.:53",
		"10.0.0.0/24":        "dns://0.0.10.in-addr.arpa.:53",
		"10.0.0.1/24":        "dns://0.0.10.in-addr.arpa.:53",
		"10.0.0.1/32":        "dns://1.0.0.10.in-addr.arpa.:53",
		"10.0.0.0/24:5353":   "dns://0.0.10.in-addr.arpa.:5353",
		"tls://10.0.0.0/8":   "tls://10.in-addr.arpa.:853",
		"10.0.0.0/15":        "dns://0.10.in-addr.arpa.:53 dns://1.10.in-addr.arpa.:53",
		"10.0.0.255/31":      "dns://254.0.0.10.in-addr.arpa.:53 dns://255.0.0.10.in-addr.arpa.:53",
		"255.255.255.255/31": "dns://254.255.255.255.in-addr.arpa.:53 dns://255.255.255.255.in-addr.arpa.:53",
		"0.0.0.0/0":          "dns://in-addr.arpa.:53",
		"10.0.0.0/33":        "dns://10.0.0.0/33.:53",
		"2001:db8::/32":      "dns://8.b.d.0.1.0.0.2.ip6.arpa.:53",
		"2001:DB8::/32":      "dns://8.b.d.0.1.0.0.2.ip6.arpa.:53",
		"2001:db8::/31":      "dns://8.b.d.0.1.0.0.2.ip6.arpa.:53 dns://9.b.d.0.1.0.0.2.ip6.arpa.:53",
		"2001:db8::1/128":    "dns://1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.:53",
		"::1/128":            `is not a zone: CoreDNS accepts no IPv6 network that starts with ":" or "0". Write the reverse zone, such as "8.b.d.0.1.0.0.2.ip6.arpa"`,
		"0:1::/32":           `is not a zone: CoreDNS accepts no IPv6 network that starts with ":" or "0". Write the reverse zone, such as "8.b.d.0.1.0.0.2.ip6.arpa"`,
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			c := &checker{release: coreDNS(t, "1.15.0")}
			var got []string
			for _, zone := range c.zones(keyOf(t, key)) {
				got = append(got, zone.Transport+"://"+zone.Name+":"+zone.Port)
			}
			c.reportPorts(&Block{Block: &corefile.Block{}})
			for _, p := range c.Problems() {
				if p.Severity == corefile.Error {
					got = append(got, strings.TrimPrefix(p.Message, corefile.Quote(keyOf(t, key).Text)+" "))
				}
			}
			if got := strings.Join(got, " "); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestZonesOfANetworkBetweenLabels(t *testing.T) {
	t.Parallel()
	c := &checker{release: coreDNS(t, "1.15.0")}
	zones := c.zones(keyOf(t, "10.128.0.0/9"))
	if len(zones) != 128 {
		t.Fatalf("10.128.0.0/9 makes %d zones, want 128", len(zones))
	}
	for i, zone := range zones {
		if want := fmt.Sprintf("%d.10.in-addr.arpa.", 128+i); zone.Name != want {
			t.Errorf("zone %d is %s, want %s", i, zone.Name, want)
		}
	}
}

func TestZonesByRelease(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ version, key, want string }{
		{"1.14.6", "Example.ORG", "dns://Example.ORG.:53"},
		{"1.14.7", "Example.ORG", "dns://example.org.:53"},
		{"1.13.1", "https3://example.org", "dns://https3://example.org.:53"},
		{"1.13.2", "https3://example.org", "https3://example.org.:443"},
	} {
		c := &checker{release: coreDNS(t, test.version)}
		zones := c.zones(keyOf(t, test.key))
		if !slices.ContainsFunc(zones, func(z served) bool { return z.Transport+"://"+z.Name+":"+z.Port == test.want }) || len(zones) != 1 {
			t.Errorf("CoreDNS %s makes %v of %s, want %s", test.version, zones, test.key, test.want)
		}
	}
}

// TestCapitalLetters is about zones that older releases start with and never match.
func TestCapitalLetters(t *testing.T) {
	t.Parallel()
	const warning = `no query reaches "Example.org": before CoreDNS 1.14.7 a zone with capital letters matches none. Write it in small letters`
	for version, want := range map[string]string{"1.14.6": warning, "1.14.7": ""} {
		conf := corefile.Configuration{Main: corefile.File{Name: "Corefile", Text: "Example.org example.net {\n whoami\n}\n"}}
		got := ""
		for _, p := range Judge(conf, Server{Release: coreDNS(t, version)}) {
			got += p.Message
		}
		if got != want {
			t.Errorf("CoreDNS %s: %q, want %q", version, got, want)
		}
	}
}
