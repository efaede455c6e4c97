package install_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
)

const (
	deployBase        = "../../deploy/base"
	deployCertManager = "../../deploy/cert-manager"
	operationsPage    = "../../docs/operations.md"
)

// TestDeploy installs what deploy/ holds on a real API server, where no webhook is
// listening. The steps build on each other.
func TestDeploy(t *testing.T) {
	t.Parallel()
	d := newDeployment(t)
	d.Run(t, "create", "configmap", "dns-extra-configs", "--namespace=kube-system")

	harness.Step(t, "the base applies without a warning", d.applies)
	harness.Step(t, "the API server adds nothing to what the files say", d.storesWhatTheFilesSay)
	harness.Step(t, "a second apply changes nothing", d.appliesTwice)
	harness.Step(t, "the pods are admitted and roll out", d.rollsOut)
	harness.Step(t, "the service account has the rights it needs and no other", d.rights)
	harness.Step(t, "the cert-manager overlay fits cert-manager's real schema", d.certManagerAccepts)
	harness.Step(t, "the cert-manager overlay's references lead from the webhooks to the pods", d.certificateReachesThePods)
	harness.Step(t, "while no webhook listens only dns-extra-configs is held", d.outage)
	harness.Step(t, "the break-glass command lets the fix in", d.breakGlass)
}

// A deployment is a cluster that deploy/ is installed into.
type deployment struct{ harness.Cluster }

func newDeployment(t *testing.T) deployment {
	t.Helper()
	return deployment{harness.NewCluster(t)}
}

func (d deployment) manifests(t *testing.T, dir string) []unstructured.Unstructured {
	t.Helper()
	objects, err := corewarden.Manifests(t.Context(), d.Kubectl, dir)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func (d deployment) applies(t *testing.T) {
	out := d.Run(t, "apply", "--server-side", "--kustomize", deployBase)
	if strings.Contains(out, "Warning") {
		t.Errorf("kubectl apply warns:\n%s", out)
	}
}

// storesWhatTheFilesSay compares the objects that are nothing but their manifest. Those
// with a status have defaults that GitOps tools know of.
func (d deployment) storesWhatTheFilesSay(t *testing.T) {
	compared := 0
	for _, want := range d.manifests(t, deployBase) {
		got := d.stored(t, want)
		if got.Object["status"] != nil {
			continue
		}
		compared++
		for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp"} {
			unstructured.RemoveNestedField(got.Object, "metadata", field)
		}
		if got, want := indented(t, got), indented(t, want); got != want {
			t.Errorf("the API server stores\n%s\nand the manifest says\n%s", got, want)
		}
	}
	// A service account, two roles, their bindings, that of the admission policy, a network
	// policy and two webhook configurations.
	if compared != 9 {
		t.Errorf("compared %d objects, want 9", compared)
	}
}

func (d deployment) appliesTwice(t *testing.T) {
	if out := d.Run(t, "diff", "--server-side", "--kustomize", deployBase); out != "" {
		t.Errorf("kubectl diff after kubectl apply:\n%s", out)
	}
	before := d.resourceVersions(t)
	d.applies(t)
	for object, after := range d.resourceVersions(t) {
		if before[object] != after {
			t.Errorf("%s went from resource version %s to %s", object, before[object], after)
		}
	}
}

// resourceVersions leaves out objects with a status, which controllers write.
func (d deployment) resourceVersions(t *testing.T) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for _, object := range d.manifests(t, deployBase) {
		if object := d.stored(t, object); object.Object["status"] == nil {
			versions[object.GetKind()+" "+object.GetName()] = object.GetResourceVersion()
		}
	}
	return versions
}

// rollsOut shows that pod security, the quota and the priority class let the pods in.
func (d deployment) rollsOut(t *testing.T) {
	d.Run(t, "rollout", "status", "deployment/corewarden-webhook", "--namespace=corewarden", "--timeout=5m")
}

