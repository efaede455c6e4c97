package authority

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"
)

const day = 24 * time.Hour

var (
	epoch  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	policy = Policy{
		Names:      []string{"corewarden-webhook.corewarden.svc"},
		CALifetime: 1000 * day, LeafLifetime: 90 * day, RenewBefore: 30 * day, TrustDelay: 2 * time.Minute,
	}
)

// TestPlan is the specification of what follows on what. The CAs a and b and a leaf under
// each are of the epoch.
func TestPlan(t *testing.T) {
	t.Parallel()
	a, b, foreign, old := makeCA(t, epoch), makeCA(t, epoch), makeCA(t, epoch), makeCA(t, epoch.Add(-day))
	leafA, leafB, leafForeign := makeLeaf(t, a, epoch), makeLeaf(t, b, epoch), makeLeaf(t, foreign, epoch)
	retiredA := []Retired{{a.Certificate, epoch.Add(90 * day)}}

	tests := map[string]struct {
		after  time.Duration // since the epoch
		state  State
		want   Action
		reason string
		at     time.Duration // since the epoch; for Wait
	}{
		"nothing is there": {
			state: State{Bundles: bundles(nil, nil)},
			want:  NewCA, reason: "there is none",
		},
		"the first CA is trusted before a leaf is issued": {
			state: State{CA: a, Bundles: bundles(nil, nil)},
			want:  Trust,
		},
		"one of two bundles lacks it": {
			state: State{CA: a, Bundles: [][]*x509.Certificate{list(a), nil}},
			want:  Trust,
		},
		"the first leaf need not wait": {
			state: State{CA: a, Bundles: bundles(a), TrustedSince: epoch},
			want:  Issue, reason: "there is none",
		},
		"no configuration is there to trust anything": {
			state: State{CA: a, TrustedSince: epoch},
			want:  Issue,
		},
		"all is in order until the leaf is due": {
			state: State{CA: a, Leaf: leafA, Bundles: bundles(a), TrustedSince: epoch},
			want:  Wait, reason: "all is in order", at: 60 * day,
		},
		"the leaf is due": {
			after: 60 * day,
			state: State{CA: a, Leaf: leafA, Bundles: bundles(a), TrustedSince: epoch},
			want:  Issue, reason: "it expires at 2026-04-01",
		},
		"the leaf is lost": {
			after: day,
			state: State{CA: a, Bundles: bundles(a), TrustedSince: epoch},
			want:  Issue, reason: "there is none",
		},
		"the leaf is for other names": {
			state: State{CA: a, Leaf: makeLeaf(t, a, epoch, "other.svc"), Bundles: bundles(a), TrustedSince: epoch},
			want:  Issue, reason: `it is for ["other.svc"]`,
		},
		"the leaf is of a clock that was ahead": {
			after: -2 * time.Hour,
			state: State{CA: old, Leaf: makeLeaf(t, old, epoch), Bundles: bundles(old), TrustedSince: epoch.Add(-day)},
			want:  Issue, reason: "it is not valid yet",
		},
		"caBundle was wiped": {
			state: State{CA: a, Leaf: leafA, Bundles: [][]*x509.Certificate{nil, list(a)}},
			want:  Trust,
		},
		"caBundle holds what nobody needs": {
			state: State{CA: a, Leaf: leafA, Bundles: bundles(a, foreign), TrustedSince: epoch},
			want:  Trust,
		},
		"the CA is due": {
			after: (1000 - 180) * day,
			state: State{CA: a, Leaf: makeLeaf(t, a, epoch.Add(800*day)), Bundles: bundles(a), TrustedSince: epoch},
			want:  NewCA, reason: "the CA expires at 2028-09-27",
		},
		"a new CA is added to caBundle, beside the one before it": {
			state: State{CA: b, Retired: retiredA, Leaf: leafA, Bundles: bundles(a)},
			want:  Trust,
		},
		"a new CA has just been trusted": {
			after: time.Minute,
			state: State{CA: b, Retired: retiredA, Leaf: leafA, Bundles: bundles(a, b), TrustedSince: epoch.Add(time.Minute)},
			want:  Wait, reason: "every API server has to trust the new CA first", at: 3 * time.Minute,
		},
		"even where there is no leaf any more": {
			after: time.Minute,
			state: State{CA: b, Retired: retiredA, Bundles: bundles(b, a), TrustedSince: epoch.Add(time.Minute)},
			want:  Wait, at: 3 * time.Minute,
		},
		"not where the leaf has expired": {
			after: 91 * day,
			state: State{CA: b, Retired: []Retired{{a.Certificate, epoch.Add(180 * day)}}, Leaf: leafA, Bundles: bundles(b, a), TrustedSince: epoch.Add(91 * day)},
			want:  Issue, reason: "it is not under the CA",
		},
		"a new CA has been trusted for long enough": {
			after: 2 * time.Minute,
			state: State{CA: b, Retired: retiredA, Leaf: leafA, Bundles: bundles(b, a), TrustedSince: epoch},
			want:  Issue, reason: "it is not under the CA",
		},
		"the CA before it is trusted for as long as a leaf under it may be": {
			after: time.Hour,
			state: State{CA: b, Retired: retiredA, Leaf: leafB, Bundles: bundles(b, a), TrustedSince: epoch},
			want:  Wait, at: 60 * day,
		},
		"the last leaf of the CA before it has expired": {
			after: 90 * day,
			state: State{CA: b, Retired: retiredA, Leaf: makeLeaf(t, b, epoch.Add(60*day)), Bundles: bundles(b, a), TrustedSince: epoch},
			want:  Forget, reason: a.Certificate.Subject.CommonName,
		},
		"what was forgotten leaves caBundle": {
			after: 90 * day,
			state: State{CA: b, Leaf: makeLeaf(t, b, epoch.Add(60*day)), Bundles: bundles(b, a), TrustedSince: epoch},
			want:  Trust,
		},
		"the leaf is somebody else's, and in use": {
			state: State{CA: a, Leaf: leafForeign, Bundles: bundles(foreign)},
			want:  Adopt, reason: foreign.Certificate.Subject.CommonName,
		},
		"the leaf is somebody else's, and nobody trusts it": {
			state: State{CA: a, Leaf: leafForeign, Bundles: bundles(a), TrustedSince: epoch},
			want:  Issue, reason: "it is not under the CA",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step := policy.Plan(epoch.Add(tt.after), tt.state)
			if step.Action != tt.want || !strings.Contains(step.Reason, tt.reason) {
				t.Errorf("the step is to %s because %q, want to %s because %q", step.Action, step.Reason, tt.want, tt.reason)
			}
			if want := epoch.Add(tt.at); tt.want == Wait && !step.At.Equal(want) {
				t.Errorf("it waits until %s, want %s", step.At, want)
			}
		})
	}
}

