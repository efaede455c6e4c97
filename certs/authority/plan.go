package authority

import (
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// A Policy says how long certificates are good for, and when they are replaced.
type Policy struct {
	// Names are the DNS names that the leaf is for.
	Names []string
	// CALifetime and LeafLifetime are from issue to expiry.
	CALifetime, LeafLifetime time.Duration
	// RenewBefore is how long before its expiry a leaf is replaced.
	RenewBefore time.Duration
	// TrustDelay is how long a new CA has been in every caBundle before a leaf under it is
	// issued, so that every API server has heard of it.
	TrustDelay time.Duration
}

// A State is what is stored, and since when it has been so.
type State struct {
	// CA issues the next leaf; nil if there is none.
	CA *Pair
	// Retired are the CAs before it, for the leaves that are still good under them.
	Retired []Retired
	// Leaf is what the webhook serves, or will soon; nil if there is none.
	Leaf *Pair
	// Bundles are what the caBundle of each webhook holds.
	Bundles [][]*x509.Certificate
	// TrustedSince is since when CA has been seen in every bundle; zero if it is not.
	TrustedSince time.Time
}

// Retired is a CA that issues no more leaves.
type Retired struct {
	Certificate *x509.Certificate
	// Until is when the last leaf under it has expired.
	Until time.Time
}

// An Action is one change of what is stored.
type Action string

// The actions, in the order in which a new CA gets into use.
const (
	Wait   Action = "wait"                  // nothing to do until a time
	NewCA  Action = "make a CA"             // and retire the one before it
	Adopt  Action = "adopt a CA"            // somebody else's, for the leaf under it
	Trust  Action = "write caBundle"        // all of State.trust
	Issue  Action = "issue the certificate" // under State.CA
	Forget Action = "forget a CA"           // whose last leaf has expired
)

// A Step is what to do next.
type Step struct {
	Action Action
	// Reason says why, for the log.
	Reason string
	// At is when to look again, after a Wait.
	At time.Time
}

// Plan returns what to do next. It knows nothing but what is stored, so that a process that
// ends between two steps is no different from one that goes on.
func (p Policy) Plan(now time.Time, s State) Step {
	if reason := p.needsCA(now, s.CA); reason != "" {
		return Step{Action: NewCA, Reason: reason}
	}
	if i := slices.IndexFunc(s.Retired, func(r Retired) bool { return !r.Until.After(now) }); i >= 0 {
		return Step{Action: Forget, Reason: fmt.Sprintf("the last certificate under %q has expired", s.Retired[i].Certificate.Subject.CommonName)}
	}
	if ca := s.stranger(now); ca != nil {
		return Step{Action: Adopt, Reason: fmt.Sprintf("the certificate in use is under %q", ca.Subject.CommonName)}
	}
	if slices.ContainsFunc(s.Bundles, func(bundle []*x509.Certificate) bool { return !same(bundle, s.trust()) }) {
		return Step{Action: Trust, Reason: "a caBundle is not what it has to be"}
	}
	reason := p.needsLeaf(now, s)
	if reason == "" {
		return Step{Action: Wait, Reason: "all is in order", At: p.nextChange(s)}
	}
	if trusted := s.TrustedSince.Add(p.TrustDelay); s.serving(now) && now.Before(trusted) {
		return Step{Action: Wait, Reason: reason + "; every API server has to trust the new CA first", At: trusted}
	}
	return Step{Action: Issue, Reason: reason}
}

// needsCA returns why a new CA has to be made, if it has to.
func (p Policy) needsCA(now time.Time, ca *Pair) string {
	switch {
	case ca == nil:
		return "there is none"
	case now.Before(ca.Certificate.NotBefore):
		return "the CA is not valid yet"
	case !now.Before(p.replaceCA(ca)):
		return fmt.Sprintf("the CA expires at %s", rfc3339(ca.Certificate.NotAfter))
	}
	return ""
}

// replaceCA is when a CA has to be replaced: while it outlives the next leaf, and by as much
// again.
func (p Policy) replaceCA(ca *Pair) time.Time {
	return ca.Certificate.NotAfter.Add(-2 * p.LeafLifetime)
}

// needsLeaf returns why a new leaf has to be issued, if it has to.
func (p Policy) needsLeaf(now time.Time, s State) string {
	switch {
	case s.Leaf == nil:
		return "there is none"
	case !s.Leaf.under(s.CA.Certificate):
		return "it is not under the CA"
	case !slices.Equal(s.Leaf.Certificate.DNSNames, p.Names):
		return fmt.Sprintf("it is for %q", s.Leaf.Certificate.DNSNames)
	case now.Before(s.Leaf.Certificate.NotBefore):
		return "it is not valid yet"
	case !now.Before(s.Leaf.Certificate.NotAfter.Add(-p.RenewBefore)):
		return fmt.Sprintf("it expires at %s", rfc3339(s.Leaf.Certificate.NotAfter))
	}
	return ""
}

// nextChange is when time alone makes something to do, where all is in order.
func (p Policy) nextChange(s State) time.Time {
	next := p.replaceCA(s.CA)
	times := []time.Time{s.Leaf.Certificate.NotAfter.Add(-p.RenewBefore)}
	for _, r := range s.Retired {
		times = append(times, r.Until)
	}
	for _, t := range times {
		if t.Before(next) {
			next = t
		}
	}
	return next
}

// trust is what every caBundle has to hold: all CAs with a leaf that has not expired.
func (s State) trust() []*x509.Certificate {
	var trust []*x509.Certificate
	if s.CA != nil {
		trust = append(trust, s.CA.Certificate)
	}
	for _, r := range s.Retired {
		trust = append(trust, r.Certificate)
	}
	return trust
}

// serving tells whether some pod may have a certificate that still works. With the first CA of
// all there is none before it, and one that has expired is no reason to wait.
func (s State) serving(now time.Time) bool {
	expired := s.Leaf != nil && !now.Before(s.Leaf.Certificate.NotAfter)
	return len(s.Retired) > 0 && !expired
}

// stranger returns the CA of a leaf that somebody else has issued, and which is in use: in
// a caBundle and not among ours.
func (s State) stranger(now time.Time) *x509.Certificate {
	if s.Leaf == nil || !s.Leaf.Certificate.NotAfter.After(now) || slices.ContainsFunc(s.trust(), s.Leaf.under) {
		return nil
	}
	for _, bundle := range s.Bundles {
		if i := slices.IndexFunc(bundle, s.Leaf.under); i >= 0 {
			return bundle[i]
		}
	}
	return nil
}

// succession returns what is retired when a new CA takes over. Where the CA is lost, the
// bundles have it; any leaf under it was issued before now.
func (p Policy) succession(now time.Time, s State) []Retired {
	before := slices.Clone(s.Retired)
	if s.CA != nil {
		before = append([]Retired{p.retire(now, s, s.CA.Certificate)}, before...)
		return before
	}
	for _, bundle := range s.Bundles {
		for _, ca := range bundle {
			known := slices.ContainsFunc(before, func(r Retired) bool { return r.Certificate.Equal(ca) })
			if !known && ca.NotAfter.After(now) {
				before = append(before, p.retire(now, s, ca))
			}
		}
	}
	return before
}

// retire returns how long a CA is trusted that issues no leaf from now on.
func (p Policy) retire(now time.Time, s State, ca *x509.Certificate) Retired {
	until := now.Add(p.LeafLifetime)
	if s.Leaf != nil && s.Leaf.Certificate.NotAfter.After(until) && s.Leaf.under(ca) {
		until = s.Leaf.Certificate.NotAfter
	}
	return Retired{Certificate: ca, Until: until}
}

// InStep tells whether every bundle holds all that is to be trusted.
func (s State) InStep() bool {
	return s.CA != nil && !slices.ContainsFunc(s.Bundles, func(bundle []*x509.Certificate) bool { return !holds(bundle, s.trust()) })
}

// same tells whether two lists hold the same certificates, in any order.
func same(a, b []*x509.Certificate) bool { return len(a) == len(b) && holds(a, b) }

// holds tells whether all of the certificates are in the bundle.
func holds(bundle, certificates []*x509.Certificate) bool {
	for _, c := range certificates {
		if !slices.ContainsFunc(bundle, c.Equal) {
			return false
		}
	}
	return true
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }
