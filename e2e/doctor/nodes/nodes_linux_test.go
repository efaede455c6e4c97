package nodes

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"corewarden/doctor"
	e2edoctor "corewarden/e2e/doctor"
	"corewarden/e2e/metakube"
	"corewarden/e2e/realnode"
)

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard()) // as the command does: the report tells all
	realnode.Main(m)
}

// overlay is what docs/certificates.md has a user write. A test need not wait for half a
// minute whether pods stay up.
const overlay = `
resources:
- %s
images:
- name: corewarden/webhook
  newName: %s
  newTag: %s
patches:
- target: {kind: Deployment, name: corewarden-webhook}
  patch: |
    - {op: add, path: /spec/template/spec/containers/0/args/-, value: --rollout-soak=1s}
`

// installation is a Corewarden in pods, and how the doctor looks at it.
type installation struct {
	*realnode.Cluster
	options doctor.Options
	overlay string
}

// TestDoctorLooksAtRealPods has Corewarden installed as the docs say, with certificates of its
// own. The API server calls it through the Service.
func TestDoctorLooksAtRealPods(t *testing.T) { //nolint:paralleltest // a process has one cluster of real nodes
	realnode.Need(t)
	i := install(t)
	t.Run("all is well", func(t *testing.T) {
		i.awaits(t, e2edoctor.Want{ID: "rolled-out", Status: doctor.OK, Cause: "coredns done, node-local-dns done"},
			e2edoctor.Want{ID: "certificate", Status: doctor.OK, Cause: "days left"},
			e2edoctor.Want{ID: "issuer", Status: doctor.OK, Cause: "corewarden-certs"},
			e2edoctor.Want{ID: "wrong-rejected", Status: doctor.OK})
		report, err := i.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		if err := report.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		if len(report.Checks) != report.Counts[doctor.OK] {
			t.Errorf("not all is ok:\n%s", text.String())
		}
	})
	for _, test := range []struct {
		name           string
		breakIt, putIt []string // of kubectl
		wants          []e2edoctor.Want
	}{
		{
			"the tag of the image is unknown",
			[]string{"set", "image", "--namespace=corewarden", "deployment/corewarden-webhook", "webhook=registry.example/corewarden:typo"},
			[]string{"rollout", "undo", "--namespace=corewarden", "deployment/corewarden-webhook"},
			[]e2edoctor.Want{
				{ID: "pods", Status: doctor.Failed, Cause: "the image registry.example/corewarden:typo cannot be pulled", Remedy: "put the name and tag of an image"},
				{ID: "wrong-rejected", Status: doctor.OK}, // the old pods stay
			},
		},
		{
			"there are no endpoints",
			[]string{"scale", "--namespace=corewarden", "deployment/corewarden-webhook", "--replicas=0"},
			[]string{"scale", "--namespace=corewarden", "deployment/corewarden-webhook", "--replicas=2"},
			[]e2edoctor.Want{
				{ID: "pods", Status: doctor.Failed, Cause: "0 of 0 pods are ready"},
				{ID: "service", Status: doctor.Failed, Cause: "no pod behind it is ready"},
				{ID: "leader", Status: doctor.Failed, Cause: "nothing is rolled out"},
				{ID: "wrong-rejected", Status: doctor.Failed, Cause: "the API server cannot call validate.corewarden.io"},
			},
		},
		{
			"the Service is gone",
			[]string{"delete", "service", "--namespace=corewarden", "corewarden-webhook"},
			[]string{"apply", "--server-side", "--force-conflicts", "--kustomize", i.overlay},
			[]e2edoctor.Want{
				{ID: "service", Status: doctor.Failed, Cause: "there is no Service corewarden/corewarden-webhook", Remedy: "apply the manifests"},
				{ID: "wrong-rejected", Status: doctor.Failed, Cause: "its Service is not there"},
			},
		},
		{
			"a release is unknown",
			[]string{"set", "image", "--namespace=kube-system", "deployment/coredns", "coredns=registry.k8s.io/coredns/coredns:v1.99.0"},
			[]string{"rollout", "undo", "--namespace=kube-system", "deployment/coredns"},
			[]e2edoctor.Want{{ID: "releases", Status: doctor.Warning, Cause: "CoreDNS 1.99.0 is not known", Remedy: "upgrade Corewarden"}},
		},
		{
			"nothing issues certificates",
			[]string{"scale", "--namespace=corewarden", "deployment/corewarden-certs", "--replicas=0"},
			[]string{"scale", "--namespace=corewarden", "deployment/corewarden-certs", "--replicas=1"},
			[]e2edoctor.Want{{ID: "issuer", Status: doctor.Failed, Cause: "nothing is renewed", Remedy: "kubectl describe deployment corewarden-certs"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			i.kubectl(t, test.breakIt...)
			i.awaits(t, test.wants...)
			i.kubectl(t, test.putIt...)
			i.awaits(t, e2edoctor.Want{ID: "wrong-rejected", Status: doctor.OK}, e2edoctor.Want{ID: "pods", Status: doctor.OK})
		})
	}
}

func install(t *testing.T) *installation {
	t.Helper()
	ctx := t.Context()
	cluster, err := realnode.Start(ctx, realnode.Options{Nodes: 1, Output: os.Stderr, SyncFrequency: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := metakube.InstallDNS(ctx, cluster.Cluster); err != nil {
		t.Fatal(err)
	}
	c, err := client.New(cluster.Config(), client.Options{Scheme: scheme.Scheme})
	if err != nil {
		t.Fatal(err)
	}
	i := &installation{cluster, doctor.Options{Config: cluster.Config(), Client: c, Version: "v0.1.0"}, t.TempDir()}
	selfSigned, err := filepath.Abs("../../../deploy/self-signed")
	if err != nil {
		t.Fatal(err)
	}
	if selfSigned, err = filepath.Rel(i.overlay, selfSigned); err != nil { // kustomize takes no absolute path
		t.Fatal(err)
	}
	text := fmt.Sprintf(overlay, selfSigned, realnode.CorewardenImage, realnode.CorewardenTag)
	if err := os.WriteFile(filepath.Join(i.overlay, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	i.kubectl(t, "apply", "--server-side", "--kustomize", i.overlay)
	i.kubectl(t, "rollout", "status", "--namespace=corewarden", "deployment/corewarden-webhook", "--timeout=4m")
	return i
}

func (i *installation) kubectl(t *testing.T, args ...string) {
	t.Helper()
	if _, err := i.Kubectl(t.Context(), args...); err != nil {
		t.Fatal(err)
	}
}

func (i *installation) run(ctx context.Context) (doctor.Report, error) {
	return doctor.Run(ctx, i.options), nil
}

func (i *installation) awaits(t *testing.T, wants ...e2edoctor.Want) {
	t.Helper()
	if err := e2edoctor.Await(t.Context(), i.run, wants...); err != nil {
		t.Fatal(err)
	}
}
