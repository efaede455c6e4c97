package webhook_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"corewarden/cluster"
	"corewarden/extraconfig"
	"corewarden/webhook"
)

// metakube is the DNS of a cluster like MetaKube's: the objects of the manifests that the
// end-to-end tests install, by kind and name.
func metakube(t testing.TB) map[string]string {
	t.Helper()
	objects := map[string]string{}
	for _, name := range []string{"coredns", "node-local-dns"} {
		text, err := os.ReadFile("../e2e/metakube/manifests/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			object, err := yaml.ToJSON([]byte(document))
			if err != nil {
				t.Fatal(err)
			}
			meta := decode[metav1.PartialObjectMetadata](t, string(object))
			objects[meta.Kind+"/"+meta.Name] = string(object)
		}
	}
	return objects
}

func decode[T any](t testing.TB, object string) *T {
	t.Helper()
	into := new(T)
	if err := json.Unmarshal([]byte(object), into); err != nil {
		t.Fatal(err)
	}
	return into
}

// knownOf returns what is known of a cluster with those objects, in which a ConfigMap is
// stored.
func knownOf(t testing.TB, objects map[string]string, name, corefile string) *extraconfig.Cluster {
	t.Helper()
	k := extraconfig.Cluster{Servers: servers(t)}.
		With(cluster.OfDeployment(decode[appsv1.Deployment](t, objects["Deployment/coredns"]))).
		With(cluster.OfDaemonSet(decode[appsv1.DaemonSet](t, objects["DaemonSet/node-local-dns"])))
	k.Unknown = nil
	for _, base := range []string{"coredns", "node-local-dns"} {
		k = k.WithConfigMap(base, extraconfig.ConfigMap{Data: decode[corev1.ConfigMap](t, objects["ConfigMap/"+base]).Data})
	}
	if corefile != "" {
		k = k.WithConfigMap(name, extraconfig.ConfigMap{Data: map[string]string{"Corefile": corefile}})
	}
	return &k
}

