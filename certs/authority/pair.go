package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// A Pair is a certificate with its key.
type Pair struct {
	Certificate *x509.Certificate
	// Chain are the certificates between this one and its CA, of which ours need none.
	Chain   []*x509.Certificate
	certPEM []byte
	keyPEM  []byte
	key     *ecdsa.PrivateKey // nil unless ECDSA, which all of ours are
}

// backdated is how long before its issue a certificate is valid, for clocks that are slow.
const backdated = time.Hour

// newCA makes a CA that signs itself.
func newCA(now time.Time, lifetime time.Duration) (*Pair, error) {
	template := &x509.Certificate{
		NotBefore: now.Add(-backdated), NotAfter: now.Add(lifetime),
		KeyUsage: x509.KeyUsageCertSign,
		IsCA:     true, BasicConstraintsValid: true, MaxPathLenZero: true,
	}
	return newPair(template, func(serial *big.Int) string {
		// A name of its own, because a client finds the CA of a leaf by name.
		return fmt.Sprintf("corewarden-ca %x", serial.Bytes()[:4])
	}, nil)
}

// issue makes a leaf for DNS names. It does not outlive its CA.
func (ca *Pair) issue(now time.Time, lifetime time.Duration, names []string) (*Pair, error) {
	notAfter := now.Add(lifetime)
	if notAfter.After(ca.Certificate.NotAfter) {
		notAfter = ca.Certificate.NotAfter
	}
	template := &x509.Certificate{
		NotBefore: now.Add(-backdated), NotAfter: notAfter,
		DNSNames:    names,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	return newPair(template, func(*big.Int) string { return "corewarden-webhook" }, ca)
}

// newPair makes a key and its certificate, signed by ca, or by itself where ca is nil.
func newPair(template *x509.Certificate, commonName func(serial *big.Int) string, ca *Pair) (*Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if template.SerialNumber, err = newSerial(); err != nil {
		return nil, err
	}
	template.Subject = pkix.Name{CommonName: commonName(template.SerialNumber)}
	parent, signer := template, key
	if ca != nil {
		parent, signer = ca.Certificate, ca.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return parsePair(encode(der), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
}

// newSerial returns a random number of 128 bits, the first of which is always set, so that
// all have the same length.
func newSerial() (*big.Int, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	return serial.SetBit(serial, 127, 1), nil
}

// parsePair reads what newPair or anybody else has made.
func parsePair(certPEM, keyPEM []byte) (*Pair, error) {
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, err
	}
	p := &Pair{Certificate: pair.Leaf, Chain: parseCertificates(certPEM)[1:], certPEM: certPEM, keyPEM: keyPEM}
	p.key, _ = pair.PrivateKey.(*ecdsa.PrivateKey)
	return p, nil
}

// parseCA is parsePair for a pair that can issue leaves.
func parseCA(certPEM, keyPEM []byte) (*Pair, error) {
	ca, err := parsePair(certPEM, keyPEM)
	switch {
	case err != nil:
		return nil, err
	case !ca.Certificate.IsCA:
		return nil, errors.New("the certificate is not a CA's")
	case ca.key == nil:
		return nil, errors.New("the key is not an ECDSA key")
	}
	return ca, nil
}

// under tells whether clients that trust ca accept the leaf, while both are valid.
func (ca *Pair) under(issuer *x509.Certificate) bool {
	roots, chain := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(issuer)
	for _, c := range ca.Chain {
		chain.AddCert(c)
	}
	at := ca.Certificate.NotBefore
	if issuer.NotBefore.After(at) {
		at = issuer.NotBefore
	}
	_, err := ca.Certificate.Verify(x509.VerifyOptions{Roots: roots, Intermediates: chain, CurrentTime: at})
	return err == nil
}

// parseCertificates returns the certificates of a PEM file, without what is none.
func parseCertificates(text []byte) []*x509.Certificate {
	var certificates []*x509.Certificate
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return certificates
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
			certificates = append(certificates, certificate)
		}
	}
}

// encode returns a certificate as PEM.
func encode(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
