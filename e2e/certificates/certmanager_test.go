package certificates_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/certmanager"
	"corewarden/e2e/controlplane"
	"corewarden/e2e/harness"
	"corewarden/e2e/process"
)

// TestCertManager has the real cert-manager issue what deploy/cert-manager asks for, and renew
// it in every way, under load.
func TestCertManager(t *testing.T) {
	t.Parallel()
	var certManager *certmanager.CertManager
	s := newSite(t, "../../deploy/cert-manager", func(c *controlplane.Cluster) {
		var err error
		if certManager, err = certmanager.Install(t.Context(), c, os.Stderr); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := certManager.Stop(); err != nil {
				t.Error(err)
			}
		})
	})
	harness.Eventually(t, "the webhook has a certificate", func() error { return s.webhookReady(t) })
	harness.Eventually(t, "cainjector has told the API server of the CA", func() error { return errors.Join(s.write(t.Context()), s.connect(t.Context())) })
	load := s.load(t)

	t.Run("the leaf is renewed", func(t *testing.T) {
		s.replacesLeaf(t, func() { s.renew(t, leafCertificate) })
		load.none(t)
	})
	t.Run("the CA is renewed and keeps its key", func(t *testing.T) {
		before := s.ca(t)
		s.replacesCA(t, func() { s.renew(t, caCertificate) })
		if after := s.ca(t); !bytes.Equal(after.RawSubjectPublicKeyInfo, before.RawSubjectPublicKeyInfo) {
			t.Error("it has another key")
		}
		s.replacesLeaf(t, func() { s.renew(t, leafCertificate) })
		load.none(t)
	})
	t.Run("the CA gets a new key", func(t *testing.T) {
		s.replacesCA(t, func() { s.deleteSecret(t, caSecret) })
		s.replacesLeaf(t, func() { s.renew(t, leafCertificate) })
		s.issuedBy(t, s.ca(t))
		load.none(t)
	})
	t.Run("cainjector is away while leaf and CA are renewed", func(t *testing.T) {
		s.without(t, certManager.CAInjector, func() {
			s.replacesLeaf(t, func() { s.renew(t, leafCertificate) })
			s.replacesCA(t, func() { s.renew(t, caCertificate) })
			s.replacesLeaf(t, func() { s.renew(t, leafCertificate) })
			// A leaf under a CA with a new key would not be trusted until cainjector is back,
			// and a new CA does not make cert-manager issue one.
			s.replacesCA(t, func() { s.deleteSecret(t, caSecret) })
			load.none(t)
		})
		s.replacesLeaf(t, func() { s.renew(t, leafCertificate) })
		s.issuedBy(t, s.ca(t))
		load.none(t)
	})
	load.stop()
	load.none(t)
}

// without does something while a part of cert-manager does not run.
func (s *site) without(t *testing.T, part *process.Process, do func()) {
	t.Helper()
	if err := part.Stop(); err != nil {
		t.Fatal(err)
	}
	do()
	if err := part.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// renew has cert-manager issue a Certificate anew, as cmctl renew does.
func (s *site) renew(t *testing.T, certificate string) {
	t.Helper()
	s.run(t, "patch", "certificate", certificate, "--namespace="+namespace, "--subresource=status", "--type=json", "--patch",
		`[{"op": "add", "path": "/status/conditions/-", "value": {"type": "Issuing", "status": "True", "reason": "ManuallyTriggered", "message": "a test asks for it"}}]`)
}

// ca returns the certificate of the CA that cert-manager issues with.
func (s *site) ca(t *testing.T) *x509.Certificate {
	t.Helper()
	ca, err := s.storedCA(t)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func (s *site) storedCA(t *testing.T) (*x509.Certificate, error) {
	secret, err := s.api.CoreV1().Secrets(namespace).Get(t.Context(), caSecret, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	stored := certificates(t, secret.Data["tls.crt"])
	if len(stored) != 1 {
		return nil, fmt.Errorf("Secret %s has %d certificates", caSecret, len(stored))
	}
	return stored[0], nil
}

// replacesCA waits until what was done has led to another CA certificate.
func (s *site) replacesCA(t *testing.T, do func()) {
	t.Helper()
	before := s.ca(t)
	do()
	harness.Eventually(t, "there is another CA", func() error {
		after, err := s.storedCA(t)
		if err == nil && after.Equal(before) {
			err = errors.New("it is the one before")
		}
		return err
	})
}

// issuedBy checks that the webhook serves a leaf of a CA.
func (s *site) issuedBy(t *testing.T, ca *x509.Certificate) {
	t.Helper()
	leaf, err := s.served(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := leaf.CheckSignatureFrom(ca); err != nil {
		t.Errorf("the served leaf is of another CA: %v", err)
	}
}