// TestStoredIsJudgedAgain says of which changes beside the ConfigMap whose author is
// warned, and how.
func TestStoredIsJudgedAgain(t *testing.T) {
	t.Parallel()
	objects := metakube(t)
	const (
		bundle  = "dns-extra-configs"
		failing = "example.org {\n    forward . 10.0.0.1 {\n        failover SERVFAIL\n    }\n}\n"
	)
	replaced := func(object, before, after string) string {
		t.Helper()
		text := objects[object]
		if !strings.Contains(text, before) {
			t.Fatalf("there is no %s in %s", before, text)
		}
		return strings.ReplaceAll(text, before, after)
	}
	for _, test := range []struct {
		name         string
		stored, text string // the ConfigMap's name and its Corefile; no text: it is not there
		object, now  string // "" for an object that was not there
		want         []string
	}{
		{name: "an older image of node-local-dns", stored: bundle, text: failing, object: "DaemonSet/node-local-dns", now: replaced("DaemonSet/node-local-dns", "node-cache:1.26.7", "node-cache:1.24.0"), want: []string{
			`the stored dns-extra-configs, data[Corefile] would stop node-local-dns (node-cache 1.24.0): line 3, column 9: forward: node-cache 1.24.0 has no property "failover": it came with CoreDNS 1.13.0. Remove it (unavailable-property)`,
		}},
		{name: "an older image of a server that does not load it anyway", stored: "coredns-extra-configs", text: bad, object: "Deployment/coredns", now: replaced("Deployment/coredns", "v1.15.0", "v1.14.7")},
		{name: "a zone that a base comes to serve", stored: bundle, text: good, object: "ConfigMap/coredns", now: replaced("ConfigMap/coredns", ".:53 {", "example.org {\\n}\\n.:53 {"), want: []string{
			`the stored dns-extra-configs, data[Corefile] would stop CoreDNS 1.15.0: line 1, column 1: "example.org" on port 53 is already served in ConfigMap coredns, key Corefile. Use a more specific zone (zone-already-served)`,
		}},
		{name: "a base that is broken", stored: bundle, text: good, object: "ConfigMap/coredns", now: replaced("ConfigMap/coredns", ".:53 {", ".:53 {\\n forwrad\\n"), want: []string{
			`the stored dns-extra-configs: CoreDNS 1.15.0 does not start on its own Corefile. Fix that first; this ConfigMap was checked with MetaKube's Corefile instead. The first problem: line 3, column 2 of ConfigMap coredns, key Corefile (unknown-plugin) (broken-base)`,
		}},
		{name: "a base that no longer imports the ConfigMap", stored: bundle, text: good, object: "ConfigMap/coredns", now: replaced("ConfigMap/coredns", "import /etc/coredns/extra-configs/*Corefile", ""), want: []string{
			`the stored dns-extra-configs: CoreDNS 1.15.0 loads none of this ConfigMap: its own Corefile (ConfigMap coredns, key Corefile) does not import it. Add an import there, such as "import /etc/coredns/extra-configs/*Corefile" (not-loaded)`,
		}},
		{name: "a mount that is gone", stored: bundle, text: good, object: "Deployment/coredns", now: replaced("Deployment/coredns", `"name":"dns-extra-configs"`, `"name":"other"`), want: []string{
			"the stored dns-extra-configs: Deployment coredns does not mount this ConfigMap, so CoreDNS 1.15.0 loads none of it (not-loaded)",
		}},
		{name: "a base of another name", stored: bundle, text: good, object: "Deployment/coredns", now: replaced("Deployment/coredns", `"configMap":{"items":[{"key":"Corefile","path":"Corefile"}],"name":"coredns"`, `"configMap":{"items":[{"key":"Corefile","path":"Corefile"}],"name":"other"`), want: []string{
			`the stored dns-extra-configs: the own Corefile of CoreDNS 1.15.0 is not known: /etc/coredns/Corefile of Deployment coredns comes from key "Corefile" of ConfigMap "other", and it has not been read yet. This ConfigMap was checked with MetaKube's Corefile instead (missing-base)`,
		}},
		{name: "a Deployment that appears", stored: bundle, text: good, object: "", now: objects["Deployment/coredns"]},
		{name: "nothing that counts", stored: bundle, text: bad, object: "Deployment/coredns", now: replaced("Deployment/coredns", `"spec":{`, `"spec":{"paused":true,`)},
		{name: "nothing is stored", object: "DaemonSet/node-local-dns", now: replaced("DaemonSet/node-local-dns", "node-cache:1.26.7", "node-cache:1.24.0")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := serveFor(t, knownOf(t, objects, test.stored, test.text))
			kind, _, _ := strings.Cut(test.object, "/")
			if kind == "" {
				kind = "Deployment"
			}
			got := s.ask(t, webhook.StoredPath, request{kind: kind, old: objects[test.object], object: test.now})
			if !got.Allowed || len(got.Patch) > 0 {
				t.Errorf("allowed = %v with the patch %s", got.Allowed, got.Patch)
			}
			if !slices.Equal(got.Warnings, test.want) {
				t.Errorf("warnings:\n%s\nwant:\n%s", strings.Join(got.Warnings, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestDeletions says how somebody is warned who deletes a ConfigMap that servers load.
func TestDeletions(t *testing.T) {
	t.Parallel()
	objects := metakube(t)
	const (
		stuck   = "new pods of %s cannot start without dns-extra-configs: the volume is not optional. Create it again, even if empty"
		changed = "the deletion will be rolled out: %s will run without the server blocks of dns-extra-configs"
		both    = "Deployment coredns and DaemonSet node-local-dns"
	)
	for _, test := range []struct {
		name           string
		text           string
		required       []string // the workloads whose volume is not optional
		object         string   // the name of another one that is deleted
		stuck, changed string
	}{
		{name: "both servers go on without it", text: good, changed: both},
		{name: "it has no Corefile anyway"},
		{name: "one server needs it", text: good, required: []string{"Deployment/coredns"}, stuck: "Deployment coredns", changed: "DaemonSet node-local-dns"},
		{name: "both need it, though it is empty", required: []string{"Deployment/coredns", "DaemonSet/node-local-dns"}, stuck: both},
		{name: "one that no server mounts", object: "coredns-extra-configs", text: good},
		{name: "one that is not guarded", object: "coredns", text: good},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			here := maps.Clone(objects)
			for _, name := range test.required {
				optional := `"name":"dns-extra-configs","optional":true`
				if here[name] = strings.Replace(here[name], optional, `"name":"dns-extra-configs"`, 1); here[name] == objects[name] {
					t.Fatalf("%s has no %s", name, optional)
				}
			}
			old := fmt.Sprintf(`{"kind":"ConfigMap","metadata":{"name":%q,"namespace":"kube-system"},"data":{"Corefile":%q}}`, cmp.Or(test.object, "dns-extra-configs"), test.text)
			var want []string
			if test.stuck != "" {
				want = append(want, fmt.Sprintf(stuck, test.stuck))
			}
			if test.changed != "" {
				want = append(want, fmt.Sprintf(changed, test.changed))
			}
			s := serveFor(t, knownOf(t, here, "", ""))
			got := s.ask(t, webhook.StoredPath, request{operation: admissionv1.Delete, old: old})
			if !got.Allowed || !slices.Equal(got.Warnings, want) {
				t.Errorf("allowed = %v, warnings:\n%s\nwant:\n%s", got.Allowed, strings.Join(got.Warnings, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}
