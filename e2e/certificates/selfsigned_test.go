package certificates_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
)

// shortLived are flags with which a CA is replaced after 40 seconds and dropped after 80. The
// last 30 seconds of a leaf stand for thirty days: a busy machine needs many of them.
var shortLived = []string{"-ca-lifetime=120s", "-leaf-lifetime=40s", "-renew-before=30s"}

// TestSelfSigned runs deploy/self-signed: first with certificates that live for seconds, then
// with those that it makes by default.
func TestSelfSigned(t *testing.T) {
	t.Parallel()
	s := newSite(t, "../../deploy/self-signed")
	s.certsAccount = s.account(t, "corewarden-certs")
	certs := func(flags ...string) []string {
		return append([]string{
			"certs",
			"-kubeconfig=" + s.certsAccount, "-dns-names=" + host, "-trust-delay=2s",
			"-metrics-bind-address=" + s.certsMetrics, "-health-bind-address=" + s.certsHealth,
		}, flags...)
	}
	if err := s.webhookReady(t); err == nil {
		t.Fatal("the webhook is ready without a certificate")
	}

	keeper := start(t, s.binary, s.Dir(), certs(shortLived...)...)
	harness.Eventually(t, "the webhook has a certificate", func() error { return s.webhookReady(t) })
	harness.Eventually(t, "the certificates are kept", func() error {
		_, err := get(t.Context(), s.certsHealth, "/readyz")
		return err
	})
	load := s.load(t)
	first := s.issuer(t)
	load.none(t)

	t.Run("leaf and CA are renewed, with a kill in the middle of each step", func(t *testing.T) {
		keeper.killNext("issue the certificate", // the leaf is due
			"make a CA", "write caBundle", "issue the certificate", // and the CA
			"forget a CA", "write caBundle") // its last leaf has expired
		harness.Eventually(t, "each step was interrupted", func() error {
			if n := keeper.unkilled(); n > 0 {
				return fmt.Errorf("%d are still to come", n)
			}
			return nil
		})
		s.distrusted(t, first)
		load.none(t)
	})
	t.Run("lifetimes become those of the defaults", func(t *testing.T) {
		keeper.restart(certs()...)
		s.serves(t, "a leaf of ninety days", func(leaf *x509.Certificate) bool { return time.Until(leaf.NotAfter) > 89*24*time.Hour })
		load.none(t)
	})
	t.Run("the leaf's Secret is deleted", func(t *testing.T) {
		s.replacesLeaf(t, func() { s.deleteSecret(t, leafSecret) })
		load.none(t)
	})
	t.Run("the CA's Secret is deleted", func(t *testing.T) {
		before := s.issuer(t)
		s.replacesLeaf(t, func() { s.deleteSecret(t, caSecret) })
		if s.issuer(t) == before {
			t.Error("the leaf is under the CA that was deleted")
		}
		// As docs/certificates.md says for a key that is known to somebody.
		s.run(t, "patch", "secret", caSecret, "--namespace="+namespace, "--patch", `{"stringData": {"retired.json": "[]"}}`)
		s.distrusted(t, before)
		load.none(t)
	})
	t.Run("both Secrets are deleted", func(t *testing.T) {
		s.replacesLeaf(t, func() {
			s.deleteSecret(t, caSecret)
			s.deleteSecret(t, leafSecret)
		})
		load.none(t)
	})
	t.Run("the CA's Secret is spoilt", func(t *testing.T) {
		s.replacesLeaf(t, func() {
			s.run(t, "patch", "secret", caSecret, "--namespace="+namespace, "--patch", `{"data": {"tls.crt": "eA=="}}`)
		})
		load.none(t)
	})
	// Until it is repaired the API server trusts nobody: that is what wiping it means.
	for _, args := range []string{"replace", "replace --force"} {
		t.Run("kubectl "+args+" wipes caBundle", func(t *testing.T) {
			s.repairs(t, load, strings.Fields(args)...)
		})
	}
	t.Run("metrics", func(t *testing.T) { s.metrics(t) })
	load.stop()
	load.none(t)
	t.Run("rights", func(t *testing.T) { s.rights(t) })
	t.Run("pod security", func(t *testing.T) { s.admitsPods(t, "../../deploy/self-signed") })
}

// run runs kubectl, which has to succeed.
func (s *site) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := s.Kubectl(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *site) deleteSecret(t *testing.T, name string) {
	t.Helper()
	if err := s.api.CoreV1().Secrets(namespace).Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
}

