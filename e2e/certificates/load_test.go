package certificates_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	// writesPerSecond are of the guarded ConfigMap. They are dry runs, which ask the webhooks
	// as well and do not conflict.
	writesPerSecond = 50
	// connectionsPerSecond are new ones to the webhook. They stand for API servers that have
	// no connection yet: one that is open outlives the certificate that it began with.
	connectionsPerSecond = 20
)

// A load is what the API server does with the webhook all the time.
type load struct {
	stop func()

	mu          sync.Mutex
	writes      int
	connections int
	failures    []failure
}

// A failure is a write or a connection that should have worked.
type failure struct {
	at  time.Time
	err error
}

func (f failure) String() string { return f.at.Format(time.StampMilli) + " " + f.err.Error() }

// load puts load on the webhook until stop is called.
func (s *site) load(t *testing.T) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	l := &load{stop: sync.OnceFunc(func() {
		cancel()
		group.Wait()
	})}
	// Ten times a second at most for each client: a machine that is too busy gets less.
	repeat := func(perSecond int, count *int, do func(context.Context) error) {
		for range perSecond / 10 {
			group.Go(func() {
				tick := time.NewTicker(time.Second / 10)
				defer tick.Stop()
				for {
					select {
					case <-ctx.Done():
						return
					case <-tick.C:
						l.record(ctx, count, do(ctx))
					}
				}
			})
		}
	}
	repeat(writesPerSecond, &l.writes, s.write)
	repeat(connectionsPerSecond, &l.connections, s.connect)
	t.Cleanup(l.stop)
	return l
}

func (l *load) record(ctx context.Context, count *int, err error) {
	if ctx.Err() != nil {
		return // it was interrupted
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	*count++
	if err != nil {
		l.failures = append(l.failures, failure{time.Now(), err})
	}
}

// failed returns the failures so far, and forgets them.
func (l *load) failed() []failure {
	l.mu.Lock()
	defer l.mu.Unlock()
	failures := l.failures
	l.failures = nil
	return failures
}

// none checks that nothing failed since it was last asked.
func (l *load) none(t *testing.T) {
	t.Helper()
	if failures := l.failed(); len(failures) > 0 {
		t.Fatalf("%d failed, first and last:\n%s\n%s", len(failures), failures[0], failures[len(failures)-1])
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	t.Logf("%d writes and %d new connections so far, 0 failed", l.writes, l.connections)
}

// write asks the webhooks about the guarded ConfigMap.
func (s *site) write(ctx context.Context) error {
	const manifest = `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "dns-extra-configs", "namespace": "kube-system"},
		"data": {"example.org.Corefile": "example.org {\n    forward . 10.0.0.53\n}\n"}}`
	force := true
	_, err := s.api.CoreV1().ConfigMaps("kube-system").Patch(ctx, "dns-extra-configs", types.ApplyPatchType, []byte(manifest),
		metav1.PatchOptions{DryRun: []string{metav1.DryRunAll}, FieldManager: "load", Force: &force})
	return err
}

// connect connects as an API server does that has just read each caBundle.
func (s *site) connect(ctx context.Context) error {
	bundles, err := s.bundles(ctx)
	if err != nil {
		return err
	}
	leaf, err := s.served(ctx)
	if err != nil {
		return err
	}
	for name, bundle := range bundles {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(bundle)
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host}); err != nil {
			return fmt.Errorf("caBundle of %s: %w", name, err)
		}
	}
	return nil
}

// bundles returns the caBundle of each webhook.
func (s *site) bundles(ctx context.Context) (map[string][]byte, error) {
	mutating, err := s.api.AdmissionregistrationV1().MutatingWebhookConfigurations().Get(ctx, configuration, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	validating, err := s.api.AdmissionregistrationV1().ValidatingWebhookConfigurations().Get(ctx, configuration, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	bundles := map[string][]byte{}
	for _, w := range mutating.Webhooks {
		bundles[w.Name] = w.ClientConfig.CABundle
	}
	for _, w := range validating.Webhooks {
		bundles[w.Name] = w.ClientConfig.CABundle
	}
	return bundles, nil
}

// served returns the certificate that the webhook shows.
func (s *site) served(ctx context.Context) (*x509.Certificate, error) {
	dialer := &tls.Dialer{
		NetDialer: &net.Dialer{Timeout: time.Minute},
		Config:    &tls.Config{InsecureSkipVerify: true}, // connect verifies it
	}
	connection, err := dialer.DialContext(ctx, "tcp", s.webhookAddress)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	shown := connection.(*tls.Conn).ConnectionState().PeerCertificates
	if len(shown) == 0 {
		return nil, errors.New("no certificate is shown")
	}
	return shown[0], nil
}
