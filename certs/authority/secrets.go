package authority

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// What the two Secrets hold besides tls.crt and tls.key.
const (
	// caKey in the leaf's Secret is the CA that the leaf is under, as cert-manager has it.
	caKey = "ca.crt"
	// retiredKey in the CA's Secret is a JSON list of the CAs before it.
	retiredKey = "retired.json"
)

// retired is the JSON form of Retired.
type retired struct {
	Certificate string    `json:"certificate"` // PEM
	Until       time.Time `json:"until"`
}

// readCA fills the state from the Secret of the CA. A CA that cannot be used counts as none,
// and the error says why.
func (s *State) readCA(secret *corev1.Secret) error {
	if secret == nil {
		return nil
	}
	var list []retired
	if text, ok := secret.Data[retiredKey]; ok {
		if err := json.Unmarshal(text, &list); err != nil {
			return fmt.Errorf("key %s of Secret %s: %w", retiredKey, secret.Name, err)
		}
	}
	for _, r := range list {
		for _, certificate := range parseCertificates([]byte(r.Certificate)) {
			s.Retired = append(s.Retired, Retired{certificate, r.Until})
		}
	}
	ca, err := parseCA(secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey])
	if err != nil {
		return fmt.Errorf("pair in Secret %s: %w", secret.Name, err)
	}
	s.CA = ca
	return nil
}

// writeCA returns the data of the CA's Secret.
func writeCA(ca *Pair, before []Retired) (map[string][]byte, error) {
	list := []retired{}
	for _, r := range before {
		list = append(list, retired{string(encode(r.Certificate.Raw)), r.Until})
	}
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return nil, err
	}
	return map[string][]byte{corev1.TLSCertKey: ca.certPEM, corev1.TLSPrivateKeyKey: ca.keyPEM, retiredKey: text}, nil
}

// readLeaf fills the state from the Secret of the leaf.
func (s *State) readLeaf(secret *corev1.Secret) error {
	if secret == nil {
		return nil
	}
	leaf, err := parsePair(secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey])
	if err != nil {
		return fmt.Errorf("pair in Secret %s: %w", secret.Name, err)
	}
	s.Leaf = leaf
	return nil
}

// writeLeaf returns the data of the leaf's Secret.
func writeLeaf(leaf, ca *Pair) map[string][]byte {
	return map[string][]byte{corev1.TLSCertKey: leaf.certPEM, corev1.TLSPrivateKeyKey: leaf.keyPEM, caKey: ca.certPEM}
}

// bundleOf returns a caBundle.
func bundleOf(certificates []*x509.Certificate) []byte {
	var text []byte
	for _, c := range certificates {
		text = slices.Concat(text, encode(c.Raw))
	}
	return text
}
