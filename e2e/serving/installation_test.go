package serving_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	certutil "k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
	"corewarden/e2e/serving"
	"corewarden/extraconfig"
)

// An installation is a cluster with two replicas of the webhook behind a service.
type installation struct {
	*controlplane.Cluster
	api      kubernetes.Interface
	service  *serving.Service
	ca       authority
	replicas []*replica
}

// A replica is an endpoint of the service while it is ready, and is not about to be removed.
type replica struct {
	*corewarden.Product
	terminating atomic.Bool
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	cluster, err := controlplane.Start(t.Context(), controlplane.Options{Output: os.Stderr, TempDir: t.TempDir()})
	check(t, err)
	t.Cleanup(func() { check(t, cluster.Stop()) })
	config := cluster.Config()
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	// In JSON a "<" takes six bytes, and the API server accepts 3 MiB from a client.
	config.ContentType = "application/vnd.kubernetes.protobuf"
	i := &installation{Cluster: cluster, ca: newAuthority(t)}
	i.api, err = kubernetes.NewForConfig(config)
	check(t, err)
	i.service, err = serving.NewService()
	check(t, err)
	t.Cleanup(func() { check(t, i.service.Close()) })

	first, err := corewarden.Install(t.Context(), cluster, "-shutdown-delay=5s") // the default
	check(t, err)
	i.run(t, first)
	i.renewCertificate(t)
	i.callService(t)
	second, err := first.Replica(t.Context())
	check(t, err)
	i.run(t, second)
	i.create(t, extraconfig.Name, "example.org {\n    forward . 10.0.0.1\n}\n")
	return i
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// run keeps a replica among the endpoints as the cluster does, and ends it with the test.
func (i *installation) run(t *testing.T, p *corewarden.Product) {
	t.Helper()
	r := &replica{Product: p}
	i.replicas = append(i.replicas, r)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for tick := time.NewTicker(100 * time.Millisecond); ctx.Err() == nil; <-tick.C {
			if r.Ready(ctx) == nil && !r.terminating.Load() {
				i.service.Add(r.Address())
			} else {
				i.service.Remove(r.Address())
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("a replica logged:\n%s", stackTrace.ReplaceAllString(r.Log(), ""))
		}
	})
}

var stackTrace = regexp.MustCompile(`,"stacktrace":"[^"]*(\\.[^"]*)*"`)

// callService has the API server call the service, and trust the authority.
func (i *installation) callService(t *testing.T) {
	t.Helper()
	call := func(config *admissionregistrationv1.WebhookClientConfig) {
		to, err := url.Parse(*config.URL)
		check(t, err)
		to.Host = i.service.Address()
		*config.URL = to.String()
		config.CABundle = i.ca.bundle
	}
	configs := i.api.AdmissionregistrationV1()
	mutating, err := configs.MutatingWebhookConfigurations().Get(t.Context(), "corewarden", metav1.GetOptions{})
	check(t, err)
	for n := range mutating.Webhooks {
		call(&mutating.Webhooks[n].ClientConfig)
	}
	_, err = configs.MutatingWebhookConfigurations().Update(t.Context(), mutating, metav1.UpdateOptions{})
	check(t, err)
	validating, err := configs.ValidatingWebhookConfigurations().Get(t.Context(), "corewarden", metav1.GetOptions{})
	check(t, err)
	for n := range validating.Webhooks {
		call(&validating.Webhooks[n].ClientConfig)
	}
	_, err = configs.ValidatingWebhookConfigurations().Update(t.Context(), validating, metav1.UpdateOptions{})
	check(t, err)
}

// create creates a ConfigMap in kube-system, once the API server lets it pass. It learns of
// webhook configurations with a delay.
func (i *installation) create(t *testing.T, name, corefile string) {
	t.Helper()
	harness.Eventually(t, "a write of "+name, func() error {
		_, err := i.api.CoreV1().ConfigMaps(extraconfig.Namespace).Create(t.Context(), &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"Corefile": corefile},
		}, metav1.CreateOptions{})
		return err
	})
}

// counter returns the sum of a counter of the API server over all webhooks of Corewarden.
func (i *installation) counter(t *testing.T, name string) float64 {
	t.Helper()
	sum, err := serving.Counter(t.Context(), i.api, name)
	check(t, err)
	return sum
}

// An authority issues the serving certificates.
type authority struct {
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	bundle []byte // in PEM
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	cert, err := certutil.NewSelfSignedCACert(certutil.Config{CommonName: "test"}, key)
	check(t, err)
	return authority{cert, key, pem.EncodeToMemory(&pem.Block{Type: certutil.CertificateBlockType, Bytes: cert.Raw})}
}

// renewCertificate issues a new certificate and waits until all replicas serve it.
func (i *installation) renewCertificate(t *testing.T) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	check(t, err)
	leaf, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: i.ca.cert.NotBefore, NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, i.ca.cert, key.Public(), i.ca.key)
	check(t, err)
	keyPEM, err := keyutil.MarshalPrivateKeyToPEM(key)
	check(t, err)
	leafPEM := pem.EncodeToMemory(&pem.Block{Type: certutil.CertificateBlockType, Bytes: leaf})
	check(t, os.WriteFile(filepath.Join(corewarden.CertDir(i.Cluster), "tls.key"), keyPEM, 0o600))
	check(t, os.WriteFile(filepath.Join(corewarden.CertDir(i.Cluster), "tls.crt"), leafPEM, 0o600))
	for _, r := range i.replicas {
		harness.Eventually(t, "the new certificate", func() error {
			conn, err := tls.Dial("tcp", r.Address(), &tls.Config{RootCAs: i.ca.pool()})
			if err != nil {
				return err
			}
			defer conn.Close()
			if conn.ConnectionState().PeerCertificates[0].SerialNumber.Cmp(serial) != 0 {
				return errors.New("it serves an older one")
			}
			return nil
		})
	}
}

func (a authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}
