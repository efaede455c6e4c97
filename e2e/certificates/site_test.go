// Package certificates tests the ways of certificates on a real control plane: those that the
// real cert-manager issues, those that Corewarden keeps by itself, and those that somebody
// brings.
package certificates_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
)

const (
	namespace     = "corewarden"
	configuration = "corewarden"
	leafSecret    = "corewarden-webhook-tls"
	caSecret      = "corewarden-ca"
	// The Certificates of deploy/cert-manager that fill these Secrets.
	leafCertificate = "corewarden-webhook"
	caCertificate   = "corewarden-ca"
	// host is what the API server calls the webhook by.
	host = "localhost"
)

// A site is a cluster with an overlay of deploy/ in it. Its webhook is a process on this
// machine, which reads the serving certificate late, as in a pod.
type site struct {
	harness.Cluster
	api                           kubernetes.Interface
	binary                        string
	manifests                     []unstructured.Unstructured
	webhookAddress, webhookHealth string
	certsMetrics, certsHealth     string
	webhookAccount, certsAccount  string // kubeconfigs
}

// newSite installs the kustomization in the folder, after whatever it needs in the cluster, and
// starts the webhook, which has no certificate yet.
func newSite(t *testing.T, kustomization string, first ...func(*controlplane.Cluster)) *site {
	t.Helper()
	c := harness.NewCluster(t)
	for _, install := range first {
		install(c.Cluster)
	}
	binary, err := corewarden.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := &site{Cluster: c, api: c.API(t), binary: binary}
	s.install(t, kustomization)
	s.webhookAccount = s.account(t, "corewarden")
	s.leadElsewhere(t)
	s.startWebhook(t)
	return s
}

// install applies the manifests, with the webhook at a port of this machine. They say
// nothing of whom to trust but what the kustomization says.
func (s *site) install(t *testing.T, kustomization string) {
	t.Helper()
	free, err := controlplane.FreeAddresses(4)
	if err != nil {
		t.Fatal(err)
	}
	s.webhookAddress, s.webhookHealth, s.certsMetrics, s.certsHealth = free[0], free[1], free[2], free[3]
	s.manifests = s.render(t, kustomization)
	s.apply(t, s.manifests)
}

// leadElsewhere keeps the webhook from leading. A leader that a busy machine costs its lease
// ends, and writes fail that have nothing to do with certificates.
func (s *site) leadElsewhere(t *testing.T) {
	t.Helper()
	now, day := metav1.NowMicro(), int32(86400)
	_, err := s.api.CoordinationV1().Leases(namespace).Create(t.Context(), &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: "corewarden"},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity: new("elsewhere"), LeaseDurationSeconds: &day, AcquireTime: &now, RenewTime: &now,
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// render returns the manifests of a kustomization for this machine.
func (s *site) render(t *testing.T, kustomization string) []unstructured.Unstructured {
	t.Helper()
	objects, err := corewarden.Manifests(t.Context(), s.Kubectl, kustomization)
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(s.webhookAddress)
	if err != nil {
		t.Fatal(err)
	}
	onHost, err := corewarden.ForHost(objects, "https://"+net.JoinHostPort(host, port), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range onHost {
		bePatient(t, object)
		if object.GetKind() == "Certificate" && object.GetName() == leafCertificate {
			addName(t, object)
		}
	}
	return onHost
}

// bePatient gives the webhooks of a configuration the longest timeout that there is: a busy
// machine may need more than theirs, and that is not what is tested.
func bePatient(t *testing.T, object unstructured.Unstructured) {
	t.Helper()
	webhooks, found, err := unstructured.NestedSlice(object.Object, "webhooks")
	if err != nil {
		t.Fatal(err)
	}
	if !found {
		return
	}
	for _, webhook := range webhooks {
		webhook.(map[string]any)["timeoutSeconds"] = int64(30)
	}
	if err := unstructured.SetNestedSlice(object.Object, webhooks, "webhooks"); err != nil {
		t.Fatal(err)
	}
}

// addName has cert-manager issue a certificate for the webhook's place on this machine as well.
func addName(t *testing.T, certificate unstructured.Unstructured) {
	t.Helper()
	names, _, err := unstructured.NestedStringSlice(certificate.Object, "spec", "dnsNames")
	if err != nil {
		t.Fatal(err)
	}
	if err := unstructured.SetNestedStringSlice(certificate.Object, append(names, host), "spec", "dnsNames"); err != nil {
		t.Fatal(err)
	}
}

func (s *site) apply(t *testing.T, objects []unstructured.Unstructured) {
	t.Helper()
	s.kubectlInput(t, objects, "apply", "--server-side", "--force-conflicts")
}

// kubectlInput runs kubectl with objects as its file, and returns what it prints.
func (s *site) kubectlInput(t *testing.T, objects []unstructured.Unstructured, args ...string) string {
	t.Helper()
	list, err := corewarden.Encode(objects)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.KubectlInput(t.Context(), list, append(args, "--filename=-")...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// account returns a kubeconfig with a token of a ServiceAccount.
func (s *site) account(t *testing.T, name string) string {
	t.Helper()
	kubeconfig, err := s.ServiceAccountKubeconfig(t.Context(), namespace, name)
	if err != nil {
		t.Fatal(err)
	}
	return kubeconfig
}

func (s *site) startWebhook(t *testing.T) {
	t.Helper()
	certDir := t.TempDir()
	s.mount(t, certDir)
	start(t, s.binary, s.Dir(),
		"-kubeconfig="+s.webhookAccount,
		"-service-account=corewarden/corewarden",
		"-cert-dir="+certDir,
		"-webhook-bind-address="+s.webhookAddress,
		"-metrics-bind-address=0",
		"-health-bind-address="+s.webhookHealth)
}

// get returns what a process says under a path.
func get(ctx context.Context, address, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", path, response.Status)
	}
	return string(text), err
}

// webhookReady returns what the webhook has against being asked.
func (s *site) webhookReady(t *testing.T) error {
	_, err := get(t.Context(), s.webhookHealth, "/readyz")
	return err
}

// configurations returns the two webhook configurations that the manifests have.
func (s *site) configurations() []unstructured.Unstructured {
	var found []unstructured.Unstructured
	for _, object := range s.manifests {
		if strings.HasSuffix(object.GetKind(), "WebhookConfiguration") {
			found = append(found, object)
		}
	}
	return found
}