// issuer returns the name of the CA that the served leaf is under.
func (s *site) issuer(t *testing.T) string {
	t.Helper()
	leaf, err := s.served(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return leaf.Issuer.CommonName
}

// serves waits until the webhook shows a certificate.
func (s *site) serves(t *testing.T, what string, is func(*x509.Certificate) bool) {
	t.Helper()
	harness.Eventually(t, "the webhook serves "+what, func() error {
		leaf, err := s.served(t.Context())
		if err == nil && !is(leaf) {
			err = fmt.Errorf("it serves %s by %s", leaf.SerialNumber, leaf.Issuer)
		}
		return err
	})
}

// replacesLeaf waits until what was done has led to another leaf, which all bundles trust.
func (s *site) replacesLeaf(t *testing.T, do func()) {
	t.Helper()
	before, err := s.served(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	do()
	s.serves(t, "another leaf", func(leaf *x509.Certificate) bool { return !leaf.Equal(before) })
}

// distrusted waits until no caBundle holds a CA of that name.
func (s *site) distrusted(t *testing.T, name string) {
	t.Helper()
	harness.Eventually(t, name+" is dropped from caBundle", func() error {
		bundles, err := s.bundles(t.Context())
		if err != nil {
			return err
		}
		for webhook, bundle := range bundles {
			for _, ca := range certificates(t, bundle) {
				if ca.Subject.CommonName == name {
					return fmt.Errorf("%s has it", webhook)
				}
			}
		}
		return nil
	})
}

func certificates(t *testing.T, text []byte) []*x509.Certificate {
	t.Helper()
	var all []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, certificate)
	}
	return all
}

// repairs wipes caBundle and measures for how long.
func (s *site) repairs(t *testing.T, load *load, args ...string) {
	t.Helper()
	load.none(t)
	before, err := s.bundles(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	s.kubectlInput(t, s.configurations(), args...)
	done := time.Now()
	harness.Eventually(t, "caBundle is what it was", func() error {
		after, err := s.bundles(t.Context())
		if err != nil {
			return err
		}
		for name, bundle := range before {
			if !bytes.Equal(after[name], bundle) {
				return fmt.Errorf("%s has another", name)
			}
		}
		return nil
	})
	repaired := time.Now()
	// The API server that is asked to write has a cache of what it was told of last.
	harness.Eventually(t, "writes are allowed again", func() error { return errors.Join(s.write(t.Context()), s.connect(t.Context())) })
	failures := load.failed()
	t.Logf("kubectl took %s, caBundle was back %s later; %d writes and connections failed meanwhile",
		done.Sub(began).Round(time.Millisecond), repaired.Sub(done).Round(time.Millisecond), len(failures))
	if late := repaired.Sub(done); late > 5*time.Second {
		t.Errorf("caBundle was back only %s after it was wiped", late)
	}
}

// admitsPods checks that the namespace's level, which warns as well, has nothing against the
// Deployments.
func (s *site) admitsPods(t *testing.T, kustomization string) {
	objects, err := corewarden.Manifests(t.Context(), s.Kubectl, kustomization)
	if err != nil {
		t.Fatal(err)
	}
	var deployments []unstructured.Unstructured
	for _, object := range objects {
		if object.GetKind() == "Deployment" {
			deployments = append(deployments, object)
		}
	}
	if len(deployments) != 2 {
		t.Errorf("there are %d Deployments, want 2", len(deployments))
	}
	if out := s.kubectlInput(t, deployments, "apply", "--server-side", "--dry-run=server"); strings.Contains(out, "Warning") {
		t.Errorf("kubectl apply warns:\n%s", out)
	}
}

var sample = regexp.MustCompile(`(?m)^corewarden_certs_(\w+) (\S+)$`)

func (s *site) metrics(t *testing.T) {
	text, err := get(t.Context(), s.certsMetrics, "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, match := range sample.FindAllStringSubmatch(text, -1) {
		if values[match[1]], err = strconv.ParseFloat(match[2], 64); err != nil {
			t.Fatal(err)
		}
	}
	leaf, err := s.served(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := values["leaf_expiry_timestamp_seconds"], float64(leaf.NotAfter.Unix()); got != want {
		t.Errorf("the leaf expires at %f, want %f", got, want)
	}
	if got, least := values["ca_expiry_timestamp_seconds"], float64(time.Now().Add(3649*24*time.Hour).Unix()); got < least {
		t.Errorf("the CA expires at %f, want ten years from now", got)
	}
	if values["bundle_in_step"] != 1 || values["failing"] != 0 {
		t.Errorf("in step is %f, failing is %f", values["bundle_in_step"], values["failing"])
	}
}
