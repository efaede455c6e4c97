package extraconfig_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// TestWhatIsKeptOfOwnCorefiles shows that it makes no difference to a verdict what was kept of the
// servers' own Corefiles: with every plugin in them, behind bundles that leave something open, and
// for one server after another.
func TestWhatIsKeptOfOwnCorefiles(t *testing.T) {
	t.Parallel()
	bases := map[string][]string{"others": {
		".:53 {\n bind 169.254.20.10\n}\n", ".:53 {\n}\n.:53 {\n}\n", ".:53 {\n errors\n", ".:53 {\n errors {\n }\n", ".:53 {\n cache {\n", ".:53 {\n}\n}\n", "a.org b.org\n errors\n",
		"(s) {\n errors\n}\n.:53 {\n import s\n}\n", ".:53 {\n import {$A}\n}\nb.org {\n}\n", ".:53 {\n errors\n}\nimport /etc/coredns/Corefile\n", "{$A} {\n}\n", "{\n errors\n}\n", ".:53 {\n import nowhere\n}\nc.org {\n}\n",
		".:53, {\n errors\n}\n", "example.org {\n file /etc/coredns/extra-configs/db.example.org\n}\n",
	}}
	for _, name := range plugin.Names() {
		for _, example := range plugin.Examples(name) {
			bases[name] = append(bases[name], example.Text)
		}
	}
	bundles := []string{
		"", "a.org {\n forward . 10.0.0.1\n}\n", "a.org {\n", "a.org {\n errors {\n", "a.org,\n", "a.org", "}\n", "{\n", "(s) {\n}\n", "(s) {\n", "{$A} {\n}\n", "import {$A}\n", "import *\n",
		".:9153 {\n dnstap tcp://:53\n prometheus :9153\n health :8080\n ready :8181\n}\n", "b.org {\n tls {\n  acme {\n   domain example.org\n  }\n }\n}\n",
		"example.org {\n bind lo\n hosts {\n  10.0.0.1 a.example.org\n }\n}\n", "10.0.0.0/9 {\n bind" + strings.Repeat(" 127.0.0.1", 2) + "\n}\n",
	}
	clusters := []extraconfig.Cluster{metakube(t), metakube(t), metakube(t), metakube(t)}
	clusters[1].Servers[0].Fixed, clusters[1].Servers[0].Release = true, coreDNSRelease(t, "1.11.3")
	clusters[2].Workloads = slices.DeleteFunc(clusters[2].Workloads, func(w workload.Workload) bool { return w.Name != "coredns" })
	for i := range clusters[3].Workloads {
		repod(&clusters[3], i, func(p *workload.Pod) { p.Containers[0].Args = append(p.Containers[0].Args, "-dns.port", "1053") })
	}
	for name, texts := range bases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, base := range texts {
				keptAlike(t, "import extra-configs/*Corefile\n"+base, bundles, clusters)
				keptAlike(t, base+"import extra-configs/*Corefile\n.:53 {\n}\n", bundles, clusters)
			}
		})
	}
}

// keptAlike judges bundles in clusters in which the servers have the same Corefile, with and without
// what is kept of it.
func keptAlike(t *testing.T, base string, bundles []string, clusters []extraconfig.Cluster) {
	t.Helper()
	sources := &corefile.Sources{}
	for i, bundle := range slices.Concat(bundles, bundles, bundles) {
		k := clusters[i%len(clusters)]
		k.ConfigMaps, k.Sources = map[string]extraconfig.ConfigMap{}, nil
		for _, server := range []string{"coredns", "node-local-dns"} {
			k.ConfigMaps[server] = extraconfig.ConfigMap{Data: texts{"Corefile": base}}
		}
		c := extraconfig.ConfigMap{Data: texts{"Corefile": bundle, "db.example.org": "@ IN SOA a b\n"}}
		want := say(k.Check(extraconfig.Name, c))
		k.Sources = sources
		if got := say(k.Check(extraconfig.Name, c)); !slices.Equal(got, want) {
			t.Errorf("of\n%s\nbeside\n%s\nis said\n%s\nwant\n%s", bundle, base, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestZonesOfKeptBlocksCount judges a bundle that serves as many zones as there may be beside one
// of the server's own Corefile, which has two.
func TestZonesOfKeptBlocksCount(t *testing.T) {
	t.Parallel()
	var addresses, zones strings.Builder
	for i := range 234 {
		fmt.Fprintf(&addresses, " 127.0.0.%d", i)
	}
	for i := range 29_999 - 128*234 {
		fmt.Fprintf(&zones, "z%d.org ", i)
	}
	k := onlyCoreDNS(t, "import extra-configs/*Corefile\n.:53 {\n errors\n}\nz.org {\n errors\n}\n")
	for range 2 {
		c := extraconfig.ConfigMap{Data: texts{"Corefile": "10.0.0.0/9 {\n bind" + addresses.String() + "\n}\n" + zones.String() + "{\n errors\n}\n"}}
		if got := say(k.Check(extraconfig.Name, c)); !strings.Contains(strings.Join(got, "\n"), "("+corefile.RuleTooLarge+")") {
			t.Errorf("problems: %v, want one that there are too many zones", got)
		}
	}
}
