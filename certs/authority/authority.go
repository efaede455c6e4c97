// Package authority keeps a webhook's certificate where nothing else does: a CA and a leaf
// under it, in Secrets, and the caBundle by which the API server trusts them. It replaces
// each before it expires, and no call of the API server fails meanwhile.
//
// The kubelet shows pods a new Secret 30 to 100 seconds late, and a caBundle counts at once.
// So a caBundle holds, at all times, every CA that some leaf is under which has not expired.
// A new CA is first added to each caBundle, then a leaf is issued under it, and the CA before
// it is dropped when its last leaf has expired.
package authority

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

var (
	_ manager.Runnable = (*Authority)(nil)
	_ healthz.Checker  = (*Authority)(nil).Check
)

// An Authority keeps the certificates of one webhook. Several of them for the same webhook
// do no harm to each other.
type Authority struct {
	store  *store
	policy Policy

	// trusted is the CA that every bundle has been seen to hold since a time.
	trusted      *x509.Certificate
	trustedSince time.Time

	mu        sync.Mutex
	last      State // as last read
	lastError error // of the last pass; nil if it went well
	failedAt  time.Time
}

// New returns an authority that reaches the API server by config.
func New(config *rest.Config, names Names, policy Policy) (*Authority, error) {
	store, err := newStore(config, names)
	if err != nil {
		return nil, err
	}
	return &Authority{store: store, policy: policy, lastError: errors.New("what is stored has not been read yet")}, nil
}

const (
	// longestWait bounds the wait for a change, in case that an event was missed.
	longestWait = 10 * time.Minute
	// shortestRetry and longestRetry bound the wait after an error.
	shortestRetry, longestRetry = time.Second, 30 * time.Second
)

// Start does what there is to do until ctx ends.
func (a *Authority) Start(ctx context.Context) error {
	changed := make(chan struct{}, 1)
	a.store.watch(ctx, func() {
		select {
		case changed <- struct{}{}:
		default: // there is one already
		}
	})
	retry := shortestRetry
	for ctx.Err() == nil {
		wait := longestWait
		at, err := a.pass(ctx)
		if err != nil && ctx.Err() == nil {
			log.FromContext(ctx).Error(err, "Certificates could not be kept")
			wait, retry = retry, min(2*retry, longestRetry)
		} else {
			wait, retry = min(wait, time.Until(at)), shortestRetry
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-time.After(wait):
		}
	}
	return nil
}

// pass takes steps until there is nothing to do, and returns when to look again.
func (a *Authority) pass(ctx context.Context) (time.Time, error) {
	for {
		step, err := a.step(ctx)
		if err != nil || step.Action == Wait {
			a.record(err)
			return step.At, err
		}
	}
}

// step reads what is stored and takes one step.
func (a *Authority) step(ctx context.Context) (Step, error) {
	found, err := a.store.read(ctx)
	if err != nil {
		return Step{}, err
	}
	now := time.Now()
	state := a.observe(ctx, now, found)
	step := a.policy.Plan(now, state)
	if step.Action != Wait {
		log.FromContext(ctx).Info("Going to "+string(step.Action), "reason", step.Reason)
	}
	if err := a.take(ctx, now, step.Action, state, found); err != nil {
		return step, fmt.Errorf("%s: %w", step.Action, err)
	}
	return step, nil
}

// observe makes a state of what is stored, and remembers it.
func (a *Authority) observe(ctx context.Context, now time.Time, found stored) State {
	var state State
	if err := errors.Join(state.readCA(found.ca), state.readLeaf(found.leaf)); err != nil {
		log.FromContext(ctx).Error(err, "What is stored cannot be used and is replaced")
	}
	for _, c := range found.configurations {
		for _, w := range c.webhooks {
			state.Bundles = append(state.Bundles, parseCertificates(w.caBundle))
		}
	}
	switch {
	case state.CA == nil || slices.ContainsFunc(state.Bundles, func(b []*x509.Certificate) bool { return !slices.ContainsFunc(b, state.CA.Certificate.Equal) }):
		a.trusted = nil
	case a.trusted == nil || !a.trusted.Equal(state.CA.Certificate):
		a.trusted, a.trustedSince = state.CA.Certificate, now
	}
	if a.trusted != nil {
		state.TrustedSince = a.trustedSince
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = state
	return state
}

// take makes the change that an action stands for.
func (a *Authority) take(ctx context.Context, now time.Time, action Action, state State, found stored) error {
	switch action {
	case NewCA:
		ca, err := newCA(now, a.policy.CALifetime)
		if err != nil {
			return err
		}
		return a.saveCA(ctx, found, ca, a.policy.succession(now, state))
	case Adopt:
		return a.saveCA(ctx, found, state.CA, append(state.Retired, a.policy.retire(now, state, state.stranger(now))))
	case Forget:
		return a.saveCA(ctx, found, state.CA, slices.DeleteFunc(state.Retired, func(r Retired) bool { return !r.Until.After(now) }))
	case Trust:
		return a.saveBundles(ctx, found, state.trust())
	case Issue:
		leaf, err := state.CA.issue(now, a.policy.LeafLifetime, a.policy.Names)
		if err != nil {
			return err
		}
		return a.store.writeSecret(ctx, found.leaf, a.store.names.LeafSecret, writeLeaf(leaf, state.CA))
	}
	return nil
}

func (a *Authority) saveCA(ctx context.Context, found stored, ca *Pair, before []Retired) error {
	data, err := writeCA(ca, before)
	if err != nil {
		return err
	}
	return a.store.writeSecret(ctx, found.ca, a.store.names.CASecret, data)
}

// saveBundles writes all that it can, so that one configuration that cannot be written does
// not keep the other from being repaired.
func (a *Authority) saveBundles(ctx context.Context, found stored, trust []*x509.Certificate) error {
	var errs []error
	for _, c := range found.configurations {
		complete := !slices.ContainsFunc(c.webhooks, func(w clientConfig) bool { return !same(parseCertificates(w.caBundle), trust) })
		if complete {
			continue
		}
		if err := a.store.writeBundle(ctx, c, bundleOf(trust)); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.kind, err))
		}
	}
	return errors.Join(errs...)
}

// record remembers how a pass ended.
func (a *Authority) record(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lastError = err; err != nil {
		a.failedAt = time.Now()
	}
}

// Check is a readiness check: it fails while the webhook has no certificate that the API
// server trusts, and while nothing can be done about what has to be done.
func (a *Authority) Check(*http.Request) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch leaf := a.last.Leaf; {
	case a.lastError != nil:
		return a.lastError
	case leaf == nil || !slices.ContainsFunc(a.last.trust(), leaf.under):
		return errors.New("there is no certificate yet under a CA that the API server trusts")
	case time.Now().After(leaf.Certificate.NotAfter):
		return fmt.Errorf("the certificate in Secret %s expired at %s", a.store.names.LeafSecret, rfc3339(leaf.Certificate.NotAfter))
	}
	return nil
}
