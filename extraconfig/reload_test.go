package extraconfig_test

import (
	"slices"
	"testing"
	"time"

	"corewarden/extraconfig"
)

// TestReloads is about the plugin reload, with which pods load content that is not rolled out
// to them yet. The kubelet takes 90 s.
func TestReloads(t *testing.T) {
	t.Parallel()
	const importing = "import /etc/coredns/extra-configs/*Corefile\n"
	for _, test := range []struct {
		name, base, text string
		want             time.Duration // 0: none
	}{
		{name: "none", base: first},
		{name: "the default", base: importing + ".:53 {\n reload\n}\n", want: 90*time.Second + 37500*time.Millisecond},
		{name: "an interval", base: importing + ".:53 {\n reload 10s\n}\n", want: 102500 * time.Millisecond},
		{name: "an interval without jitter", base: importing + ".:53 {\n reload 10s 0s\n}\n", want: 100 * time.Second},
		{name: "a short jitter", base: importing + ".:53 {\n reload 1m 2s\n}\n", want: 151 * time.Second},
		{name: "in another block", base: importing + ".:53 {\n log\n}\nx.org {\n reload 10s 0s\n}\n", want: 100 * time.Second},
		{name: "several", base: importing + ".:53 {\n reload 1m 0s\n}\nx.org {\n reload 10s 0s\n}\n", want: 150 * time.Second},
		{name: "in the ConfigMap", base: first, text: "x.org {\n reload 10s 0s\n}\n", want: 100 * time.Second},
		{name: "a comment, and a property", base: importing + ".:53 {\n # reload\n auto {\n  directory /zones\n  reload 10s\n }\n}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := onlyCoreDNS(t, test.base)
			k.ConfigMaps[extraconfig.Name] = extraconfig.ConfigMap{Data: texts{"Corefile": test.text}}
			workloads, within, known := k.Reloads()
			if within != test.want || slices.Contains(workloads, "coredns") != (test.want > 0) || !known {
				t.Errorf("%v within %v, known: %t; want %v", workloads, within, known, test.want)
			}
		})
	}
}

func TestReloadsOfMetaKubesServers(t *testing.T) {
	t.Parallel()
	k := metakube(t)
	if workloads, _, known := k.Reloads(); !slices.Equal(workloads, []string{"coredns", "node-local-dns"}) || !known {
		t.Errorf("%v, known: %t", workloads, known)
	}
	delete(k.ConfigMaps, "coredns")
	if workloads, _, known := k.Reloads(); !slices.Equal(workloads, []string{"node-local-dns"}) || known {
		t.Errorf("without a Corefile of CoreDNS: %v, known: %t", workloads, known)
	}
}
