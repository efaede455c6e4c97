package extraconfig_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"corewarden/corefile"
	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
)

// metakube is a cluster like MetaKube's, from the manifests that the end-to-end tests
// install.
func metakube(t testing.TB) extraconfig.Cluster {
	t.Helper()
	k := extraconfig.Cluster{
		Servers: servers(t), ConfigMaps: map[string]extraconfig.ConfigMap{}, Services: map[string]string{}, Sources: &corefile.Sources{},
	}
	for _, name := range []string{"coredns", "node-local-dns"} {
		text, err := os.ReadFile("../e2e/metakube/manifests/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		addManifests(t, &k, string(text))
	}
	return k
}

// addManifests adds what a stream of YAML documents holds to a cluster.
func addManifests(t testing.TB, k *extraconfig.Cluster, text string) {
	t.Helper()
	for document := range strings.SplitSeq(text, "\n---\n") {
		var object struct {
			Kind     string
			Metadata struct{ Name string }
			Data     map[string]string
			Spec     struct {
				ClusterIP string `yaml:"clusterIP"`
				Template  struct{ Spec workload.Pod }
			}
		}
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatal(err)
		}
		switch name := object.Metadata.Name; object.Kind {
		case "Deployment", "DaemonSet":
			w := workload.Workload{Kind: object.Kind, Name: name, Pod: object.Spec.Template.Spec}
			k.Workloads = slices.DeleteFunc(k.Workloads, func(other workload.Workload) bool { return other.Name == name })
			k.Workloads = append(k.Workloads, w)
		case "ConfigMap":
			k.ConfigMaps[name] = extraconfig.ConfigMap{Data: object.Data}
		case "Service":
			k.Services[name] = object.Spec.ClusterIP
		}
	}
}

// onlyCoreDNS is a cluster with nothing but CoreDNS, which starts on a Corefile of the
// test's. The ConfigMap is mounted as MetaKube does it.
func onlyCoreDNS(t testing.TB, base string) extraconfig.Cluster {
	t.Helper()
	k := metakube(t)
	k.Servers, k.Workloads = k.Servers[:1], k.Workloads[:1]
	k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": base}}
	return k
}

// say renders problems as "key:line:column severity rule of server: message".
func say(problems []corefile.Problem) []string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, fmt.Sprintf("%s:%d:%d %s %s of %s: %s", p.File, p.Line, p.Column, p.Severity, p.Rule, p.Server, p.Message))
	}
	return lines
}

const (
	first  = "import /etc/coredns/extra-configs/*Corefile\n.:53 {\n errors\n cache 30\n}\n"
	last   = ".:53 {\n errors\n cache 30\n}\nimport /etc/coredns/extra-configs/*Corefile\n"
	inside = ".:53 {\n errors\n import extra-configs/*Corefile\n cache 30\n}\n"
)

