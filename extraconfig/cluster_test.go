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
	"corewarden/corefile/release"
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
			w := workload.New(object.Kind, name, object.Spec.Template.Spec)
			k.Workloads = slices.DeleteFunc(k.Workloads, func(other workload.Workload) bool { return other.Name == name })
			k.Workloads = append(k.Workloads, w)
		case "ConfigMap":
			k.ConfigMaps[name] = extraconfig.ConfigMap{Data: object.Data}
		case "Service":
			k.Services[name] = object.Spec.ClusterIP
		}
	}
}

// repod changes the pods of a workload.
func repod(k *extraconfig.Cluster, i int, change func(*workload.Pod)) {
	w := &k.Workloads[i]
	pod := w.Pod()
	change(&pod)
	*w = workload.New(w.Kind, w.Name, pod)
}

// say renders problems as "key:line:column severity rule of server: message".
func say(problems []corefile.Problem) []string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, fmt.Sprintf("%s:%d:%d %s %s of %s: %s", p.File, p.Line, p.Column, p.Severity, p.Rule, p.Server, p.Message))
	}
	return lines
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
		{name: "both servers", text: "svc.cluster.local:53 {\n}\na.org {\n chaos\n whoami\n}\n", want: []string{
			`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0`,
			`Corefile:4:2 error unavailable-plugin of ` + nodeCache,
		}},
		{
			name: "the release of an image", text: "a.org {\n bind lo\n forward . 10.0.0.1 {\n  max_age 1m\n }\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				repod(k, 0, func(p *workload.Pod) { p.Containers[0].Image = "registry.example:5000/coredns:v1.13.1-eksbuild.1" })
			},
			want: []string{
				`Corefile:4:3 error unavailable-property of CoreDNS 1.13.1`,
				`Corefile:4:3 error unavailable-property of ` + nodeCache,
			},
		},
		{
			name: "an image that tells no release", text: shared,
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				repod(k, 0, func(p *workload.Pod) { p.Containers[0].Image = "coredns:latest" })
			},
			want: []string{
				`Corefile:1:1 warning unreachable of CoreDNS ` + release.NewestCoreDNS, `Corefile:1:1 warning unreachable of node-local-dns (node-cache 1.26.7)`,
				`:0:0 warning unknown-release of CoreDNS ` + release.NewestCoreDNS,
			},
		},
		{
			name: "no image, so that the release is that of Servers", want: []string{`Corefile:1:1 warning unreachable of CoreDNS 1.13.1`, `Corefile:1:1 warning unreachable of node-local-dns (node-cache 1.26.7)`, `Corefile:4:1 warning old-behaviour of CoreDNS 1.13.1 and node-local-dns (node-cache 1.26.7)`, `Corefile:4:1 warning unreachable of CoreDNS 1.13.1`},
			text: "a.org {\n bind lo\n}\nA.org {\n bind lo\n}\n",
			change: func(t *testing.T, k *extraconfig.Cluster) {
				repod(k, 0, func(p *workload.Pod) { p.Containers[0].Image = "" })
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
			name: "the workload does not mount the ConfigMap", text: "a.org {\n chaos\n whoami\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				repod(k, 1, func(p *workload.Pod) { p.Containers[0].VolumeMounts = p.Containers[0].VolumeMounts[:2] })
			},
			want: []string{`:0:0 warning not-loaded of ` + nodeCache},
		},
		{
			name: "a workload of another name, which takes the place of the usual one", text: "a.org {\n bind lo\n chaos\n whoami\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) { k.Workloads[1].Name = "nodelocaldns" },
			want:   []string{`Corefile:1:1 warning unreachable of CoreDNS 1.15.0`, `Corefile:3:2 error unavailable-plugin of nodelocaldns (node-cache 1.26.7)`},
		},

		{
			name: "a key that the Corefile imports by its name is removed", text: shared,
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.Servers, k.Workloads = k.Servers[:1], k.Workloads[:1]
				k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": "import extra-configs/mine\n"}}
				k.ConfigMaps[extraconfig.Name] = extraconfig.ConfigMap{Data: texts{"mine": "a.org {\n whoami\n}\n"}}
			},
			want: []string{`:0:0 error breaks-base of CoreDNS 1.15.0`, `:0:0 warning not-loaded of CoreDNS 1.15.0`},
		},
		{
			name: "a key that the Corefile imports by its name was never there", text: shared,
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.Servers, k.Workloads = k.Servers[:1], k.Workloads[:1]
				k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": "import extra-configs/mine\n"}}
			},
			want: []string{`Corefile:1:1 warning unreachable of CoreDNS 1.15.0`, `:0:0 warning broken-base of CoreDNS 1.15.0`},
		},
		{
			name: "an import relative to where node-cache writes its Corefile", text: "a.org {\n chaos\n whoami\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.ConfigMaps["node-local-dns"] = extraconfig.ConfigMap{Data: texts{"Corefile": "import coredns/extra-configs/*Corefile\n"}}
			},
			want: []string{`Corefile:2:2 error unavailable-plugin of ` + nodeCache},
		},
		{
			name: "an import relative to where node-cache has its template", text: "a.org {\n chaos\n whoami\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.ConfigMaps["node-local-dns"] = extraconfig.ConfigMap{Data: texts{"Corefile": "import extra-configs/*Corefile\n"}}
			},
			want: []string{`:0:0 warning not-loaded of ` + nodeCache},
		},
		{
			name: "a port that the arguments choose", text: "cluster.local {\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.Servers, k.Workloads = k.Servers[:1], k.Workloads[:1]
				k.ConfigMaps["coredns"] = extraconfig.ConfigMap{Data: texts{"Corefile": "import extra-configs/*Corefile\n. {\n errors\n}\n"}}
				repod(k, 0, func(p *workload.Pod) {
					p.Containers[0].Args = []string{"-conf", "/etc/coredns/Corefile", "-dns.port", "5353"}
				})
			},
			want: []string{`Corefile:1:1 warning shadowed-zone of CoreDNS 1.15.0`},
		},
		{
			name: "a stub domain of kube-dns", text: "corp.example {\n forward . 10.0.0.53\n}\n",
			change: func(_ *testing.T, k *extraconfig.Cluster) {
				k.ConfigMaps["kube-dns"] = extraconfig.ConfigMap{Data: texts{"stubDomains": `{"corp.example": ["10.0.0.53"]}`}}
				repod(k, 1, func(p *workload.Pod) {
					p.Containers[0].VolumeMounts = append(p.Containers[0].VolumeMounts, workload.VolumeMount{Name: "kube-dns", MountPath: "/etc/kube-dns"})
					p.Volumes = append(p.Volumes, workload.Volume{Name: "kube-dns", ConfigMap: &workload.ConfigMapSource{Name: "kube-dns", Optional: true}})
				})
			},
			want: []string{`Corefile:1:1 error zone-overlap of ` + nodeCache},
		},

		// ConfigMaps for one server, in one folder with the other.
		{name: "a ConfigMap for CoreDNS alone", change: projected, judged: extraconfig.CoreDNSName, text: "a.org {\n chaos\n whoami\n}\n"},
		{
			name: "a ConfigMap for node-local-dns alone", change: projected, judged: extraconfig.NodeLocalDNSName, text: "a.org {\n bind lo\n chaos\n whoami\n}\n",
			want: []string{`Corefile:3:2 error unavailable-plugin of ` + nodeCache},
		},
		{
			name: "a zone of the ConfigMap beside it", text: shared, want: []string{`Corefile:1:1 error zone-already-served of CoreDNS 1.15.0`, `Corefile:1:1 warning unreachable of node-local-dns (node-cache 1.26.7)`},
			change: func(t *testing.T, k *extraconfig.Cluster) {
				projected(t, k)
				k.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: texts{"z.Corefile": shared}}
			},
		},
		{
			name: "the ConfigMap beside it is broken", text: shared, want: []string{`Corefile:1:1 warning unreachable of CoreDNS 1.15.0`, `Corefile:1:1 warning unreachable of node-local-dns (node-cache 1.26.7)`, `:0:0 warning broken-base of CoreDNS 1.15.0`},
			change: func(t *testing.T, k *extraconfig.Cluster) {
				projected(t, k)
				k.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: texts{"z.Corefile": "z.org {\n lgo\n}\n"}}
			},
		},
		{
			name: "a block of the ConfigMap beside it stays open", text: shared, want: []string{`Corefile:1:1 warning unreachable of CoreDNS 1.15.0`, `Corefile:1:1 warning unreachable of node-local-dns (node-cache 1.26.7)`, `:0:0 warning broken-base of CoreDNS 1.15.0`},
			change: func(t *testing.T, k *extraconfig.Cluster) {
				projected(t, k)
				k.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: texts{"A.Corefile": "z.org {\n"}}
			},
		},
		{
			name: "the ConfigMap beside it needed what is removed", text: shared, want: []string{`Corefile:1:1 warning unreachable of node-local-dns (node-cache 1.26.7)`, `:0:0 error breaks-base of CoreDNS 1.15.0`},
			change: func(t *testing.T, k *extraconfig.Cluster) {
				projected(t, k)
				k.ConfigMaps[extraconfig.CoreDNSName] = extraconfig.ConfigMap{Data: texts{"z.Corefile": "z.org {\n import mine\n}\n"}}
				k.ConfigMaps[extraconfig.Name] = extraconfig.ConfigMap{Data: texts{"Corefile": "(mine) {\n whoami\n}\n"}}
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
		repod(k, i, func(p *workload.Pod) {
			for j := range p.Volumes {
				if p.Volumes[j].Name == extraconfig.Name {
					p.Volumes[j].ConfigMap = nil
					p.Volumes[j].Projected = &workload.Projected{Sources: []workload.Source{
						{ConfigMap: &workload.ConfigMapSource{Name: extraconfig.Name}}, {ConfigMap: &workload.ConfigMapSource{Name: name}},
					}}
				}
			}
		})
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

// TestVerdictsDoNotDependOnThoseBefore judges one ConfigMap after the other beside the same
// Corefile of CoreDNS, in which the parts that were found fine need no second look.
func TestVerdictsDoNotDependOnThoseBefore(t *testing.T) {
	t.Parallel()
	const managed = "tls://%s.org:8853 {\n tls {\n  acme dns.example.org\n  email %s@example.org\n }\n whoami\n}\n"
	expressions := strings.Repeat("  match a\n", 5_100)
	for _, test := range []struct {
		name, base string
		bundles    []string
	}{
		{
			"a certificate that two blocks manage", first + strings.ReplaceAll(fmt.Sprintf(managed, "a", "a"), ":8853", ""),
			[]string{"b.org {\n whoami\n}\n", fmt.Sprintf(managed, "b", "b"), fmt.Sprintf(managed, "b", "a")},
		},
		{
			"regular expressions, of which the whole has too many", first + "a.org {\n template IN A {\n" + expressions + " }\n}\n",
			[]string{"b.org {\n whoami\n}\n", "b.org {\n template IN A {\n" + expressions + " }\n}\n"},
		},
		{
			"a brace that hides the end of the block that it is imported into", ".:53 {\n errors\n import extra-configs/*Corefile\n cache 30\n}\n",
			[]string{"log\n", "log\n}\nb.org {\n", "cache 60\n", "log\n}\n"},
		},
		{
			"the same beside a Corefile that is broken behind it", ".:53 {\n errors\n import extra-configs/*Corefile\n cache 30 a. b c d {\n  no\n }\n}\n",
			[]string{"", "}\nb.org {\n", "log\n"},
		},
		{
			"a snippet of the bundle's", "import extra-configs/*Corefile\n.:53 {\n import s\n errors\n}\n",
			[]string{"(s) {\n cache 30\n}\n", "(s) {\n cache 0\n}\n"},
		},
		{
			"a zone whose comma takes the Corefile's first block", first,
			[]string{"a.org {\n}\n", "a.org,\n", "a.org\n"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k := onlyCoreDNS(t, test.base)
			for range 2 {
				for _, bundle := range test.bundles {
					alone := k
					alone.Sources = nil
					c := extraconfig.ConfigMap{Data: texts{"Corefile": bundle}}
					if got, want := say(k.Check(extraconfig.Name, c)), say(alone.Check(extraconfig.Name, c)); !slices.Equal(got, want) {
						t.Errorf("of\n%.100s\nis said\n%s\nwant\n%s", bundle, strings.Join(got, "\n"), strings.Join(want, "\n"))
					}
				}
			}
		})
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
