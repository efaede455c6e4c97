// Package certs keeps the webhook's serving certificate: it loads the pair from a
// folder, follows its renewal, and says when the pair is of no use any more.
package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

var (
	_ manager.Runnable               = (*Serving)(nil)
	_ manager.LeaderElectionRunnable = (*Serving)(nil)
	_ healthz.Checker                = (*Serving)(nil).Check
)

// Serving is the certificate that the webhook serves. Its methods may be called at
// any time and from any goroutine.
type Serving struct {
	dir     string
	now     func() time.Time
	watcher *certwatcher.CertWatcher
}

// Load reads tls.crt and tls.key, the names a Secret of type kubernetes.io/tls has,
// from the folder dir. The clock now is what Check holds the certificate's validity
// against. Add the result to the manager, so that renewals are picked up.
func Load(dir string, now func() time.Time) (*Serving, error) {
	watcher, err := certwatcher.New(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("no serving certificate in folder %q: is cert-manager installed, "+
			"and is the Secret that it fills mounted there? (%w)", dir, err)
	case err != nil:
		return nil, fmt.Errorf("serving certificate in folder %q cannot be used: %w", dir, err)
	}
	return &Serving{dir: dir, now: now, watcher: watcher}, nil
}

// Start follows the files until ctx ends. A pair that cannot be loaded is logged and
// the one before it stays in use, because the next write may mend it. A renewal is
// seen at once where the old file is removed, as the kubelet does after it has
// swapped a Secret volume's symlink, and otherwise within ten seconds.
func (s *Serving) Start(ctx context.Context) error {
	if err := s.watcher.Start(ctx); err != nil {
		return fmt.Errorf("watch serving certificate in folder %q: %w", s.dir, err)
	}
	return nil
}

// NeedLeaderElection is false: every replica serves.
func (s *Serving) NeedLeaderElection() bool { return false }

// GetCertificate is for [tls.Config].
func (s *Serving) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return s.watcher.GetCertificate(hello)
}

// NotAfter is the last instant at which clients accept the certificate in use.
func (s *Serving) NotAfter() time.Time {
	_, notAfter := s.validity()
	return notAfter
}

// Check is a readiness check: it fails while the certificate in use is not yet valid
// or has expired. TLS itself would go on serving it, and under failurePolicy Fail
// every guarded write would be refused by a webhook that looks healthy.
//
// A certificate whose files have gone stays good: it is served from memory.
func (s *Serving) Check(req *http.Request) error {
	err := s.valid()
	if err != nil {
		// The health endpoint withholds the reason from its reply and from its log,
		// and a person who asks why the pod is not ready must find it somewhere.
		log.FromContext(req.Context()).Error(err, "Not ready")
	}
	return err
}

func (s *Serving) valid() error {
	notBefore, notAfter := s.validity()
	switch now := s.now(); {
	case now.Before(notBefore):
		return fmt.Errorf("serving certificate in folder %q is not valid before %s and it is %s: is the node's clock right?",
			s.dir, rfc3339(notBefore), rfc3339(now))
	case now.After(notAfter):
		return fmt.Errorf("serving certificate in folder %q expired at %s and it is %s: find out why it was not renewed "+
			"(with cert-manager: kubectl describe the Certificate)",
			s.dir, rfc3339(notAfter), rfc3339(now))
	}
	return nil
}

// validity asks the watcher each time, because its callback runs on a goroutine per
// renewal and two of them may arrive in the wrong order.
func (s *Serving) validity() (notBefore, notAfter time.Time) {
	// Load has seen to it that there is a certificate, and tls.X509KeyPair, which the
	// watcher loads it with, that it is parsed.
	pair, _ := s.watcher.GetCertificate(nil)
	return pair.Leaf.NotBefore, pair.Leaf.NotAfter
}

// Expiry returns the gauge corewarden_certificate_expiry_timestamp_seconds, in Unix
// seconds, for the caller to register.
func (s *Serving) Expiry() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "corewarden_certificate_expiry_timestamp_seconds",
		Help: "When the serving certificate in use expires, in seconds since the Unix epoch.",
	}, func() float64 { return float64(s.NotAfter().Unix()) })
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }
