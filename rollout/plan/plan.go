// Package plan decides how a rollout goes on.
//
// It knows no Kubernetes client and no metrics. Its input is plain values: how careful to be
// (Policy), what should run (Goals), and how the two workloads and their pods are, with what
// is kept on them of before (State). Its output is one Verdict for each workload. It keeps
// nothing, so a new leader goes on where the last one stopped. The table in plan_test.go is
// the specification.
package plan

import (
	"slices"
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
	// BrakePods and BrakeShare are how many new pods of node-local-dns have to crash so that
	// its rollout is stopped: that many, or that share of them.
	BrakePods  int
	BrakeShare float64
	// Canary says that one pod of node-local-dns tries new content before the others.
	Canary bool
	// Pinned says that a pod loads the content that its own stamp names, and only on the node
	// that tries other content that one.
	Pinned bool
	// AllowLayerRestart allows rollouts that take all pods of a layer down at once.
	AllowLayerRestart bool
	// Adopt says when what runs where nothing was ever stamped is taken for rolled out.
	Adopt Adoption
	// Retry is after what time a rollout that was stopped is tried again. It doubles each
	// time. Zero is never.
	Retry time.Duration
}

// A Goal is what a workload should run.
type Goal struct {
	// Hash is the stamp that stands for it, Former what former versions of Corewarden would
	// have written.
	Hash   string
	Former []string
	// Empty says that there is nothing to load, as before Corewarden was installed.
	Empty bool
	// Invalid says why the content is not rolled out, or is "".
	Invalid string
	// Unknown says what of the content is not known, or is "". Unread says that something will
	// be known in a moment.
	Unknown string
	Unread  bool
	// Deleted says that there is no ConfigMap.
	Deleted bool
	// Written is when the content was last written, as far as that is known.
	Written time.Time
	// Reloads is within what time running pods load new content by themselves; zero is never.
	Reloads time.Duration
}

// is reports whether a stamp stands for the goal.
func (g Goal) is(stamp string) bool { return stamp == g.Hash || slices.Contains(g.Former, stamp) }

// clear reports whether nothing is wrong with the content.
func (g Goal) clear() bool { return g.Invalid == "" && g.Unknown == "" && !g.Unread }

// Goals are those of both workloads. They differ only where one loads a ConfigMap that the
// other does not.
type Goals struct{ CoreDNS, NodeLocalDNS Goal }

// Valid reports whether the content may be rolled out on both.
func (g Goals) Valid() bool { return g.CoreDNS.Invalid == "" && g.NodeLocalDNS.Invalid == "" }

// Make decides on both workloads, of which either may be nil.
func Make(now time.Time, g Goals, coreDNS, nodeLocalDNS *State, p Policy) (forCoreDNS, forNodeLocalDNS Verdict) {
	forCoreDNS = planCoreDNS(now, g.CoreDNS, coreDNS, nodeLocalDNS, p)
	forNodeLocalDNS = planNodeLocalDNS(now, g.NodeLocalDNS, forCoreDNS, coreDNS, nodeLocalDNS, p)
	return repin(now, coreDNS.reopen(forCoreDNS), nodeLocalDNS.reopen(forNodeLocalDNS), coreDNS, nodeLocalDNS, p)
}

// planCoreDNS decides on the layer that goes first. A newer goal replaces one that is
// being rolled out, at once if that goes badly.
func planCoreDNS(now time.Time, g Goal, w, nodeLocalDNS *State, p Policy) Verdict {
	if w == nil {
		return Verdict{Phase: Absent}
	}
	if v, ok := w.adopt(now, g, p); ok {
		return v
	}
	if w.Has(g) && g.clear() {
		return w.conclude(now, g, p)
	}
	if v := w.hindrance(now, g, p); v.Phase != "" {
		return v
	}
	if v := w.progress(now, p); v.Phase != Held {
		if next := w.StampedAt.Add(p.Interval); now.Before(next) {
			return Verdict{Phase: Waiting, Why: "it was stamped a moment ago; waiting for further changes", Again: next}
		}
	}
	if nodeLocalDNS != nil && !p.ReloadOnly {
		if v := nodeLocalDNS.replacing(now, p); v.Phase == Rolling && len(nodeLocalDNS.hanging(now, p)) == 0 {
			return Verdict{Phase: Waiting, Why: "DaemonSet node-local-dns is being rolled out", Again: v.Again}
		}
	}
	return w.stamp(now, g, p)
}

