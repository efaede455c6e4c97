package plan

import (
	"cmp"
	"slices"
	"time"
)

// A Repin tells of the last pod that was deleted because it loads a ConfigMap itself, so that
// the next one loads the copy for its stamp.
type Repin struct {
	// At is when that was decided, and Times how often in a row the next one did no better.
	At    time.Time
	Times int
}

// repin has one pod of either layer give way to one that loads copies, while nothing else goes on.
func repin(now time.Time, first, second Verdict, coreDNS, nodeLocalDNS *State, p Policy) (forCoreDNS, forNodeLocalDNS Verdict) {
	if !p.Pinned || !first.rests() || !second.rests() {
		return first, second
	}
	if first = coreDNS.repin(now, first, nodeLocalDNS, p); first.Step == Nothing {
		second = nodeLocalDNS.repin(now, second, coreDNS, p)
	}
	return first, second
}

// rests reports whether nothing is under way.
func (v Verdict) rests() bool {
	return v.Step == Nothing && (v.Phase == Absent || v.Phase == Done || v.Phase == Held)
}

func (w *State) repin(now time.Time, v Verdict, other *State, p Policy) Verdict {
	pod, found := w.unpinned(now, p)
	if !found || w.MayNotDelete {
		return v
	}
	next := Repin{At: now.UTC().Truncate(time.Second), Times: 1}
	if last := w.Record.Repin; w.isUnpinnedSince(last) { // no webhook has answered that time, either
		at := last.At.Add(p.wait(last.Times))
		switch {
		case p.Retry == 0:
			return v
		case now.Before(at):
			return v.lookAgain(at)
		}
		next.Times += last.Times
	}
	// One that is down takes nothing down with it.
	safe := w.whole() && (!pod.Ready || w.Size > 1 && w.calm(now, pod.UID, p) && other.calm(now, "", p))
	if !safe {
		return v.lookAgain(now.Add(poll))
	}
	v.Step, v.Pod, v.Record = ReplaceUnpinned, pod, w.Record
	v.Record.Repin = next
	return v.lookAgain(now.Add(poll))
}

// unpinned returns the pod to begin with: one that is down, if there is one. One that is not
// ready yet gets the time that a rollout would give it.
func (w *State) unpinned(now time.Time, p Policy) (Pod, bool) {
	if w == nil {
		return Pod{}, false
	}
	var down, ready []Pod
	for _, pod := range w.Pods {
		switch _, crashed := pod.restarted(now); {
		case !pod.Unpinned:
		case pod.Ready:
			ready = append(ready, pod)
		case crashed || !now.Before(pod.Created.Add(p.Deadline)):
			down = append(down, pod)
		}
	}
	for _, pods := range [][]Pod{down, ready} {
		if len(pods) > 0 {
			return slices.MinFunc(pods, func(a, b Pod) int { return cmp.Compare(a.Name, b.Name) }), true
		}
	}
	return Pod{}, false
}

// isUnpinnedSince reports whether the newest pod was created since one was deleted, and is no
// better.
func (w *State) isUnpinnedSince(last Repin) bool {
	newest := slices.MaxFunc(w.Pods, func(a, b Pod) int { return a.Created.Compare(b.Created) })
	return last.Times > 0 && newest.Unpinned && !newest.Created.Before(last.At)
}

// whole reports whether all pods are there, and none is going.
func (w *State) whole() bool { return w.Looked && len(w.Going) == 0 && len(w.Pods) >= int(w.Size) }

// calm reports whether all pods but one have stayed up, or were broken before.
func (w *State) calm(now time.Time, but string, p Policy) bool {
	return w == nil || w.whole() && !slices.ContainsFunc(w.Pods, func(pod Pod) bool {
		_, crashed := pod.crashed(now)
		return pod.UID != but && !w.Record.Before.broken(pod.Node) && (crashed || !pod.Ready || now.Before(pod.UpSince.Add(p.Soak)))
	})
}

// lookAgain has the workload looked at by then.
func (v Verdict) lookAgain(at time.Time) Verdict {
	if v.Again.IsZero() || at.Before(v.Again) {
		v.Again = at
	}
	return v
}
