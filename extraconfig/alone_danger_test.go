package extraconfig_test

import (
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// TestNoBindBesideAnUnknownCorefile is about a manifest alone: node-local-dns's own Corefile hardly ever
// listens everywhere.
func TestNoBindBesideAnUnknownCorefile(t *testing.T) {
	t.Parallel()
	const plain = "example.org {\n forward . 10.0.0.53\n}\n"
	for _, test := range []struct {
		name, judged, text string
		want               []string
	}{
		{name: "no bind", judged: extraconfig.NodeLocalDNSName, text: plain, want: []string{
			`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block listens on every address of the node. If node-local-dns binds to 169.254.20.10 in its own Corefile, as usual, pods never reach it, and it does not start beside another resolver on port 53: add "bind 169.254.20.10"`,
		}},
		{name: "several blocks", judged: extraconfig.NodeLocalDNSName, text: plain + "example.net {\n bind ::\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block and 1 more of this file listen on every address of the node`,
		}},
		{name: "a bind", judged: extraconfig.NodeLocalDNSName, text: "example.org {\n bind 169.254.20.10\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:7 warning pod-address of ` + nodeCache,
		}},
		{name: "another port", judged: extraconfig.NodeLocalDNSName, text: "example.org:5353 {\n forward . 10.0.0.53\n}\n"},
		{name: "for CoreDNS as well", judged: extraconfig.Name, text: plain},
		{name: "for CoreDNS", judged: extraconfig.CoreDNSName, text: plain},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := extraconfig.Cluster{Servers: metakube(t).Servers}
			got := say(k.Check(test.judged, extraconfig.ConfigMap{Data: texts{"Corefile": test.text}}))
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestANameOfTheClusterThatGoesOutside is about a text alone, beside which no address of the cluster
// is known.
func TestANameOfTheClusterThatGoesOutside(t *testing.T) {
	t.Parallel()
	const warning = `Corefile:2:2 warning wrong-answer of CoreDNS 1.15.0: rewrite: "git.dev.svc.cluster.local" goes to `
	for upstreams, want := range map[string][]string{
		"8.8.8.8":                 {warning + "8.8.8.8, which is not the cluster's DNS. Forward it to the address of the Service kube-dns"},
		"192.0.2.53 2001:4860::8": {warning + "192.0.2.53 or 2001:4860::8, which is not the cluster's DNS. Forward it to the address of the Service kube-dns"},
		"10.96.0.10":              nil,
		"8.8.8.8 10.96.0.10":      nil,
		"fd00::a":                 nil,
		"169.254.20.10":           nil,
		"100.64.0.10":             nil,
		"127.0.0.1:5353":          nil,
	} {
		text := "git.example.org {\n rewrite name git.example.org git.dev.svc.cluster.local\n forward . " + upstreams + "\n}\n"
		servers := metakube(t).Servers[:1]
		alone := say(extraconfig.CheckCorefile(corefile.File{Name: "Corefile", Text: text}, servers))
		manifest := say(extraconfig.Cluster{Servers: servers}.Check(extraconfig.CoreDNSName, extraconfig.ConfigMap{Data: texts{"Corefile": text}}))
		if !slices.Equal(alone, want) || !slices.Equal(manifest, want) {
			t.Errorf("a forward to %s: %q alone and %q in a manifest, want %q", upstreams, alone, manifest, want)
		}
	}
}

// TestOlderReleases is about text that does less in releases before the newest.
func TestOlderReleases(t *testing.T) {
	t.Parallel()
	const (
		local    = ".:53 {\n errors\n import extra-configs/*Corefile\n forward . 10.0.0.53\n}\n"
		failures = "a.org {\n rewrite rcode suffix a.org SERVFAIL NXDOMAIN\n forward . 10.0.0.53\n}\n"
		empty    = "a.org {\n rewrite rcode a.org NXDOMAIN NOERROR\n template IN A {\n  rcode NXDOMAIN\n }\n forward . 10.0.0.53\n}\n"
	)
	for _, test := range []struct {
		name, version, base, text string
		want                      []string
	}{
		{name: "names below localhost", version: "1.13.1", base: local, text: "local\n", want: []string{
			`Corefile:1:1 warning old-behaviour of CoreDNS 1.13.1: local: CoreDNS 1.13.1 answers NXDOMAIN for names below localhost, unlike CoreDNS 1.14.5 and later. Write a server block for "localhost" with a template`,
		}},
		{name: "names below localhost since 1.14.5", version: "1.14.5", base: local, text: "local\n"},
		{name: "names below localhost, which another block has", version: "1.13.1", base: local + "localhost {\n template IN A {\n  answer \"{{ .Name }} A 127.0.0.1\"\n }\n}\n", text: "local\n"},
		{name: "local for other names", version: "1.13.1", text: "a.org {\n local\n forward . 10.0.0.53\n}\n"},
		{name: "a panic with debug", version: "1.14.7", text: "a.org {\n minimal\n forward . 10.0.0.53\n}\nb.org {\n debug\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:2:2 warning old-behaviour of CoreDNS 1.14.7: minimal: before CoreDNS 1.15.0 it panics for a query that no plugin answers, and with debug that ends the server. Remove one of the two`,
			`Corefile:6:2 warning logs-everything`,
		}},
		{name: "a panic with debug on another port", version: "1.14.7", text: "a.org {\n minimal\n forward . 10.0.0.53\n}\nb.org:5353 {\n debug\n forward . 10.0.0.53\n}\n", want: []string{`Corefile:5:1 warning unreachable`, `Corefile:6:2 warning logs-everything`}},
		{name: "the code of failures", version: "1.14.6", text: failures, want: []string{
			`Corefile:2:2 warning old-behaviour of CoreDNS 1.14.6: rewrite: CoreDNS 1.14.6 replaces SERVFAIL only for clients that send EDNS0, unlike CoreDNS 1.14.7 and later. Answer these names with a template, or remove it`,
		}},
		{name: "the code of failures since 1.14.7", version: "1.14.7", text: failures},
		{name: "the code of failures, where queries get EDNS0", version: "1.14.6", text: strings.Replace(failures, " rewrite", " rewrite continue edns0 local set 0xffed 0xabcd\n rewrite", 1)},
		{name: "the code of replies without records", version: "1.13.1", text: empty, want: []string{
			`Corefile:2:2 warning old-behaviour of CoreDNS 1.13.1: rewrite: CoreDNS 1.13.1 replaces NXDOMAIN only for clients that send EDNS0`,
		}},
		{name: "the code of replies with records", version: "1.13.1", text: strings.Replace(empty, "rcode NXDOMAIN\n", "rcode NXDOMAIN\n  authority \"a.org. SOA ns.a.org. x.a.org. 1 60 60 60 60\"\n", 1)},
		{name: "the code of others' replies", version: "1.13.1", text: "a.org {\n rewrite rcode a.org NXDOMAIN NOERROR\n forward . 10.0.0.53\n}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := metakube(t)
			projected(t, &k)
			everythingToCoreDNS(&k)
			repod(&k, 0, func(p *workload.Pod) { p.Containers[0].Image = "coredns:" + test.version })
			if test.base != "" {
				k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": test.base}}
			}
			k.Services["kube-dns-upstream"] = "10.240.16.11"
			got := say(k.Check(extraconfig.CoreDNSName, extraconfig.ConfigMap{Data: texts{"Corefile": test.text}}))
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