// planNodeLocalDNS decides on the layer that follows CoreDNS.
func planNodeLocalDNS(now time.Time, g Goal, first Verdict, coreDNS, w *State, p Policy) Verdict {
	switch {
	case w == nil:
		return Verdict{Phase: Absent}
	case p.ReloadOnly:
		return Verdict{Phase: Done, Why: "it loads new content with its plugin reload"}
	}
	if v := w.endCanary(now, g, p); v.Phase != "" {
		return v
	}
	if v, ok := w.brake(now, p); ok {
		return v
	}
	if v, ok := w.adopt(now, g, p); ok {
		return v
	}
	if w.Has(g) && g.clear() {
		return w.conclude(now, g, p)
	}
	if v := w.hindrance(now, g, p); v.Phase != "" {
		return v
	}
	switch first.Phase {
	case Held:
		return Verdict{Phase: Held, Reason: Behind, Why: "Deployment coredns is held: " + first.Why, Quote: first.Quote, Again: first.Again}
	case Done:
	case Absent:
		return Verdict{Phase: Waiting, Why: "Deployment coredns, which goes first, is absent"}
	default:
		return Verdict{Phase: Waiting, Why: "Deployment coredns goes first", Again: first.Again}
	}
	if crashed := coreDNS.crashed(now); len(crashed) > 0 { // since its rollout was completed
		return Verdict{Phase: Held, Reason: Behind, Why: "Deployment coredns is not well: " + crashed[0].trouble(), Quote: crashed[0].Said, Again: now.Add(poll)}
	}
	if v := coreDNS.replacing(now, p); v.Phase == Rolling {
		return Verdict{Phase: Waiting, Why: "the pods of Deployment coredns are being replaced", Again: v.Again}
	}
	tried, passed := w.canary(now, g, p)
	if tried.Phase != "" {
		return tried
	}
	// Another stamp in the middle of a rollout would replace pods beyond maxUnavailable.
	// Pods that crash are down anyway, and so are those that hang.
	if v := w.replacing(now, p); v.Phase == Rolling && len(w.hanging(now, p)) == 0 {
		return Verdict{Phase: Waiting, Why: "its pods are being replaced already", Again: v.Again}
	}
	if v := w.startCanary(now, g, p); v.Phase != "" && !passed {
		return v
	}
	return w.stamp(now, g, p)
}

// hindrance holds w where the goal must not be tried with it.
func (w *State) hindrance(now time.Time, g Goal, p Policy) Verdict {
	switch {
	case g.Invalid != "":
		return Verdict{Phase: Held, Reason: InvalidContent, Why: g.Invalid}
	case g.Unknown != "":
		return Verdict{Phase: Held, Reason: Unreadable, Why: g.Unknown}
	case g.Unread:
		return Verdict{Phase: Waiting, Why: "a ConfigMap that it loads has not been read yet"}
	case g.Deleted && w.RequiresConfigMap && (!p.Pinned || w.RequiresKeys):
		return Verdict{Phase: Held, Reason: Unmountable, Why: "its volume of the ConfigMap is not optional, so new pods could not start without it"}
	case w.Contested != "":
		return Verdict{Phase: Held, Reason: Contested, Why: w.Contested}
	case w.TakesDown != "" && !p.AllowLayerRestart:
		return Verdict{Phase: Held, Reason: LayerRestart, Why: "to replace its pods would take all of them down at once: " + w.TakesDown}
	}
	return w.braked(now, g, p)
}

// stamp begins the rollout of the goal, once it is known how things are before.
func (w *State) stamp(now time.Time, g Goal, p Policy) Verdict {
	if !w.Looked {
		return Verdict{Phase: Waiting, Why: "its pods have not been looked at yet", Again: now.Add(time.Millisecond)}
	}
	v := Verdict{Phase: Waiting, Step: SetStamp, Stamp: g.Hash, Record: Record{Before: w.before(now, p)}}
	if g.is(w.Record.Braked) {
		v.Record.Brake = w.Record.Brake // it is tried again
	}
	return v
}

// conclude keeps that the rollout of the goal is completed, once it is.
func (w *State) conclude(now time.Time, g Goal, p Policy) Verdict {
	if w.Complete(g) {
		return Verdict{Phase: Done}
	}
	v := w.progress(now, p)
	if v.Phase == Done {
		v.Step, v.Record = Conclude, Record{Completed: w.Runs(), Adopted: w.Stamp == "", Before: w.Record.Before}
	}
	return v
}

// reopen takes back that a workload is done with what it has, where it is held without what
// is stored: its pods may meet that at any restart. So to write the content before again is
// a rollout that is watched like any other.
func (w *State) reopen(v Verdict) Verdict {
	if v.Phase == Held && v.Reason != Unreadable && v.Step == Nothing && w.concluded() {
		v.Step, v.Record = Reopen, w.Record
		v.Record.Reopened = true
	}
	return v
}
