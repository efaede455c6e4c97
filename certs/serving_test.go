package certs

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	pair, other := ca.issue(t, 1, epoch, year), ca.issue(t, 2, epoch, year)

	tests := map[string]struct {
		cert, key []byte // nil: no such file
		want      []string
	}{
		"a file that is not PEM": {
			cert: []byte("not a certificate"), key: pair.key,
			want: []string{"cannot be used", "failed to find any PEM data in certificate input"},
		},
		"a truncated key": {
			cert: pair.cert, key: pair.key[:len(pair.key)/2],
			want: []string{"cannot be used", "failed to find any PEM data in key input"},
		},
		"a key of another certificate": {
			cert: pair.cert, key: other.key,
			want: []string{"cannot be used", "private key does not match public key"},
		},
		"certificate and key swapped": {
			cert: pair.key, key: pair.cert,
			want: []string{"cannot be used", "failed to find certificate PEM data"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			keyPair{cert: tt.cert, key: tt.key}.write(t, dir)

			_, err := Load(dir, time.Now)
			if err == nil {
				t.Fatal("Load succeeded, want an error")
			}
			for _, want := range append(tt.want, dir) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not contain %q", err, want)
				}
			}
			for _, key := range []keyPair{pair, other} {
				assertNoSecret(t, err, key.key)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	pair := newAuthority(t).issue(t, 1, epoch, epoch.Add(90*day))

	tests := map[string]struct {
		now  time.Time
		want []string // nil: ready
	}{
		"not ready before the certificate is valid": {
			now:  epoch.Add(-time.Second),
			want: []string{"not valid before 2026-01-01T00:00:00Z", "it is 2025-12-31T23:59:59Z", "clock"},
		},
		"ready in its first instant": {now: epoch},
		"ready in its last instant":  {now: epoch.Add(90 * day)},
		"not ready once it has expired": {
			now:  epoch.Add(90*day + time.Second),
			want: []string{"expired at 2026-04-01T00:00:00Z", "it is 2026-04-01T00:00:01Z", "renewed"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			pair.write(t, dir)
			s := load(t, dir, func() time.Time { return tt.now })

			err := s.Check(httptest.NewRequest(http.MethodGet, "/readyz", nil))
			if len(tt.want) == 0 && err != nil {
				t.Fatalf("Check at %s: %v, want ready", tt.now, err)
			}
			for _, want := range tt.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("Check at %s: %v, want an error with %q", tt.now, err, want)
				}
			}
		})
	}
}

// TestFirstCertificate starts without a pair, as a pod does whose Secret is still to come.
func TestFirstCertificate(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	pair := ca.issue(t, 1, epoch, year)

	tests := map[string]struct {
		before keyPair // the files that are there at the start
		lay    func(t *testing.T, dir string, pair keyPair)
		want   []string // parts of the reason why it is not ready
	}{
		"no file, and the Secret is mounted as the kubelet does": {
			lay:  swapSymlink,
			want: []string{"tls.crt", "kubectl describe certificate", "the log of corewarden-certs", "otherwise create the Secret"},
		},
		"no key": {
			before: keyPair{cert: pair.cert},
			lay:    renameOver,
			want:   []string{"tls.key: no such file"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			tt.before.write(t, dir)
			s := load(t, dir, func() time.Time { return epoch })
			start(t, s)

			check := func() error { return s.Check(httptest.NewRequest(http.MethodGet, "/readyz", nil)) }
			err := check()
			for _, want := range append(tt.want, "no serving certificate yet", dir) {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("Check without a pair: %v, want an error with %q", err, want)
				}
			}
			if _, err := s.GetCertificate(nil); err == nil {
				t.Error("GetCertificate without a pair returns no error")
			}
			if n := testutil.CollectAndCount(s.Expiry()); n != 0 || !s.NotAfter().IsZero() {
				t.Errorf("without a pair there is a time of expiry: %s, %d samples", s.NotAfter(), n)
			}
			tt.lay(t, dir, pair)
			eventually(t, "the pair makes it ready", func() bool { return check() == nil })
			if got := ca.handshake(t, s); got != 1 {
				t.Errorf("a client is shown certificate %d, want 1", got)
			}
		})
	}
}

func TestBadFirstPairIsWaitedOut(t *testing.T) {
	t.Parallel()
	ca, dir := newAuthority(t), t.TempDir()
	pair := ca.issue(t, 1, epoch, year)
	s := load(t, dir, func() time.Time { return epoch })
	start(t, s)

	keyPair{cert: pair.cert, key: ca.issue(t, 2, epoch, year).key}.write(t, dir)
	eventually(t, "the bad pair is the reason why it is not ready", func() bool {
		err := s.Check(nil)
		return err != nil && strings.Contains(err.Error(), "private key does not match public key")
	})
	pair.write(t, dir)
	eventually(t, "the repaired pair makes it ready", func() bool { return s.Check(nil) == nil })
}