func TestSuccession(t *testing.T) {
	t.Parallel()
	a, b := makeCA(t, epoch), makeCA(t, epoch)
	expired, err := newCA(epoch.Add(-2*day), day)
	if err != nil {
		t.Fatal(err)
	}
	longLeaf, err := a.issue(epoch, 200*day, policy.Names)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		state State
		want  map[*Pair]time.Duration // until when each is trusted, since the epoch
	}{
		"nothing is retired by the first": {},
		"the one before is trusted until the last leaf that it can have issued expires": {
			state: State{CA: a, Leaf: makeLeaf(t, a, epoch.Add(-day))},
			want:  map[*Pair]time.Duration{a: 90 * day},
		},
		"longer where the leaf lives longer": {
			state: State{CA: a, Leaf: longLeaf},
			want:  map[*Pair]time.Duration{a: 200 * day},
		},
		"what was retired stays": {
			state: State{CA: a, Retired: []Retired{{b.Certificate, epoch.Add(day)}}},
			want:  map[*Pair]time.Duration{a: 90 * day, b: day},
		},
		"a CA that is lost is in caBundle": {
			state: State{Bundles: [][]*x509.Certificate{list(a), list(a, b, expired)}},
			want:  map[*Pair]time.Duration{a: 90 * day, b: 90 * day},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := policy.succession(epoch, tt.state)
			if len(got) != len(tt.want) {
				t.Errorf("%d are retired, want %d", len(got), len(tt.want))
			}
			for _, r := range got {
				for ca, until := range tt.want {
					if want := epoch.Add(until).Truncate(time.Second); r.Certificate.Equal(ca.Certificate) && !r.Until.Equal(want) {
						t.Errorf("%s is trusted until %s, want %s", r.Certificate.Subject, r.Until, want)
					}
				}
			}
		})
	}
}

func TestInStep(t *testing.T) {
	t.Parallel()
	a, b := makeCA(t, epoch), makeCA(t, epoch)
	retired := []Retired{{a.Certificate, epoch}}
	for name, tt := range map[string]struct {
		state State
		want  bool
	}{
		"no CA":                             {State{}, false},
		"both bundles hold it":              {State{CA: a, Bundles: bundles(a)}, true},
		"one bundle lacks it":               {State{CA: a, Bundles: [][]*x509.Certificate{list(a), nil}}, false},
		"the CA before it is lacking":       {State{CA: b, Retired: retired, Bundles: bundles(b)}, false},
		"a CA that is still to be dropped":  {State{CA: b, Bundles: bundles(a, b)}, true},
		"there is no webhook configuration": {State{CA: a}, true},
	} {
		if got := tt.state.InStep(); got != tt.want {
			t.Errorf("%s: in step is %t", name, got)
		}
	}
}

func makeCA(t *testing.T, now time.Time) *Pair {
	t.Helper()
	ca, err := newCA(now, policy.CALifetime)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func makeLeaf(t *testing.T, ca *Pair, now time.Time, names ...string) *Pair {
	t.Helper()
	if names == nil {
		names = policy.Names
	}
	leaf, err := ca.issue(now, policy.LeafLifetime, names)
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func list(cas ...*Pair) []*x509.Certificate {
	var certificates []*x509.Certificate
	for _, ca := range cas {
		if ca != nil {
			certificates = append(certificates, ca.Certificate)
		}
	}
	return certificates
}

// bundles returns two that are the same.
func bundles(cas ...*Pair) [][]*x509.Certificate {
	return [][]*x509.Certificate{list(cas...), list(cas...)}
}
