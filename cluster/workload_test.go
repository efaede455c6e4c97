package cluster_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	yamlv3 "go.yaml.in/yaml/v3"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"corewarden/cluster"
	"corewarden/extraconfig/workload"
)

// everything is a workload that says all that counts.
const everything = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns}
spec:
  template:
    spec:
      hostNetwork: true
      containers:
      - name: sidecar
        image: example.org/other:1
      - name: coredns
        image: example.org/coredns:v1.15.0
        command: [/coredns]
        args: [-conf, Corefile]
        workingDir: /etc/coredns
        volumeMounts:
        - {name: base, mountPath: /etc/coredns/Corefile, subPath: Corefile}
        - {name: bundles, mountPath: /etc/coredns/extra-configs}
        - {name: node, mountPath: /node, subPathExpr: $(NODE)}
      volumes:
      - name: base
        configMap: {name: coredns, optional: true, items: [{key: Corefile, path: Corefile}]}
      - name: bundles
        projected:
          sources:
          - configMap: {name: dns-extra-configs, optional: true}
          - configMap: {name: coredns-extra-configs, items: [{key: a, path: a.Corefile}]}
          - secret: {name: s}
      - name: node
        hostPath: {path: /}
`

// TestWorkloadsAreReadAsFromManifests compares what is made of an object of the API with
// what package workload makes of its manifest, so that the webhook and the command agree.
func TestWorkloadsAreReadAsFromManifests(t *testing.T) {
	t.Parallel()
	manifests := everything
	for _, name := range []string{"coredns", "node-local-dns"} {
		text, err := os.ReadFile("../e2e/metakube/manifests/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		manifests += "\n---\n" + string(text)
	}
	compared := 0
	for manifest := range strings.SplitSeq(manifests, "\n---\n") {
		var object struct {
			Kind     string
			Metadata struct{ Name string }
			Spec     struct {
				Template struct{ Spec workload.Pod }
			}
		}
		if err := yamlv3.Unmarshal([]byte(manifest), &object); err != nil {
			t.Fatal(err)
		}
		var got workload.Workload
		switch object.Kind {
		case "Deployment":
			got = cluster.OfDeployment(decode[appsv1.Deployment](t, manifest))
		case "DaemonSet":
			got = cluster.OfDaemonSet(decode[appsv1.DaemonSet](t, manifest))
		default:
			continue
		}
		compared++
		want := workload.New(object.Kind, object.Metadata.Name, object.Spec.Template.Spec)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is\n%+v\nas an object, and\n%+v\nas a manifest", got, got, want)
		}
	}
	if compared != 3 {
		t.Errorf("compared %d workloads, want 3", compared)
	}
}

func decode[T any](t *testing.T, manifest string) *T {
	t.Helper()
	into := new(T)
	if err := yaml.Unmarshal([]byte(manifest), into); err != nil {
		t.Fatal(err)
	}
	return into
}
