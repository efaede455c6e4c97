package plugin

import (
	"fmt"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
)

// TestValues shows what grammars return of what they read.
func TestValues(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		got  func(Settings) any
		want string
	}{
		{
			"hosts {\n 192.0.2.1 a.example.org b\n ttl 60\n no_reverse\n fallthrough\n}",
			func(s Settings) any {
				return []any{s.Hosts.Path, s.Hosts.Zones, s.Hosts.Lines[0].Text, s.Hosts.Lines[0].Token.Line(), s.Hosts.TTL, s.Hosts.NoReverse, s.Hosts.Fallthrough}
			},
			"[/etc/hosts [example.org.] 192.0.2.1 a.example.org b 3 60 true [.]]",
		},
		{
			"hosts db b.org {\n fallthrough c.org\n}",
			func(s Settings) any { return []any{s.Hosts.Path, s.Hosts.Zones, s.Hosts.Fallthrough} },
			"[db [b.org.] [c.org.]]",
		},
		{
			"template IN AAAA B.org {\n match a b\n match c\n answer \"x A 1.2.3.4\"\n rcode NXDOMAIN\n fallthrough\n}",
			func(s Settings) any {
				t := s.Templates[0]
				return []any{t.Type, t.Zones, reader.Texts(t.Matches), reader.Texts(t.Answers), t.Rcode, t.Fallthrough, t.Conditions}
			},
			"[28 [b.org.] [a b c] [x A 1.2.3.4] 3 [.] []]",
		},
		{
			"rewrite continue name suffix .B.org .c.org answer auto",
			func(s Settings) any {
				r := s.Rewrites[0]
				return []any{r.Continue, r.Kind, r.Match, r.From, r.To, r.Auto}
			},
			"[true name suffix .b.org. .c.org. true]",
		},
		{
			"rewrite name regex (.*)B {1}C answer name x y value v w",
			func(s Settings) any { r := s.Rewrites[0]; return []any{r.Match, r.From, r.To, r.Answers} },
			"[regex (.*)B {1}c. [{false x y.} {true v w.}]]",
		},
		{
			"rewrite rcode prefix a NXDOMAIN 0",
			func(s Settings) any { r := s.Rewrites[0]; return []any{r.Kind, r.Match, r.From, r.Rcodes} },
			"[rcode prefix a. [3 0]]",
		},
		{
			"rewrite ttl a.org 30-60",
			func(s Settings) any { r := s.Rewrites[0]; return []any{r.Kind, r.Match, r.From, r.To} },
			"[ttl exact a.org. 30-60]",
		},
		{
			"rewrite type any hinfo",
			func(s Settings) any { r := s.Rewrites[0]; return []any{r.Continue, r.From, r.To} },
			"[false ANY HINFO]",
		},
		{
			"acl {\n block type A AAAA net 10.0.0.0/8 192.0.2.1\n drop type * net *\n allow\n}",
			func(s Settings) any {
				p := s.ACLs[0].Policies
				return []any{p[0].Types, p[0].Networks, p[0].AllClients, p[1].Types, p[1].AllClients, p[2].Token.Text, p[2].AllClients}
			},
			"[[1 28] [10.0.0.0/8 192.0.2.1/32] false [] true allow true]",
		},
		{
			"kubernetes cluster.local 10.0.0.0/8 {\n pods verified\n fallthrough in-addr.arpa\n}",
			func(s Settings) any { k := s.Kubernetes; return []any{k.Zones, k.PodsVerified, k.Fallthrough} },
			"[[cluster.local. 10.0.0.0/8.] true [in-addr.arpa.]]",
		},
		{
			"autopath b.org @kubernetes",
			func(s Settings) any { return []any{s.Autopath.Zones, s.Autopath.Source} },
			"[[b.org.] @kubernetes]",
		},
		{
			"dns64 {\n prefix 2001:db8::/96\n translate_all\n}",
			func(s Settings) any { return []any{s.DNS64.Prefix, s.DNS64.TranslateAll, s.DNS64.AllowIPv4} },
			"[2001:db8::/96 true false]",
		},
		{
			"view inside {\n expr type() == 'A'\n expr name() endsWith '.org.'\n}",
			func(s Settings) any {
				return []any{s.View.Name, s.View.Expressions[0].Text, s.View.Expressions[1].Token.Line()}
			},
			"[inside type() == 'A' 4]",
		},
		{
			"file db.org b.org {\n fallthrough\n}",
			func(s Settings) any { f := s.Stores[0]; return []any{f.Token.Text, f.File, f.Zones, f.Fallthrough} },
			"[file db.org [b.org.] [.]]",
		},
		{
			"forward . 192.0.2.1 {\n next NXDOMAIN\n}",
			func(s Settings) any { return s.Forwards[0].Alternatives },
			"true",
		},
		{
			"template IN A {\n expr type() == 'A'\n var x group(1)\n expr x == 'a'\n}",
			func(s Settings) any { return s.Templates[0].Conditions },
			"[{x group(1)} { type() == 'A'} { x == 'a'}]",
		},
		{
			"grpc B.org 192.0.2.1:443 {\n except a.b.org\n fallthrough c.b.org\n}",
			func(s Settings) any {
				return []any{s.GRPC.From, s.GRPC.Except, s.GRPC.To[0].Text, s.GRPC.Fallthrough}
			},
			"[b.org. [a.b.org.] 192.0.2.1:443 [c.b.org.]]",
		},
		{
			"tsig B.org {\n require AXFR TXT\n require_opcode UPDATE\n}",
			func(s Settings) any { return []any{s.TSIG.Zones, s.TSIG.Types, s.TSIG.All} },
			"[[b.org.] [252 16] false]",
		},
		{
			"tsig {\n require_opcode UPDATE QUERY\n}",
			func(s Settings) any { return []any{s.TSIG.Zones, s.TSIG.Types, s.TSIG.All} },
			"[[example.org.] [] true]",
		},
		{
			"nomad a.b",
			func(s Settings) any { return []any{s.Nomad.Zone, s.Nomad.Serves("x.y.c."), s.Nomad.Serves("w.x.y.c.")} },
			"[a.b. false true]",
		},
		{
			"azure group:B.org group:c.org {\n fallthrough\n}",
			func(s Settings) any { return []any{len(s.Stores), s.Stores[0].Zones, s.Stores[0].Fallthrough} },
			"[1 [b.org. c.org.] [.]]",
		},
		{
			"route53 B.org:1\nroute53 c.org:2 {\n fallthrough\n}",
			func(s Settings) any {
				return []any{s.Stores[0].Zones, s.Stores[0].Fallthrough, s.Stores[1].Zones, s.Stores[1].Fallthrough}
			},
			"[[b.org.] [] [c.org.] [.]]",
		},
		{
			"cache 30 B.org",
			func(s Settings) any { n := s.Named[0]; return []any{len(s.Named), n.Plugin, n.Token.Text, n.Name} },
			"[1 cache B.org b.org.]",
		},
	} {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			r, err := release.CoreDNS("1.15.0")
			if err != nil {
				t.Fatal(err)
			}
			var report corefile.Report
			blocks := corefile.Parse(corefile.Configuration{Main: corefile.File{Name: "Corefile", Text: "example.org {\n" + test.text + "\n}\n"}}, release.Known, &report)
			b := Block{Block: reader.Block{Release: r, Report: &report, Zones: []string{"example.org."}, Has: blocks[0].Uses}}
			for _, d := range blocks[0].Plugins() {
				Check(d.Name(), d.Tokens, &b)
			}
			if got := fmt.Sprint(test.got(b.Settings)); got != test.want {
				t.Errorf("read as %s, want %s", got, test.want)
			}
		})
	}
}
