package rollout

import (
	"fmt"
	"time"
)

// A Policy says how careful rollouts are.
type Policy struct {
	// Soak is how long the pods of a finished rollout have to run on without a restart:
	// until then, node-local-dns does not follow CoreDNS.
	Soak time.Duration
	// Deadline is how long a rollout may go without a new pod and without finishing.
	Deadline time.Duration
	// Interval is the least time between two stamps of CoreDNS whose rollout goes well.
	// Of what is written meanwhile, only the last is rolled out.
	Interval time.Duration
	// ReloadOnly leaves node-local-dns to its plugin reload: it is never stamped.
	ReloadOnly bool
}

// A goal is what a workload should be rolled out for.
type goal struct {
	hash string
	// invalid says why the content is not rolled out, or is "".
	invalid string
	// deleted says that there is no ConfigMap.
	deleted bool
}

// A phase is how far a workload has come with the goal.
type phase string

const (
	// absent: there is no workload.
	absent phase = "absent"
	// waiting: it is not stamped yet, and that is in order.
	waiting phase = "waiting"
	// rolling: it is stamped, and its pods are being replaced.
	rolling phase = "rolling"
	// soaking: its pods are replaced and have to show that they stay up.
	soaking phase = "soaking"
	// done: its pods are replaced and have stayed up.
	done phase = "done"
	// held: it does not go on by itself, or not soon.
	held phase = "held"
)

// A reason says why a workload is held. Alerts match on it: it does not change.
type reason string

const (
	// crashing: new pods restart.
	crashing reason = "PodsRestart"
	// standstill: somebody has to do something before pods are replaced.
	standstill reason = "Standstill"
	// overdue: the rollout does not get on.
	overdue reason = "DeadlineExceeded"
	// braked: the new pods of the DaemonSet restarted, so its rollout was stopped.
	braked reason = "Braked"
	// behind: CoreDNS, which goes first, is held.
	behind reason = "CoreDNSHeld"
	// unmountable: the ConfigMap is gone, and new pods cannot start without it.
	unmountable reason = "ConfigMapRequired"
	// contested: another writer changes the stamp again and again.
	contested reason = "StampContested"
	// invalidContent: a server would not start on the content.
	invalidContent reason = "InvalidContent"
)

func reasons() []reason {
	return []reason{crashing, standstill, overdue, braked, behind, unmountable, contested, invalidContent}
}

// A step is what to do with a workload now.
type step int

const (
	nothing step = iota
	// stamp sets the goal's hash.
	stamp
	// brake sets the stamp that the pods have that are not replaced yet, so that they
	// stay.
	brake
)

// A verdict is what a plan says of one workload.
type verdict struct {
	phase  phase
	reason reason // of being held
	// why is for people. quote adds what pods have said, which may quote a Corefile.
	why, quote string
	step       step
	// to is the stamp to set; "" takes it away.
	to string
	// again is when to look again though no watch tells of anything. Zero is never.
	again time.Time
}

// goals are those of both workloads. They differ only where one loads a ConfigMap that the
// other does not.
type goals struct{ coreDNS, nodeLocalDNS goal }

// valid reports whether the content may be rolled out on both.
func (g goals) valid() bool { return g.coreDNS.invalid == "" && g.nodeLocalDNS.invalid == "" }

// plan decides on both workloads, of which either may be nil. It is a function of what
// it is given, so that a new leader goes on where the last one stopped.
func plan(now time.Time, g goals, coreDNS, nodeLocalDNS *snapshot, p Policy) (forCoreDNS, forNodeLocalDNS verdict) {
	forCoreDNS = planCoreDNS(now, g.coreDNS, coreDNS, nodeLocalDNS, p)
	return forCoreDNS, planNodeLocalDNS(now, g.nodeLocalDNS, forCoreDNS, nodeLocalDNS, p)
}

// planCoreDNS decides on the layer that goes first. A newer goal replaces one that is
// being rolled out, at once if that goes badly.
func planCoreDNS(now time.Time, g goal, w, nodeLocalDNS *snapshot, p Policy) verdict {
	if w == nil {
		return verdict{phase: absent}
	}
	if w.has(g.hash) && g.invalid == "" {
		return w.progress(now, p)
	}
	if v := w.hindrance(g); v.phase == held {
		return v
	}
	if v := w.progress(now, p); v.phase != held {
		if next := w.stampedAt.Add(p.Interval); now.Before(next) {
			return verdict{phase: waiting, why: "it was stamped a moment ago; waiting for further changes", again: next}
		}
	}
	if nodeLocalDNS != nil && !p.ReloadOnly {
		if v := nodeLocalDNS.progress(now, p); v.phase == rolling {
			return verdict{phase: waiting, why: "DaemonSet node-local-dns is being rolled out", again: v.again}
		}
	}
	return verdict{phase: waiting, step: stamp, to: g.hash}
}

// planNodeLocalDNS decides on the layer that follows CoreDNS.
func planNodeLocalDNS(now time.Time, g goal, first verdict, w *snapshot, p Policy) verdict {
	switch {
	case w == nil:
		return verdict{phase: absent}
	case p.ReloadOnly:
		return verdict{phase: done, why: "it loads new content with its plugin reload"}
	}
	progress := w.progress(now, p)
	if to, ok := w.brake(now, p, progress); ok {
		return verdict{phase: held, reason: braked, step: brake, to: to, why: progress.why, quote: progress.quote}
	}
	if w.has(g.hash) && g.invalid == "" {
		return progress
	}
	if v := w.hindrance(g); v.phase == held {
		return v
	}
	switch first.phase {
	case held:
		return verdict{phase: held, reason: behind, why: "Deployment coredns is held: " + first.why, quote: first.quote, again: first.again}
	case done:
	case absent:
		return verdict{phase: waiting, why: "Deployment coredns, which goes first, is absent"}
	default:
		return verdict{phase: waiting, why: "Deployment coredns goes first", again: first.again}
	}
	// Another stamp in the middle of a rollout would replace pods beyond maxUnavailable.
	// Pods that crash are down anyway.
	if progress.phase == rolling {
		return verdict{phase: waiting, why: "its pods are being replaced already", again: progress.again}
	}
	return verdict{phase: waiting, step: stamp, to: g.hash}
}

// hindrance holds w where the goal must not be tried with it.
func (w *snapshot) hindrance(g goal) verdict {
	switch {
	case g.invalid != "":
		return verdict{phase: held, reason: invalidContent, why: g.invalid}
	case g.deleted && w.requiresConfigMap:
		return verdict{phase: held, reason: unmountable, why: "its volume of the ConfigMap is not optional, so new pods could not start without it"}
	case w.braked == g.hash:
		return verdict{phase: held, reason: braked, why: "its pods restarted on this content"}
	case w.contested:
		return verdict{phase: held, reason: contested, why: fmt.Sprintf("another writer has changed the stamp %d times", patience)}
	}
	return verdict{}
}
