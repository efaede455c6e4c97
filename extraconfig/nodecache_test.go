package extraconfig_test

import (
	"slices"
	"strings"
	"testing"

	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// TestNodeCacheByItsArguments is about what a DaemonSet says of its server, and what of it
// only its pods know.
func TestNodeCacheByItsArguments(t *testing.T) {
	t.Parallel()
	block := func(address string) string { return "example.org {\n bind " + address + "\n whoami\n}\n" }
	value := func(text string) workload.EnvVar { return workload.EnvVar{Name: "LOCAL_DNS_ADDRESS", Value: text} }
	elsewhere := workload.EnvVar{Name: "LOCAL_DNS_ADDRESS", ValueFrom: &struct{}{}}
	const unknown = `:0:0 warning environment-reference of ` + nodeCache + `: -localip of DaemonSet node-local-dns depends on environment variables that only its pods know, so what follows from it was not checked`
	for _, test := range []struct {
		name     string
		variable workload.EnvVar
		text     string
		want     []string
	}{
		{name: "an address by a variable", variable: value("169.254.20.10"), text: block("169.254.20.10")},
		{name: "its interface", variable: value("169.254.20.10"), text: block("nodelocaldns")},
		{name: "a zone of the base on it", variable: value("169.254.20.10"), text: ".:53 {\n bind nodelocaldns\n}\n", want: []string{
			`Corefile:1:1 error zone-already-served of ` + nodeCache,
		}},
		{name: "an address that nobody knows", variable: elsewhere, text: block("lo"), want: []string{unknown}},
		{name: "a zone of the base beside it", variable: elsewhere, text: ".:53 {\n whoami\n}\n", want: []string{
			`Corefile:1:1 error zone-overlap of ` + nodeCache, unknown,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := metakube(t)
			projected(t, &k)
			repod(&k, 1, func(p *workload.Pod) {
				args := slices.Clone(p.Containers[0].Args)
				at := slices.Index(args, "169.254.20.10")
				if at < 0 {
					t.Fatalf("no address in %v", args)
				}
				args[at] = "$(LOCAL_DNS_ADDRESS)"
				p.Containers[0].Args, p.Containers[0].Env = args, []workload.EnvVar{test.variable}
			})
			got := say(k.Check(extraconfig.NodeLocalDNSName, extraconfig.ConfigMap{Data: texts{"Corefile": test.text}}))
			slices.Sort(got)
			if !slices.EqualFunc(got, slices.Sorted(slices.Values(test.want)), strings.HasPrefix) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestNodeCacheWithoutATemplate starts on the file of -conf, as kubespray installs it.
func TestNodeCacheWithoutATemplate(t *testing.T) {
	t.Parallel()
	const manifests = `
kind: DaemonSet
metadata: {name: nodelocaldns}
spec:
  template:
    spec:
      hostNetwork: true
      containers:
      - image: registry.k8s.io/dns/k8s-dns-node-cache:1.26.7
        args: [-localip, 169.254.25.10, -conf, /etc/coredns/Corefile, -upstreamsvc, coredns]
        volumeMounts:
        - {name: config-volume, mountPath: /etc/coredns}
        - {name: extra, mountPath: /etc/coredns/extra}
      volumes:
      - {name: config-volume, configMap: {name: nodelocaldns, items: [{key: Corefile, path: Corefile}]}}
      - {name: extra, configMap: {name: dns-extra-configs}}

---
kind: ConfigMap
metadata: {name: nodelocaldns}
data:
  Corefile: |
    import /etc/coredns/extra/*Corefile
    .:53 {
      bind 169.254.25.10
      forward . __PILLAR__UPSTREAM__SERVERS__
    }
`
	k := extraconfig.Cluster{ConfigMaps: map[string]extraconfig.ConfigMap{}, Services: map[string]string{}}
	addManifests(t, &k, manifests)
	fixed := strings.Replace(manifests, "__PILLAR__UPSTREAM__SERVERS__", "192.0.2.53", 1)
	clash := extraconfig.ConfigMap{Data: texts{"Corefile": ".:53 {\n bind 169.254.25.10\n}\n"}}
	got := say(k.Check(extraconfig.Name, clash))
	if len(got) != 2 || !strings.Contains(got[0]+got[1], "broken-base") { // nobody replaces the placeholder
		t.Errorf("with a placeholder: %v", got)
	}
	addManifests(t, &k, fixed)
	got = say(k.Check(extraconfig.Name, clash))
	if len(got) != 1 || !strings.Contains(got[0], "already served in ConfigMap nodelocaldns, key Corefile") {
		t.Errorf("problems: %v", got)
	}
}
