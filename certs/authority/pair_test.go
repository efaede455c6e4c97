package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"maps"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestNewPairs(t *testing.T) {
	t.Parallel()
	ca := makeCA(t, epoch)
	leaf := makeLeaf(t, ca, epoch)
	for name, p := range map[string]*Pair{"CA": ca, "leaf": leaf} {
		c := p.Certificate
		if key, ok := c.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
			t.Errorf("%s: the key is %T", name, c.PublicKey)
		}
		if bits := c.SerialNumber.BitLen(); bits != 128 {
			t.Errorf("%s: the serial number has %d bits, want 128", name, bits)
		}
		if want := epoch.Add(-time.Hour); !c.NotBefore.Equal(want) {
			t.Errorf("%s: it is valid from %s, want %s", name, c.NotBefore, want)
		}
	}
	if !ca.Certificate.NotAfter.Equal(epoch.Add(policy.CALifetime)) || !leaf.Certificate.NotAfter.Equal(epoch.Add(policy.LeafLifetime)) {
		t.Errorf("they expire at %s and %s", ca.Certificate.NotAfter, leaf.Certificate.NotAfter)
	}
	if other := makeCA(t, epoch); other.Certificate.Subject.CommonName == ca.Certificate.Subject.CommonName {
		t.Errorf("two CAs are called %s", other.Certificate.Subject)
	}
	if !leaf.under(ca.Certificate) || leaf.under(makeCA(t, epoch).Certificate) {
		t.Error("the leaf is not under its CA, or under another")
	}
	if err := leaf.Certificate.VerifyHostname(policy.Names[0]); err != nil {
		t.Error(err)
	}
	if leaf.Certificate.IsCA {
		t.Error("the leaf is a CA")
	}
}

func TestLeafDoesNotOutliveItsCA(t *testing.T) {
	t.Parallel()
	ca := makeCA(t, epoch)
	leaf := makeLeaf(t, ca, ca.Certificate.NotAfter.Add(-day))
	if !leaf.Certificate.NotAfter.Equal(ca.Certificate.NotAfter) {
		t.Errorf("the leaf expires at %s and its CA at %s", leaf.Certificate.NotAfter, ca.Certificate.NotAfter)
	}
}

// TestSecretsHoldTheState writes a state and reads it back.
func TestSecretsHoldTheState(t *testing.T) {
	t.Parallel()
	ca, before := makeCA(t, epoch), makeCA(t, epoch)
	leaf := makeLeaf(t, ca, epoch)
	until := epoch.Add(time.Hour)
	data, err := writeCA(ca, []Retired{{before.Certificate, until}})
	if err != nil {
		t.Fatal(err)
	}
	var state State
	if err := state.readCA(secret(data)); err != nil {
		t.Fatal(err)
	}
	if err := state.readLeaf(secret(writeLeaf(leaf, ca))); err != nil {
		t.Fatal(err)
	}
	if !state.CA.Certificate.Equal(ca.Certificate) || !state.Leaf.Certificate.Equal(leaf.Certificate) {
		t.Error("the certificates are others")
	}
	if len(state.Retired) != 1 || !state.Retired[0].Certificate.Equal(before.Certificate) || !state.Retired[0].Until.Equal(until) {
		t.Errorf("retired is %v", state.Retired)
	}
	if _, err := state.CA.issue(epoch, day, policy.Names); err != nil {
		t.Errorf("the CA that was read issues nothing: %v", err)
	}
	if !same(parseCertificates(bundleOf(state.trust())), []*x509.Certificate{before.Certificate, ca.Certificate}) {
		t.Error("a caBundle does not hold both CAs")
	}
}

func TestSecretsThatCannotBeUsedCountAsNone(t *testing.T) {
	t.Parallel()
	ca, other := makeCA(t, epoch), makeCA(t, epoch)
	good, err := writeCA(ca, nil)
	if err != nil {
		t.Fatal(err)
	}
	leaf := makeLeaf(t, ca, epoch)
	for name, change := range map[string]func(map[string][]byte){
		"no certificate":              func(d map[string][]byte) { delete(d, corev1.TLSCertKey) },
		"no key":                      func(d map[string][]byte) { delete(d, corev1.TLSPrivateKeyKey) },
		"the key of another":          func(d map[string][]byte) { d[corev1.TLSPrivateKeyKey] = other.keyPEM },
		"no PEM":                      func(d map[string][]byte) { d[corev1.TLSCertKey] = []byte("x") },
		"a certificate that is no CA": func(d map[string][]byte) { maps.Copy(d, writeLeaf(leaf, ca)) },
		"a list that is none":         func(d map[string][]byte) { d[retiredKey] = []byte("x") },
	} {
		data := maps.Clone(good)
		change(data)
		var state State
		if err := state.readCA(secret(data)); err == nil || state.CA != nil {
			t.Errorf("%s: error %v, CA %v", name, err, state.CA)
		}
	}
	var state State
	if err := state.readCA(nil); err != nil || state.CA != nil || slices.ContainsFunc(state.trust(), leaf.under) {
		t.Errorf("no Secret: error %v, CA %v", err, state.CA)
	}
}

func secret(data map[string][]byte) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "corewarden-ca"}, Data: data}
}