// TestRenewal replaces the files in every way that they are replaced in real life,
// and looks at what a client is shown.
func TestRenewal(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	first, second := ca.issue(t, 1, epoch, year), ca.issue(t, 2, epoch, year.Add(day))

	tests := map[string]struct {
		lay, replace func(t *testing.T, dir string, pair keyPair)
		interval     time.Duration // between polls; zero is the default
	}{
		"files overwritten in place": {
			lay:     func(t *testing.T, dir string, pair keyPair) { pair.write(t, dir) },
			replace: func(t *testing.T, dir string, pair keyPair) { pair.write(t, dir) },
		},
		"files renamed over the old ones": {
			lay:     func(t *testing.T, dir string, pair keyPair) { pair.write(t, dir) },
			replace: renameOver,
		},
		"symlink swapped as the kubelet does": {
			lay:     swapSymlink,
			replace: func(t *testing.T, dir string, pair keyPair) { os.RemoveAll(swap(t, dir, pair)) },
		},
		"symlink swapped and the old files kept, so that nothing but polling sees it": {
			lay: swapSymlink, replace: swapSymlink,
			interval: 10 * time.Millisecond,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			tt.lay(t, dir, first)
			s := load(t, dir, func() time.Time { return epoch })
			if tt.interval != 0 {
				s.watcher.WithWatchInterval(tt.interval)
			}
			start(t, s)

			if got := ca.handshake(t, s); got != 1 {
				t.Fatalf("before the renewal a client is shown certificate %d, want 1", got)
			}
			tt.replace(t, dir, second)
			eventually(t, "a client is shown certificate 2", func() bool { return ca.handshake(t, s) == 2 })
			if want := year.Add(day); !s.NotAfter().Equal(want) {
				t.Errorf("NotAfter after the renewal is %s, want %s", s.NotAfter(), want)
			}
		})
	}
}

func TestRenewalMakesAnExpiredCertificateReadyAgain(t *testing.T) {
	t.Parallel()
	ca, dir := newAuthority(t), t.TempDir()
	ca.issue(t, 1, epoch, epoch.Add(day)).write(t, dir)
	s := load(t, dir, func() time.Time { return epoch.Add(2 * day) })
	s.watcher.WithWatchInterval(10 * time.Millisecond)
	start(t, s)

	ready := func() bool { return s.Check(httptest.NewRequest(http.MethodGet, "/readyz", nil)) == nil }
	if ready() {
		t.Fatal("ready with an expired certificate")
	}
	ca.issue(t, 2, epoch, year).write(t, dir)
	eventually(t, "the renewed certificate makes it ready", ready)
}

func TestBadPairOnReloadKeepsTheOldOne(t *testing.T) {
	t.Parallel()
	ca, dir := newAuthority(t), t.TempDir()
	first, second := ca.issue(t, 1, epoch, year), ca.issue(t, 2, epoch, year)
	first.write(t, dir)
	s := load(t, dir, func() time.Time { return epoch })

	keyPair{cert: second.cert, key: first.key}.write(t, dir)
	err := s.watcher.ReadCertificate() // the watcher logs this error and nothing else
	if err == nil {
		t.Fatal("a certificate with another one's key was loaded")
	}
	assertNoSecret(t, err, first.key)
	if got := ca.handshake(t, s); got != 1 {
		t.Errorf("after a bad write a client is shown certificate %d, want 1 still", got)
	}

	s.watcher.WithWatchInterval(10 * time.Millisecond)
	start(t, s)
	second.write(t, dir)
	eventually(t, "the repaired pair is served", func() bool { return ca.handshake(t, s) == 2 })
}

func TestStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	newAuthority(t).issue(t, 1, epoch, year).write(t, dir)
	s := load(t, dir, time.Now)

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Start(ctx) }()
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("Start goes on after its context has ended")
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	newAuthority(t).issue(t, 1, epoch, year).write(t, dir)

	want := fmt.Sprintf(`# HELP corewarden_certificate_expiry_timestamp_seconds When the serving certificate in use expires, in seconds since the Unix epoch.
# TYPE corewarden_certificate_expiry_timestamp_seconds gauge
corewarden_certificate_expiry_timestamp_seconds %d
`, year.Unix())
	if err := testutil.CollectAndCompare(load(t, dir, time.Now).Expiry(), strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}

func load(t *testing.T, dir string, now func() time.Time) *Serving {
	t.Helper()
	s, err := Load(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// start runs s as the manager does, until the test ends.
func start(t *testing.T, s *Serving) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := s.Start(ctx); err != nil && ctx.Err() == nil {
			t.Errorf("Start: %v", err)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
}

// patience is longer than the ten seconds between two polls of the watcher: a file that
// is replaced before the watcher has come to watch it is seen by the first poll.
const patience = 2 * time.Minute

// eventually waits until cond holds.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

func assertNoSecret(t *testing.T, err error, key []byte) {
	t.Helper()
	for line := range strings.Lines(string(key)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "-----") && strings.Contains(err.Error(), line) {
			t.Errorf("error holds key material: %v", err)
		}
	}
}