func (d deployment) certManagerAccepts(t *testing.T) {
	d.Run(t, "apply", "--server-side", "--filename", certManagerCRDs(t))
	// kubectl wait fails on a CRD that has no conditions yet.
	harness.Eventually(t, "cert-manager's CRDs are established", func() error {
		_, err := d.Kubectl(t.Context(), "wait", "--for=condition=Established", "--timeout=30s",
			"crd/certificates.cert-manager.io", "crd/issuers.cert-manager.io")
		return err
	})
	out := d.Run(t, "apply", "--server-side", "--dry-run=server", "--kustomize", deployCertManager)
	if strings.Contains(out, "Warning") {
		t.Errorf("kubectl apply warns:\n%s", out)
	}
}

// certManagerCRDs returns the folder of the pinned cert-manager's CRDs, in the module
// cache.
func certManagerCRDs(t *testing.T) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", "github.com/cert-manager/cert-manager")
	cmd.Dir = "../parts/cert-manager"
	out, err := cmd.Output()
	var module struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &module); err != nil || jsonErr != nil {
		t.Fatalf("go mod download: %v %v %s", err, jsonErr, module.Error)
	}
	return filepath.Join(module.Dir, "deploy", "crds")
}

func (d deployment) certificateReachesThePods(t *testing.T) {
	objects := map[string]unstructured.Unstructured{}
	for _, object := range d.manifests(t, deployCertManager) {
		objects[object.GetKind()+" "+object.GetNamespace()+"/"+object.GetName()] = object
	}
	find := func(key string) map[string]any {
		t.Helper()
		object, ok := objects[key]
		if !ok {
			t.Fatalf("there is no %s", key)
		}
		return object.Object
	}

	leaf := find("Certificate corewarden/corewarden-webhook")
	for _, kind := range []string{"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"} {
		got, _, _ := unstructured.NestedString(find(kind+" /corewarden"), "metadata", "annotations", "cert-manager.io/inject-ca-from")
		if want := "corewarden/corewarden-webhook"; got != want {
			t.Errorf("%s has the CA of %q injected, want that of %q", kind, got, want)
		}
	}
	names, _, _ := unstructured.NestedStringSlice(leaf, "spec", "dnsNames")
	find("Service corewarden/corewarden-webhook")
	if got, want := fmt.Sprint(names), "[corewarden-webhook.corewarden.svc corewarden-webhook.corewarden.svc.cluster.local]"; got != want {
		t.Errorf("the leaf is for %s, want %s", got, want)
	}
	volumes, _, _ := unstructured.NestedSlice(find("Deployment corewarden/corewarden-webhook"), "spec", "template", "spec", "volumes")
	secret, _, _ := unstructured.NestedString(leaf, "spec", "secretName")
	if mounted, _, _ := unstructured.NestedString(volumes[0].(map[string]any), "secret", "secretName"); mounted != secret {
		t.Errorf("the pods mount Secret %q and the leaf is in Secret %q", mounted, secret)
	}

	issuer := func(certificate map[string]any) map[string]any {
		name, _, _ := unstructured.NestedString(certificate, "spec", "issuerRef", "name")
		return find("Issuer corewarden/" + name)
	}
	ca := find("Certificate corewarden/corewarden-ca")
	caSecret, _, _ := unstructured.NestedString(ca, "spec", "secretName")
	if signer, _, _ := unstructured.NestedString(issuer(leaf), "spec", "ca", "secretName"); signer != caSecret {
		t.Errorf("the leaf is signed with Secret %q, want that of the CA, %q", signer, caSecret)
	}
	if _, selfSigned, _ := unstructured.NestedMap(issuer(ca), "spec", "selfSigned"); !selfSigned {
		t.Error("the CA's issuer is not self-signed")
	}
}

// stored returns what the API server has of an object, without managed fields.
func (d deployment) stored(t *testing.T, object unstructured.Unstructured) unstructured.Unstructured {
	t.Helper()
	args := []string{"get", object.GetKind(), object.GetName(), "--output=json"}
	if ns := object.GetNamespace(); ns != "" {
		args = append(args, "--namespace="+ns)
	}
	var got unstructured.Unstructured
	if err := json.Unmarshal([]byte(d.Run(t, args...)), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func indented(t *testing.T, object unstructured.Unstructured) string {
	t.Helper()
	text, err := json.MarshalIndent(object.Object, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