// TestTheCompositionIsJudged is the specification of what is said about a ConfigMap that
// CoreDNS loads from a Corefile of its own: for each problem all that a user sees.
func TestTheCompositionIsJudged(t *testing.T) {
	t.Parallel()
	const own = "the server's own Corefile (ConfigMap coredns, key Corefile)"
	for _, test := range []struct {
		name, base string
		data       texts
		want       []string
	}{
		{name: "imported first", base: first, data: texts{"Corefile": "a.org {\n log\n}\n"}},
		{name: "imported last", base: last, data: texts{"Corefile": "a.org {\n log\n}\n"}},
		{name: "imported inside of a server block", base: inside, data: texts{"Corefile": "any\nhosts {\n fallthrough\n}\n"}},

		// Zones and listeners.
		{name: "a zone of the base, imported first", base: first, data: texts{"Corefile": ".:53 {\n}\n"}, want: []string{
			`Corefile:1:1 error zone-already-served of CoreDNS 1.15.0: ".:53" on port 53 is already served by ` + own + `; choose a more specific zone`,
		}},
		{name: "a zone of the base, imported last", base: last, data: texts{"Corefile": "a.org {\n}\n. {\n}\n"}, want: []string{
			`Corefile:3:1 error zone-already-served of CoreDNS 1.15.0: "." on port 53 is already served by ` + own + `; choose a more specific zone`,
		}},
		{name: "a zone that only this base serves", base: first + "example.org {\n whoami\n}\n", data: texts{"Corefile": "example.org {\n}\n"}, want: []string{
			`Corefile:1:1 error zone-already-served of CoreDNS 1.15.0: "example.org" on port 53 is already served by ` + own + `; choose a more specific zone`,
		}},
		{name: "the root zone, which this base does not serve", base: "import extra-configs/*Corefile\ncluster.local in-addr.arpa ip6.arpa {\n}\n", data: texts{"Corefile": ". {\n}\n"}},
		{name: "everywhere what the base serves on an address", base: "import extra-configs/*Corefile\n.:53 {\n bind 127.0.0.1\n}\n", data: texts{"Corefile": ". {\n}\n"}, want: []string{
			`Corefile:1:1 error zone-overlap of CoreDNS 1.15.0: "." on port 53 is served on every address by one block and on single addresses by another, ` + own + `; choose a more specific zone`,
		}},

		// Snippets.
		{name: "a snippet of the base", base: "(s) {\n log\n}\n" + last, data: texts{"Corefile": "a.org {\n import s\n}\n"}},
		{name: "a snippet that the base declares, too", base: first + "(s) {\n log\n}\n", data: texts{"Corefile": "(s) {\n log\n}\n"}, want: []string{
			`Corefile:1:1 error snippet-redeclared of CoreDNS 1.15.0: snippet "(s)" is already declared at line 6 of "ConfigMap coredns, key Corefile"; rename one of the two`,
		}},
		{name: "a snippet that the base uses", base: "import extra-configs/*Corefile\n.:53 {\n import s\n}\n", data: texts{"Corefile": "(s) {\n any\n}\n"}},

		// Text that leaks.
		{name: "a brace that is not closed, imported first", base: first, data: texts{"Corefile": "a.org {\n log\n"}, want: []string{
			`Corefile:1:7 error unclosed-block of CoreDNS 1.15.0: the server block of "a.org" that opens here is never closed in this file, so that it swallows the file that is loaded after it; add a "}" on a line of its own`,
		}},
		{name: "a brace that is not closed, imported inside", base: inside + "b.org {\n whoami\n}\n", data: texts{"a.Corefile": "log\n", "b.Corefile": "hosts {\n 1.2.3.4 a\n"}, want: []string{
			`b.Corefile:1:7 error unclosed-block of CoreDNS 1.15.0: the block that opens here is never closed, so that it swallows what follows, up to the "}" of another block; add a "}" on a line of its own`,
		}},
		{name: "a zone alone", base: first, data: texts{"Corefile": "a.org\n"}, want: []string{
			`Corefile:1:1 error zone-without-block of CoreDNS 1.15.0: zone "a.org" has no block, so that ".:53" is read as one of its plugins; write "{" after the zone and "}" at the end of its block`,
		}},
		{name: "a comma at the end, imported last", base: last, data: texts{"Corefile": "a.org,\n"}, want: []string{
			`Corefile:1:1 error trailing-comma of CoreDNS 1.15.0: the comma announces another zone, but nothing follows; remove the comma or add the zone and its block`,
		}},

		{name: "a file that the base imports twice", base: "import extra-configs/a*\n" + first, data: texts{"a.Corefile": "a.org {\n log\n}\n"}, want: []string{
			`a.Corefile:1:1 error zone-already-served of CoreDNS 1.15.0: "a.org" is served twice, because its file or snippet is imported twice; import it once`,
		}},
		{name: "an import of the base", base: first, data: texts{"a.Corefile": "# nothing\n", "b.Corefile": "import ../Corefile\n"}, want: []string{
			`b.Corefile:0:0 error breaks-base of CoreDNS 1.15.0: with this text CoreDNS 1.15.0 stumbles over another one beside it: line 1 of ConfigMap coredns, key Corefile: "/etc/coredns/extra-configs/*Corefile" imports itself, directly or through others, without an end; remove this import`,
		}},

		// Imported inside of a server block.
		{name: "a plugin that may stand once, behind the base's", base: ".:53 {\n cache 30\n import extra-configs/*Corefile\n}\n", data: texts{"Corefile": "log\ncache 60\n"}, want: []string{
			`Corefile:2:1 error repeated-plugin of CoreDNS 1.15.0: cache: a server block may use this plugin only once, and this one has it at line 2 of "ConfigMap coredns, key Corefile" already; remove this use`,
		}},
		{name: "a plugin that may stand once, before the base's", base: inside, data: texts{"Corefile": "log\ncache 60\n"}, want: []string{
			`Corefile:2:1 error repeated-plugin of CoreDNS 1.15.0: cache: a server block may use this plugin only once, and this one has it at line 4 of "ConfigMap coredns, key Corefile" already; remove this use`,
		}},
		{name: "a server block where only plugins can stand", base: inside, data: texts{"Corefile": "a.org {\n log\n}\n"}, want: []string{
			`Corefile:1:1 error unknown-plugin of CoreDNS 1.15.0: unknown plugin "a.org": this text is imported inside of the server block of ".:53", at line 1 of "ConfigMap coredns, key Corefile", where only plugins can stand`,
		}},

		// The base itself.
		{name: "a base that is broken", base: first + "a.org {\n lgo\n}\n", data: texts{"Corefile": "b.org {\n log\n}\n"}, want: []string{
			`:0:0 warning broken-base of CoreDNS 1.15.0: the Corefile that CoreDNS 1.15.0 starts on is broken, whatever is in this ConfigMap: line 7 of ConfigMap coredns, key Corefile: unknown plugin "lgo"; did you mean "log"?; mend it first: this ConfigMap is judged as if that were MetaKube's`,
		}},
		{name: "a base that is broken, and so is the ConfigMap", base: ".:53 {\n import extra-configs/*Corefile\n", data: texts{"Corefile": "b.org {\n lgo\n}\n"}, want: []string{
			`Corefile:2:2 error unknown-plugin of CoreDNS 1.15.0: unknown plugin "lgo"; did you mean "log"?`,
			`:0:0 warning broken-base of CoreDNS 1.15.0: the Corefile that CoreDNS 1.15.0 starts on is broken, whatever is in this ConfigMap: line 1 of ConfigMap coredns, key Corefile: the server block of ".:53" that opens here is never closed in this file; add a "}" on a line of its own; mend it first: this ConfigMap is judged as if that were MetaKube's`,
		}},
		{name: "a base that does not import the ConfigMap", base: ".:53 {\n errors\n}\n", data: texts{"Corefile": "b.org {\n log\n}\n", "data": "x"}, want: []string{
			`:0:0 warning not-loaded of CoreDNS 1.15.0: CoreDNS 1.15.0 loads nothing of this ConfigMap: its own Corefile (ConfigMap coredns, key Corefile) does not import it; add to that an import such as "import /etc/coredns/extra-configs/*Corefile"`,
		}},
		{name: "what is not loaded cannot break anything", base: ".:53 {\n errors\n}\n", data: texts{"Corefile": "b.org {\n lgo\n"}, want: []string{
			`:0:0 warning not-loaded of CoreDNS 1.15.0: CoreDNS 1.15.0 loads nothing of this ConfigMap: its own Corefile (ConfigMap coredns, key Corefile) does not import it; add to that an import such as "import /etc/coredns/extra-configs/*Corefile"`,
		}},
		{name: "a key that the pattern does not match", base: "import extra-configs/a*Corefile\n.:53 {\n}\n", data: texts{"a.Corefile": "a.org {\n log\n}\n", "b.Corefile": "b.org {\n lgo\n}\n"}, want: []string{
			`b.Corefile:0:0 warning not-loaded of CoreDNS 1.15.0: CoreDNS 1.15.0 does not load this key: nothing in its own Corefile (ConfigMap coredns, key Corefile) imports it; choose another name for the key`,
		}},
		{name: "a key that the base imports by its name", base: "import extra-configs/my.Corefile\n.:53 {\n}\n", data: texts{"my.Corefile": "a.org {\n lgo\n}\n"}, want: []string{
			`my.Corefile:2:2 error unknown-plugin of CoreDNS 1.15.0: unknown plugin "lgo"; did you mean "log"?`,
		}},
		{name: "files in the order of the glob", base: first, data: texts{"b.Corefile": "a.org {\n}\n", "B.Corefile": "a.org {\n}\n"}, want: []string{
			`b.Corefile:1:1 error zone-already-served of CoreDNS 1.15.0: "a.org" on port 53 is already served by "a.org" at line 1 of "B.Corefile"; serve a zone once: choose a more specific zone or merge the two blocks`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := say(onlyCoreDNS(t, test.base).Check(extraconfig.Name, extraconfig.ConfigMap{Data: test.data}))
			if !slices.Equal(got, test.want) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestWhatTheClusterTells is about all that is not the server's own Corefile: images,
// mounts, and ConfigMaps that are missing or stand beside the one that is judged.
func TestWhatTheClusterTells(t *testing.T) {
	t.Parallel()
	const shared = "a.org {\n bind lo\n}\n"
	for _, test := range []struct {
		name   string
		change func(t *testing.T, k *extraconfig.Cluster)
		judged string // dns-extra-configs if not given
		text   string
		want   []string
	}{
		{name: "both servers", text: "cluster.local:53 {\n bind 127.0.0.1\n}\na.org {\n bind lo\n chaos\n}\n", want: []string{
			`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0`,
			`Corefile:6:2 error unavailable-plugin of ` + nodeCache,
		}},
		{
			name: "the release of an image", text: "a.org {\n bind lo\n forward . 10.0.0.1 {\n  max_age 1m\n }\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.Workloads[0].Pod.Containers[0].Image = "registry.example:5000/coredns:v1.13.1-eksbuild.1"
			},
			want: []string{
				`Corefile:4:3 error unavailable-property of CoreDNS 1.13.1`,
				`Corefile:4:3 error unavailable-property of ` + nodeCache,
			},
		},
		{
			name: "an image that tells no release", text: shared,
			change: func(_ *testing.T, k *extraconfig.Cluster) { k.Workloads[0].Pod.Containers[0].Image = "coredns:latest" },
			want:   []string{`:0:0 warning unknown-release of CoreDNS 1.15.0`},
		},
		{
			name: "no image, so that the release is that of Servers", text: "a.org {\n bind lo\n}\nA.org {\n bind lo\n}\n",
			change: func(t *testing.T, k *extraconfig.Cluster) {
				k.Workloads[0].Pod.Containers[0].Image = ""
				k.Servers[0].Release = coreDNSRelease(t, "1.13.1")
			},
		},
		{
			name: "the Corefile's ConfigMap is not there", text: ".:53 {\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) { delete(k.ConfigMaps, "coredns") },
			want: []string{
				`Corefile:1:1 error zone-already-served of CoreDNS 1.15.0`,
				`Corefile:1:1 error zone-overlap of ` + nodeCache,
				`:0:0 warning missing-base of CoreDNS 1.15.0`,
			},
		},
		{
			name: "the workload does not mount the ConfigMap", text: "a.org {\n chaos\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.Workloads[1].Pod.Containers[0].VolumeMounts = k.Workloads[1].Pod.Containers[0].VolumeMounts[:2]
			},
			want: []string{`:0:0 warning not-loaded of ` + nodeCache},
		},
		{
			name: "a workload of another name, which takes the place of the usual one", text: "a.org {\n bind lo\n chaos\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) { k.Workloads[1].Name = "nodelocaldns" },
			want:   []string{`Corefile:3:2 error unavailable-plugin of nodelocaldns (node-cache 1.26.7)`},
		},

		{
			name: "a key that the Corefile imports by its name is removed", text: shared,
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.Servers, k.Workloads = k.Servers[:1], k.Workloads[:1]
				k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": "import extra-configs/mine\n"}}
				k.ConfigMaps[extraconfig.Name] = extraconfig.ConfigMap{Data: texts{"mine": "a.org {\n log\n}\n"}}
			},
			want: []string{`:0:0 error breaks-base of CoreDNS 1.15.0`, `:0:0 warning not-loaded of CoreDNS 1.15.0`},
		},
		{
			name: "a key that the Corefile imports by its name was never there", text: shared,
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.Servers, k.Workloads = k.Servers[:1], k.Workloads[:1]
				k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": "import extra-configs/mine\n"}}
			},
			want: []string{`:0:0 warning broken-base of CoreDNS 1.15.0`},
		},
		{
			name: "an import relative to where node-cache writes its Corefile", text: "a.org {\n chaos\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.ConfigMaps["node-local-dns"] = extraconfig.ConfigMap{Data: texts{"Corefile": "import coredns/extra-configs/*Corefile\n"}}
			},
			want: []string{`Corefile:2:2 error unavailable-plugin of ` + nodeCache},
		},
		{
			name: "an import relative to where node-cache has its template", text: "a.org {\n chaos\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.ConfigMaps["node-local-dns"] = extraconfig.ConfigMap{Data: texts{"Corefile": "import extra-configs/*Corefile\n"}}
			},
			want: []string{`:0:0 warning not-loaded of ` + nodeCache},
		},
		{
			name: "a port that the arguments choose", text: ". {\n bind lo\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.Servers, k.Workloads = k.Servers[:1], k.Workloads[:1]
				k.Workloads[0].Pod.Containers[0].Args = []string{"-conf", "/etc/coredns/Corefile", "-dns.port", "5353"}
			},
			want: []string{`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0`},
		},
		{
			name: "a stub domain of kube-dns", text: "corp.example {\n forward . 10.0.0.53\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.ConfigMaps["kube-dns"] = extraconfig.ConfigMap{Data: texts{"stubDomains": `{"corp.example": ["10.0.0.53"]}`}}
				pod := &k.Workloads[1].Pod
				pod.Containers[0].VolumeMounts = append(pod.Containers[0].VolumeMounts, workload.VolumeMount{Name: "kube-dns", MountPath: "/etc/kube-dns"})
				pod.Volumes = append(pod.Volumes, workload.Volume{Name: "kube-dns", ConfigMap: &workload.ConfigMapSource{Name: "kube-dns", Optional: true}})
			},
			want: []string{`Corefile:1:1 error zone-overlap of ` + nodeCache},
		},

		// ConfigMaps for one server, in one folder with the other.
		{name: "a ConfigMap for CoreDNS alone", change: projected, judged: extraconfig.CoreDNSName, text: "a.org {\n chaos\n}\n"},
		{
			name: "a ConfigMap for node-local-dns alone", change: projected, judged: extraconfig.NodeLocalDNSName, text: "a.org {\n bind lo\n chaos\n}\n",
			want: []string{`Corefile:3:2 error unavailable-plugin of ` + nodeCache},
		},
		{
			name: "a zone of the ConfigMap beside it", text: shared, want: []string{`Corefile:1:1 error zone-already-served of CoreDNS 1.15.0`},
			change: func(t *testing.T, k *extraconfig.Cluster) {
				projected(t, k)
				k.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: texts{"z.Corefile": shared}}
			},
		},
		{
			name: "the ConfigMap beside it is broken", text: shared, want: []string{`:0:0 warning broken-base of CoreDNS 1.15.0`},
			change: func(t *testing.T, k *extraconfig.Cluster) {
				projected(t, k)
				k.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: texts{"z.Corefile": "z.org {\n lgo\n}\n"}}
			},
		},
		{
			name: "the ConfigMap beside it swallows this one", text: shared, want: []string{`:0:0 warning broken-base of CoreDNS 1.15.0`},
			change: func(t *testing.T, k *extraconfig.Cluster) {
				projected(t, k)
				k.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: texts{"A.Corefile": "z.org {\n"}}
			},
		},
		{
			name: "the ConfigMap beside it needed what is removed", text: shared, want: []string{`:0:0 error breaks-base of CoreDNS 1.15.0`},
			change: func(t *testing.T, k *extraconfig.Cluster) {
				projected(t, k)
				k.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: texts{"z.Corefile": "z.org {\n import mine\n}\n"}}
				k.ConfigMaps[extraconfig.Name] = extraconfig.ConfigMap{Data: texts{"Corefile": "(mine) {\n log\n}\n"}}
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := metakube(t)
			if test.change != nil {
				test.change(t, &k)
			}
			judged := test.judged
			if judged == "" {
				judged = extraconfig.Name
			}
			var got []string
			problems := k.Check(judged, extraconfig.ConfigMap{Data: texts{"Corefile": test.text}})
			for _, p := range problems {
				got = append(got, fmt.Sprintf("%s:%d:%d %s %s of %s", p.File, p.Line, p.Column, p.Severity, p.Rule, p.Server))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("problems:\n%s\nwant:\n%s\nin full:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"), strings.Join(say(problems), "\n"))
			}
		})
	}
}

// projected has each server load its own ConfigMap beside the common one.
func projected(t *testing.T, k *extraconfig.Cluster) {
	t.Helper()
	for i, name := range []string{extraconfig.CoreDNSName, extraconfig.NodeLocalDNSName} {
		volumes := k.Workloads[i].Pod.Volumes
		for j := range volumes {
			if volumes[j].Name == extraconfig.Name {
				volumes[j].ConfigMap = nil
				volumes[j].Projected = &workload.Projected{Sources: []workload.Source{
					{ConfigMap: &workload.ConfigMapSource{Name: extraconfig.Name}}, {ConfigMap: &workload.ConfigMapSource{Name: name}},
				}}
			}
		}
	}
}

func TestNamesAreThoseThatMatter(t *testing.T) {
	t.Parallel()
	configMaps, services := metakube(t).Names()
	if want := []string{"coredns", extraconfig.CoreDNSName, extraconfig.Name, "node-local-dns", extraconfig.NodeLocalDNSName}; !slices.Equal(configMaps, want) {
		t.Errorf("ConfigMaps %q, want %q", configMaps, want)
	}
	if want := []string{"kube-dns", "kube-dns-upstream"}; !slices.Equal(services, want) {
		t.Errorf("Services %q, want %q", services, want)
	}
	configMaps, services = extraconfig.Cluster{Servers: servers(t)}.Names()
	if len(configMaps) != 3 || !slices.Equal(services, []string{"kube-dns"}) {
		t.Errorf("where nothing is known: %q and %q", configMaps, services)
	}
}

func TestVerdictsOfOneClusterMayBeMadeAtOnce(t *testing.T) {
	t.Parallel()
	shared := metakube(t)
	bundles := []string{"a.org {\n lgo\n}\n", ".:53 {\n}\n", "a.org {\n", "cluster.local {\n bind lo\n}\n", ""}
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			k := shared
			if i%3 == 0 { // the servers' own Corefiles change meanwhile
				k.ConfigMaps = map[string]extraconfig.ConfigMap{"coredns": {Data: texts{"Corefile": last}}}
			}
			bundle := extraconfig.ConfigMap{Data: texts{"Corefile": bundles[i%len(bundles)]}}
			alone := k
			alone.Sources = nil
			if got, want := say(k.Check(extraconfig.Name, bundle)), say(alone.Check(extraconfig.Name, bundle)); !slices.Equal(got, want) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
	group.Wait()
}
