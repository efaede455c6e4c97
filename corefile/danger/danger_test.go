package danger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/danger"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/release"
)

// TestCheck is about what is known of the surroundings. extraconfig.TestDangers is the
// specification of the dangers themselves.
func TestCheck(t *testing.T) {
	t.Parallel()
	const bundle = "local {\n health\n forward . 192.0.2.1\n}\nexample.org {\n bind 192.0.2.2\n hosts /names\n}\n"
	for _, test := range []struct {
		name, base string
		known      danger.Surroundings
		want       []string
	}{
		{name: "nothing is known", base: ".:53 {\n}\n", want: []string{"6:7 pod-address", "7:8 pod-file"}},
		{name: "the cluster's domain", base: ".:53 {\n}\n", known: danger.Surroundings{Domains: []string{"cluster.local"}}, want: []string{"1:1 shadowed-zone", "6:7 pod-address", "7:8 pod-file"}},
		{name: "the cluster's domain, and another port", base: ".:53 {\n}\n", known: danger.Surroundings{Domains: []string{"cluster.local"}, Port: "5353"}, want: []string{"1:1 shadowed-zone", "6:7 pod-address", "7:8 pod-file"}},
		{name: "an address that leads back", base: ".:53 {\n}\n", known: danger.Surroundings{Loop: []string{"192.0.2.1"}}, want: []string{"3:12 forwarding-loop", "6:7 pod-address", "7:8 pod-file"}},
		{name: "a file that is not there", base: ".:53 {\n}\n", known: danger.Surroundings{Lacks: func(file string) bool { return file == "/names" }}, want: []string{"6:7 pod-address", "7:8 missing-file"}},
		{name: "a file that may be there", base: ".:53 {\n}\n", known: danger.Surroundings{Lacks: func(string) bool { return false }}, want: []string{"6:7 pod-address", "7:8 pod-file"}},
		{name: "what the base does", base: ".:53 {\n bind 127.0.0.1\n health\n}\n", want: []string{"1:1 unreachable", "2:2 shared-endpoint", "6:7 pod-address", "7:8 pod-file"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var report corefile.Report
			parsed := corefile.Parse(corefile.Configuration{
				Main:  corefile.File{Name: "base", Path: "/etc/coredns/Corefile", Text: "import /etc/coredns/bundle\n" + test.base, Foreign: true, Own: true},
				Files: []corefile.File{{Name: "bundle", Path: "/etc/coredns/bundle", Text: bundle}},
				Dirs:  []string{"/etc/coredns"},
			}, release.Known, &report)
			newest, err := release.CoreDNS("1.15.0")
			if err != nil {
				t.Fatal(err)
			}
			blocks, said := dnsserver.Check(parsed, dnsserver.Server{Release: newest, Port: test.known.Port}, &report)
			var got []string
			for _, p := range danger.Check(blocks, said, "the server", test.known) {
				if p.Severity != corefile.Warning || p.File != "bundle" {
					t.Errorf("a danger is %+v", p)
				}
				got = append(got, fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Rule))
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("warnings:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
