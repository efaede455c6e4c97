// Package certs keeps the webhook's serving certificate: it loads the pair from a
// folder, follows its renewal, and says when the pair no longer works.
package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"sync"
	"time"

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
	dir string
	now func() time.Time

	mu      sync.Mutex
	watcher *certwatcher.CertWatcher // nil until there is a pair
	missing error                    // why there is none
}

// Load reads tls.crt and tls.key, the names a Secret of type kubernetes.io/tls has,
// from the folder dir. Where they are not there yet, Start waits for them, and Check
// says so until then; a pair that is there and cannot be used is an error. The clock
// now is what Check holds the certificate's validity against. Add the result to the
// manager, so that renewals are picked up.
func Load(dir string, now func() time.Time) (*Serving, error) {
	s := &Serving{dir: dir, now: now}
	if err := s.load(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return s, nil
}

// load loads the first pair.
func (s *Serving) load() error {
	watcher, err := certwatcher.New(filepath.Join(s.dir, "tls.crt"), filepath.Join(s.dir, "tls.key"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fmt.Errorf("no serving certificate yet in folder %q, where the Secret with tls.crt and tls.key is mounted: "+
			"with cert-manager, see kubectl describe certificate; with deploy/self-signed, the log of corewarden-certs; "+
			"otherwise create the Secret (%w)", s.dir, err)
	case err != nil:
		err = fmt.Errorf("serving certificate in folder %q cannot be used: %w", s.dir, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watcher, s.missing = watcher, err
	return err
}

// firstLook is how often Start looks for a first pair.
const firstLook = time.Second

// Start waits for the files and follows them until ctx ends. A pair that cannot be
// loaded is logged and the one before it stays in use, because the next write may repair
// it. A renewal is seen at once where the old file is removed, as the kubelet does after
// it has swapped a Secret volume's symlink, and otherwise within ten seconds.
func (s *Serving) Start(ctx context.Context) error {
	watcher := s.await(ctx)
	if watcher == nil {
		return nil
	}
	if err := watcher.Start(ctx); err != nil {
		return fmt.Errorf("watch serving certificate in folder %q: %w", s.dir, err)
	}
	return nil
}

// await returns nil if ctx ends before there is a pair.
func (s *Serving) await(ctx context.Context) *certwatcher.CertWatcher {
	tick := time.NewTicker(firstLook)
	defer tick.Stop()
	for logged := ""; ; {
		watcher, reason := s.current()
		if watcher != nil {
			return watcher
		}
		if reason.Error() != logged {
			logged = reason.Error()
			log.FromContext(ctx).Info("Waiting for a serving certificate", "reason", logged)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			_ = s.load() // current has the reason
		}
	}
}

// current returns what follows the pair, or why there is none.
func (s *Serving) current() (*certwatcher.CertWatcher, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.watcher, s.missing
}

// NeedLeaderElection is false: every replica serves.
func (s *Serving) NeedLeaderElection() bool { return false }

// GetCertificate is for [tls.Config].
func (s *Serving) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	watcher, err := s.current()
	if err != nil {
		return nil, err
	}
	return watcher.GetCertificate(hello)
}

// NotAfter is the last instant at which clients accept the certificate in use; zero
// while there is none.
func (s *Serving) NotAfter() time.Time {
	_, notAfter, _ := s.validity()
	return notAfter
}

// Check is a readiness check: it fails while there is no certificate, or the one in use
// is not yet valid or has expired. TLS itself would go on serving it, and under failurePolicy Fail
// every guarded write would be refused by a webhook that looks healthy.
//
// A certificate whose files have gone stays good: it is served from memory.
func (s *Serving) Check(*http.Request) error {
	notBefore, notAfter, err := s.validity()
	switch now := s.now(); {
	case err != nil:
		return err
	case now.Before(notBefore):
		return fmt.Errorf("serving certificate in folder %q is not valid before %s and it is %s: is the node's clock right?",
			s.dir, rfc3339(notBefore), rfc3339(now))
	case now.After(notAfter):
		return fmt.Errorf("serving certificate in folder %q expired at %s and it is %s: find out why it was not renewed "+
			"(with cert-manager: kubectl describe certificate; with deploy/self-signed: the log of corewarden-certs; "+
			"otherwise replace the Secret)",
			s.dir, rfc3339(notAfter), rfc3339(now))
	}
	return nil
}

// validity asks the watcher each time, because its callback runs on a goroutine per
// renewal and two of them may arrive in the wrong order.
func (s *Serving) validity() (notBefore, notAfter time.Time, err error) {
	pair, err := s.GetCertificate(nil)
	if err != nil {
		return notBefore, notAfter, err
	}
	// tls.X509KeyPair, which the watcher loads the pair with, has parsed it.
	return pair.Leaf.NotBefore, pair.Leaf.NotAfter, nil
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }
