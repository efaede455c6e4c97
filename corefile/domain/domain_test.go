package domain_test

import (
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"corewarden/corefile/domain"
	"corewarden/corefile/release"
)

func coreDNS(t *testing.T, version string) release.Release {
	t.Helper()
	r, err := release.CoreDNS(version)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSplit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, zones, port string // zones are separated by blanks; "" for none
	}{
		{".", ".", ""},
		{"example.org", "example.org", ""},
		{"Example.org.:5353", "Example.org.", "5353"},
		{"example.org:+53", "example.org", "53"},
		{"example.org:dns", "example.org:dns", ""},
		{"10.0.0.0/8", "10.in-addr.arpa.", ""},
		{"10.1.2.3/8:53", "10.in-addr.arpa.", "53"},
		{"10.0.0.0/23", "0.0.10.in-addr.arpa. 1.0.10.in-addr.arpa.", ""},
		{"10.0.0.1/32", "1.0.0.10.in-addr.arpa.", ""},
		{"0.0.0.0/0", "in-addr.arpa.", ""},
		{"2001:db8::/32", "8.b.d.0.1.0.0.2.ip6.arpa.", ""},
		{"2001:db8::/31", "8.b.d.0.1.0.0.2.ip6.arpa. 9.b.d.0.1.0.0.2.ip6.arpa.", ""},
		{"10.0.0.0/33", "10.0.0.0/33", ""},
		{"", "", ""},
		{":53", "", ""},
		{"example.org:", "", ""},
		{"example..org", "", ""},
		{".example.org", "", ""},
		{"::/32", "", ""},
		{strings.Repeat("a", 64), "", ""},
		{strings.Repeat("a.", 128), "", ""},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			zones, port, err := domain.Split(test.text, coreDNS(t, release.NewestCoreDNS))
			if !slices.Equal(zones, strings.Fields(test.zones)) || port != test.port || (err == nil) != (test.zones != "") {
				t.Errorf("got %q, %q, %v", zones, port, err)
			}
		})
	}
}

func TestSplitCoversANetworkWithUpTo128Zones(t *testing.T) {
	t.Parallel()
	zones, _, err := domain.Split("10.0.0.0/9", coreDNS(t, release.NewestCoreDNS))
	if err != nil || len(zones) != 128 || zones[127] != "127.10.in-addr.arpa." {
		t.Errorf("got %d zones, %v: %q", len(zones), err, zones)
	}
}

// TestABackslashAtTheEnd was part of a name to the library of CoreDNS 1.11.3.
func TestABackslashAtTheEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text, version string
		valid         bool
	}{
		{`example.org\`, "1.11.3", true},
		{`example.org\`, "1.11.4", false},
		{`example.org\\`, "1.11.4", true},
		{`example.org\\\`, "1.11.3", true},
		{`example..org\`, "1.11.3", false},
		{strings.Repeat("a", 63) + `\`, "1.11.3", false},
	} {
		t.Run(test.text+" "+test.version, func(t *testing.T) {
			t.Parallel()
			if _, _, err := domain.Split(test.text, coreDNS(t, test.version)); (err == nil) != test.valid {
				t.Errorf("got %v, want it valid: %v", err, test.valid)
			}
		})
	}
}

// TestIsSubDomain compares it with that of package dns.
func TestIsSubDomain(t *testing.T) {
	t.Parallel()
	names := []string{
		"", ".", "org", "org.", "ORG.", "example.org", "example.org.", "Example.Org.", "www.example.org.", "ww.example.org.", "xexample.org.",
		`x\.example.org.`, `x\\.example.org.`, `x\\\.example.org.`, `\.example.org.`, "example.org.net.", "a_b.", "A@b.", "a`b.", "in-addr.arpa.", "10.in-addr.arpa.",
	}
	for _, zone := range names {
		for _, name := range names {
			if got, want := domain.IsSubDomain(zone, name), dns.IsSubDomain(zone, name); got != want {
				t.Errorf("%q in %q: got %v", name, zone, got)
			}
		}
	}
}

// TestIsAddress compares it with net.ParseIP.
func TestIsAddress(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", ".", "example.org", "10.0.0.1", "10.0.0", "10.0.0.1:53", "010.0.0.1", "1.example.org", "::", "::1", "fe80::1", "FE80::1", "fe80::1%eth0", "a:b", "::ffff:10.0.0.1",
	} {
		if got, want := domain.IsAddress(text), net.ParseIP(text) != nil; got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}
