package extraconfig_test

import (
	"slices"
	"strings"
	"testing"

	"corewarden/extraconfig"
)

// TestHiddenZones is about blocks of CoreDNS behind node-local-dns, which sends what is not of
// the cluster to the node's resolver.
func TestHiddenZones(t *testing.T) {
	t.Parallel()
	const block = "corp.example {\n forward . 10.0.0.53\n}\nb.example {\n whoami\n}\n"
	for _, test := range []struct {
		name   string
		change func(k *extraconfig.Cluster)
		base   string // CoreDNS's own Corefile if not that of the manifests
		text   string
		want   []string
	}{
		{name: "it is hidden", text: block, want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: pods that query node-local-dns do not get "corp.example" and "b.example" from here: its own Corefile answers them (line 39). Add a block with a bind to node-local-dns-extra-configs as well`,
		}},
		{name: "the same answer", text: "corp.example {\n forward . /etc/resolv.conf\n cache\n}\n", want: []string{
			`Corefile:2:12 warning pod-file of CoreDNS 1.15.0: forward reads /etc/resolv.conf, which must exist in the pod; Corewarden cannot check it`,
		}},
		{name: "the same answer, but for an entry", text: "corp.example {\n hosts {\n  192.0.2.1 www.corp.example\n  fallthrough\n }\n forward . /etc/resolv.conf\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: pods that query node-local-dns do not get "corp.example" from here: its own Corefile answers them (line 39). Add a block with a bind to node-local-dns-extra-configs as well`,
			`Corefile:6:12 warning pod-file of CoreDNS 1.15.0: forward reads /etc/resolv.conf, which must exist in the pod; Corewarden cannot check it`,
		}},
		{name: "many zones", text: "corp.example a.example {\n whoami\n}\nb.example c.example d.example {\n whoami\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: pods that query node-local-dns do not get "corp.example", "a.example", "b.example" and 2 more from here: its own Corefile answers them (line 39). Add a block with a bind to node-local-dns-extra-configs as well`,
		}},
		{name: "text in the base's block", base: inside, text: "hosts {\n 192.0.2.1 www.corp.example web.svc.cluster.local\n fallthrough\n}\nrewrite name app.corp.example web.shop.svc.cluster.local\ntemplate IN A b.example {\n rcode NXDOMAIN\n}\nforward c.example 10.0.0.53\n", want: []string{
			`Corefile:2:2 warning unreachable of CoreDNS 1.15.0: pods that query node-local-dns do not get "www.corp.example", "app.corp.example", "b.example" and 1 more from here: its own Corefile answers them (line 39). Add a block with a bind to node-local-dns-extra-configs as well`,
			`Corefile:5:1 warning unanswered of CoreDNS 1.15.0: rewrite: "app.corp.example" becomes "web.shop.svc.cluster.local"`,
		}},
		{name: "text in the base's block for names of the cluster", base: inside, text: "hosts {\n 192.0.2.1 web.svc.cluster.local\n fallthrough\n}\nlog\n", want: []string{
			`Corefile:5:1 warning logs-everything`,
		}},
		{name: "node-local-dns has a block of its own", text: block, change: func(k *extraconfig.Cluster) {
			k.ConfigMaps[extraconfig.NodeLocalDNSName] = extraconfig.ConfigMap{Data: texts{"Corefile": "corp.example {\n bind 169.254.20.10\n forward . 10.0.0.54\n}\nb.example {\n bind 169.254.20.10\n whoami\n}\n"}}
		}},
		{name: "node-local-dns has a block for a zone around it", text: block, change: func(k *extraconfig.Cluster) {
			k.ConfigMaps[extraconfig.NodeLocalDNSName] = extraconfig.ConfigMap{Data: texts{"Corefile": "\nexample {\n bind 169.254.20.10\n forward . 10.0.0.55\n}\n"}}
		}, want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: pods that query node-local-dns do not get "corp.example" and "b.example" from here: node-local-dns-extra-configs/Corefile answers them (line 2). Add a block with a bind to node-local-dns-extra-configs as well`,
		}},
		{name: "node-local-dns asks CoreDNS", text: block, change: everythingToCoreDNS},
		{name: "there is no node-local-dns", text: block, change: func(k *extraconfig.Cluster) { k.Servers, k.Workloads = k.Servers[:1], k.Workloads[:1] }},
		{name: "the Service that it asks is not known", text: block, change: func(k *extraconfig.Cluster) { delete(k.Services, "kube-dns-upstream") }},
		{name: "reverse names, which it asks CoreDNS for", text: "10.20.0.0/16 {\n forward . 10.0.0.53\n}\n"},
		{name: "another port", text: "corp.example:5353 {\n forward . 10.0.0.53\n}\n", want: []string{
			`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: this block listens on port 5353`,
		}},
		{name: "the usual port where the cluster's DNS has another, beside one like it", base: strings.ReplaceAll(first, ":53", ":8053"), text: "a.org {\n forward . 10.0.0.53\n}\n", change: func(k *extraconfig.Cluster) {
			k.ConfigMaps[extraconfig.Name] = extraconfig.ConfigMap{Data: texts{"bothCorefile": "b.org {\n forward . 10.0.0.53\n}\n"}}
		}, want: []string{`Corefile:1:1 warning unreachable of CoreDNS 1.15.0: this block listens on port 53`}},
		{name: "another port, which node-local-dns asks", text: "corp.example:5353 {\n forward . 10.0.0.53\n}\n", change: func(k *extraconfig.Cluster) {
			k.ConfigMaps[extraconfig.NodeLocalDNSName] = extraconfig.ConfigMap{Data: texts{"Corefile": "corp.example {\n bind 169.254.20.10\n forward . 10.1.2.3:5353\n}\n"}}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := metakube(t)
			projected(t, &k)
			k.Services["kube-dns-upstream"] = "10.240.16.11"
			if test.change != nil {
				test.change(&k)
			}
			if test.base != "" {
				k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": test.base}}
			}
			got := say(k.Check(extraconfig.CoreDNSName, extraconfig.ConfigMap{Data: texts{"Corefile": test.text}}))
			if !slices.EqualFunc(got, test.want, strings.HasPrefix) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestABlockThatCoreDNSAnswersForIsNotMissed where node-local-dns sends its queries there.
func TestABlockThatCoreDNSAnswersForIsNotMissed(t *testing.T) {
	t.Parallel()
	k := metakube(t)
	k.Services["kube-dns-upstream"] = "10.240.16.11"
	everythingToCoreDNS(&k)
	for text, want := range map[string][]string{
		"example.org {\n forward . 10.0.0.53\n}\n": {
			`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block listens on every address of the node, so node-local-dns does not start beside another resolver on port 53. Move it to coredns-extra-configs: CoreDNS answers for it anyway`,
		},
	} {
		if got := say(k.Check(extraconfig.Name, extraconfig.ConfigMap{Data: texts{"Corefile": text}})); !slices.Equal(got, want) {
			t.Errorf("problems of\n%s:\n%s\nwant:\n%s", text, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestABlockWithoutBindIsWarnedOfBesideAnother that is in another ConfigMap.
func TestABlockWithoutBindIsWarnedOfBesideAnother(t *testing.T) {
	t.Parallel()
	k := metakube(t)
	projected(t, &k)
	k.ConfigMaps[extraconfig.NodeLocalDNSName] = extraconfig.ConfigMap{Data: texts{"otherCorefile": "b.example {\n forward . 10.0.0.54\n}\n"}}
	want := []string{
		`Corefile:1:1 warning missing-bind of ` + nodeCache + `: this block listens on every address of the node, so node-local-dns does not start beside another resolver on port 53, and pods that query 169.254.20.10 never reach it. Move it to coredns-extra-configs, and a copy with "bind 169.254.20.10" to node-local-dns-extra-configs`,
	}
	if got := say(k.Check(extraconfig.Name, extraconfig.ConfigMap{Data: texts{"Corefile": "a.example {\n forward . 10.0.0.53\n}\n"}})); !slices.Equal(got, want) {
		t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// everythingToCoreDNS has node-local-dns send every query to CoreDNS.
func everythingToCoreDNS(k *extraconfig.Cluster) {
	own := k.ConfigMaps["node-local-dns"].Data["Corefile"]
	k.ConfigMaps["node-local-dns"] = extraconfig.ConfigMap{Data: texts{
		"Corefile": strings.ReplaceAll(own, "__PILLAR__UPSTREAM__SERVERS__", "__PILLAR__CLUSTER__DNS__"),
	}}
}

// TestAnEndpointOfAnotherConfigMap is named by that, not by the server's own Corefile.
func TestAnEndpointOfAnotherConfigMap(t *testing.T) {
	t.Parallel()
	k := metakube(t)
	projected(t, &k)
	everythingToCoreDNS(&k)
	k.ConfigMaps[extraconfig.Name] = extraconfig.ConfigMap{Data: texts{"otherCorefile": "b.example {\n forward . 10.0.0.54\n prometheus :9154\n}\n"}}
	want := []string{
		`Corefile:2:2 warning shared-endpoint of CoreDNS 1.15.0: ready listens on :9154, where CoreDNS 1.15.0 already has prometheus in dns-extra-configs/otherCorefile: each request reaches one of the two at random. Remove it`,
	}
	got := say(k.Check(extraconfig.CoreDNSName, extraconfig.ConfigMap{Data: texts{"Corefile": "a.example {\n ready :9154\n forward . 10.0.0.53\n}\n"}}))
	if !slices.Equal(got, want) {
		t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
