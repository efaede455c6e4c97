package controlplane

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/netip"
	"path/filepath"
	"time"

	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

const certLifetime = 365 * 24 * time.Hour

// pki is the cluster's certificate authority, and the files that its servers use.
type pki struct {
	ca    *x509.Certificate
	caKey crypto.Signer

	caFile                  string // trusted by servers for clients and by clients for servers
	servingCert, servingKey string // of every server
	serviceAccountKey       string // signs and checks the tokens of service accounts

	kubeletClientCert, kubeletClientKey string // of the API server, for kubelets
}

// newPKI makes the certificates. The servers are known by 127.0.0.1 and, if it is valid, the
// address.
func newPKI(dir string, address netip.Addr) (*pki, error) {
	p := &pki{
		caFile:            filepath.Join(dir, "ca.crt"),
		servingCert:       filepath.Join(dir, "serving.crt"),
		servingKey:        filepath.Join(dir, "serving.key"),
		serviceAccountKey: filepath.Join(dir, "service-account.key"),
		kubeletClientCert: filepath.Join(dir, "kubelet-client.crt"),
		kubeletClientKey:  filepath.Join(dir, "kubelet-client.key"),
	}
	var err error
	if p.caKey, err = newKey(); err != nil {
		return nil, err
	}
	if p.ca, err = cert.NewSelfSignedCACert(cert.Config{CommonName: "corewarden-cluster"}, p.caKey); err != nil {
		return nil, err
	}
	if err := cert.WriteCert(p.caFile, p.caPEM()); err != nil {
		return nil, err
	}

	addresses := []net.IP{net.IPv4(127, 0, 0, 1)}
	if address.IsValid() {
		// Pods reach the API server as the first Service.
		service := netip.MustParsePrefix(ServiceCIDR).Addr().Next()
		addresses = append(addresses, address.AsSlice(), service.AsSlice())
	}
	certPEM, keyPEM, err := p.issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: "control-plane"},
		DNSNames:    []string{"localhost", "kubernetes.default.svc"},
		IPAddresses: addresses,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	if err != nil {
		return nil, err
	}
	if err := writePair(p.servingCert, certPEM, p.servingKey, keyPEM); err != nil {
		return nil, err
	}
	if certPEM, keyPEM, err = p.issueClient("kube-apiserver-kubelet-client", "system:masters"); err != nil {
		return nil, err
	}
	if err := writePair(p.kubeletClientCert, certPEM, p.kubeletClientKey, keyPEM); err != nil {
		return nil, err
	}

	key, err := newKey()
	if err != nil {
		return nil, err
	}
	keyPEM, err = keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return nil, err
	}
	return p, keyutil.WriteKey(p.serviceAccountKey, keyPEM)
}

func writePair(certFile string, certPEM []byte, keyFile string, keyPEM []byte) error {
	return errors.Join(cert.WriteCert(certFile, certPEM), keyutil.WriteKey(keyFile, keyPEM))
}

func (p *pki) caPEM() []byte { return encodeCert(p.ca.Raw) }

// issueClient returns a certificate that makes its holder a user of the API server.
func (p *pki) issueClient(user, group string) (certPEM, keyPEM []byte, err error) {
	name := pkix.Name{CommonName: user}
	if group != "" {
		name.Organization = []string{group}
	}
	return p.issue(&x509.Certificate{Subject: name, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
}

// issue completes and signs a certificate for a new key.
func (p *pki) issue(template *x509.Certificate) (certPEM, keyPEM []byte, err error) {
	key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, nil, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.NotBefore = p.ca.NotBefore
	template.NotAfter = time.Now().Add(certLifetime)
	der, err := x509.CreateCertificate(rand.Reader, template, p.ca, key.Public(), p.caKey)
	if err != nil {
		return nil, nil, err
	}
	keyPEM, err = keyutil.MarshalPrivateKeyToPEM(key)
	return encodeCert(der), keyPEM, err
}

func encodeCert(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: cert.CertificateBlockType, Bytes: der})
}

func newKey() (*ecdsa.PrivateKey, error) {
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}
