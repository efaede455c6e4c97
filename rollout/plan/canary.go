package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A Canary is the one pod of a DaemonSet that loads new content before the others. No field of
// the workload changes for it: its pod is deleted, and the next one loads the content.
type Canary struct {
	// Hash is the stamp of the content that is tried, or "" where none is.
	Hash string
	// Node is where it is tried.
	Node string
	// Replaces is the UID of the pod on it that has to go.
	Replaces string
	// At is when that was decided.
	At time.Time
	// Back says that the pod has to go so that the next one loads again what the template is
	// stamped for.
	Back bool
	// Retry is the State's at that time.
	Retry string
}

// startCanary has one pod try the goal, where that spares others. There is no Phase where it
// does not.
func (w *State) startCanary(now time.Time, g Goal, p Policy) Verdict {
	switch {
	case !p.Canary || !w.Looked || w.MayNotDelete || w.Standstill != "" || g.Empty:
		return Verdict{} // on no content every server starts
	case w.Size <= 1 || 2*w.healthy(now) < int(w.Size): // a fix must not wait
		return Verdict{}
	}
	pod, found := w.canaryPod(now, p)
	if !found {
		return Verdict{}
	}
	return w.tryFirstOn(now, pod, g, p)
}

// canaryPod returns the pod to begin with: one that is down since the content before, else the
// first that is well. One that is down for a reason of its own would tell nothing, and so would
// one on the node where content has just failed, which may be the node's fault.
func (w *State) canaryPod(now time.Time, p Policy) (Pod, bool) {
	if c := w.Record.Canary; c.Back && c.Hash == w.Record.Braked {
		if pod, found := w.wellAfter(now, c.Node); found {
			return pod, true
		}
	}
	var pods []Pod
	if began := w.Runs() != "" || w.Record.Canary.Hash != ""; began && !w.concluded() {
		if pods = w.crashed(now); len(pods) == 0 {
			pods = w.hanging(now, p)
		}
	}
	pods = slices.DeleteFunc(pods, func(pod Pod) bool { return pod.Node == "" })
	if len(pods) == 0 {
		return w.wellAfter(now, "")
	}
	return slices.MinFunc(pods, byNode), true
}

// wellAfter returns the first healthy pod on a node whose name comes after the given one, or else
// the first on any other.
func (w *State) wellAfter(now time.Time, node string) (Pod, bool) {
	well := slices.DeleteFunc(slices.Clone(w.Pods), func(pod Pod) bool {
		return !pod.healthy(now) || pod.Node == "" || pod.Node == node
	})
	if len(well) == 0 {
		return Pod{}, false
	}
	slices.SortFunc(well, byNode)
	return well[max(0, slices.IndexFunc(well, func(pod Pod) bool { return pod.Node > node }))], true
}

func byNode(a, b Pod) int { return cmp.Compare(a.Node, b.Node) }

// canary says how the goal fares on the node where it is tried. There is no Phase where it is
// not tried, or has passed.
func (w *State) canary(now time.Time, g Goal, p Policy) (v Verdict, passed bool) {
	c := w.Record.Canary
	if !p.Canary || w.MayNotDelete || c.Hash == "" || c.Back || !g.is(c.Hash) {
		return Verdict{}, false
	}
	pod, found := w.podOn(c.Node)
	switch failure := w.canaryFailure(now, p); {
	case found && pod.UID == c.Replaces:
		return w.tryOn(now, pod, p), false // once more: the leader before did not get that far
	case !found && w.isOnEachNode():
		return Verdict{}, false // that node has left
	case failure.Phase != "":
		return w.tryElsewhere(now, failure, g, p), false
	case found && pod.Ready:
		if soaked := pod.UpSince.Add(p.Soak); now.Before(soaked) {
			return Verdict{Phase: Waiting, Why: waitsForCanary(c.Node, p), Again: earlier(soaked, now.Add(poll))}, false
		}
		return Verdict{}, true
	}
	return Verdict{Phase: Waiting, Why: waitsForCanary(c.Node, p), Quote: pod.Said, Again: earlier(w.canaryDeadline(pod, p), now.Add(poll))}, false
}

// canaryFailure holds w where the pod that tries content crashes or does not come up. There is
// no Phase where it does neither.
func (w *State) canaryFailure(now time.Time, p Policy) Verdict {
	c := w.Record.Canary
	pod, found := w.podOn(c.Node)
	switch until, crashed := pod.crashed(now); {
	case found && pod.UID == c.Replaces || !found && w.isOnEachNode():
	case crashed:
		return Verdict{Phase: Held, Reason: CanaryCrashes, Why: pod.trouble() + " on node " + c.Node, Quote: pod.Said, Again: until}
	case !pod.Ready && !now.Before(w.canaryDeadline(pod, p)):
		return Verdict{Phase: Held, Reason: Overdue, Why: fmt.Sprintf("no pod has come up on node %s, where the content is tried first, for %s", c.Node, p.Deadline), Quote: pod.Said}
	}
	return Verdict{}
}

// canaryDeadline is until when the pod that tries content, if it is there, has to come up.
func (w *State) canaryDeadline(pod Pod, p Policy) time.Time {
	return later(w.Record.Canary.At, pod.Created).Add(p.Deadline + w.MinReady)
}

// tryElsewhere has the next node try what failed on one, once somebody asks for it or has written
// the content since. It does not do so by itself: the node where it failed is down until then.
func (w *State) tryElsewhere(now time.Time, failure Verdict, g Goal, p Policy) Verdict {
	c := w.Record.Canary
	if w.Retry == c.Retry && !g.Written.After(c.At) {
		return failure
	}
	pod, found := w.wellAfter(now, c.Node)
	if !found {
		return failure
	}
	return w.tryFirstOn(now, pod, g, p)
}

// endCanary gives the node where other content was tried what the template is stamped for: as
// soon as that is the goal again, and, where pods are pinned to it, when the other crashes.
func (w *State) endCanary(now time.Time, g Goal, p Policy) Verdict {
	c := w.Record.Canary
	if c.Hash == "" || !w.Looked || w.MayNotDelete {
		return Verdict{}
	}
	pod, found := w.podOn(c.Node)
	toGo := found && pod.UID == c.Replaces
	if failure := w.canaryFailure(now, p); p.Pinned && failure.Phase != "" && !c.Back {
		return w.brakeCanary(now, failure)
	}
	wanted := w.Has(g) && g.clear()
	if c.Back && (!toGo || !wanted && !p.Pinned) || !c.Back && !wanted {
		return Verdict{}
	}
	v := w.takeBack(pod, found && (c.Back || !toGo)) // or it has not loaded anything else yet
	v.Phase, v.Why, v.Again = Rolling, fmt.Sprintf("node %s, where other content was tried, gets this one again", c.Node), now.Add(poll)
	if !wanted {
		v.Phase, v.Why = Waiting, fmt.Sprintf("node %s gets back what the others run", c.Node)
	}
	return v
}

// brakeCanary gives up the content that has failed on the node that tries it.
func (w *State) brakeCanary(now time.Time, failure Verdict) Verdict {
	v := w.takeBack(w.podOn(w.Record.Canary.Node))
	v.Phase, v.Reason, v.Why, v.Quote = Held, Braked, failure.Why, failure.Quote
	v.Record.Brake = w.newBrake(now, w.Record.Canary.Hash)
	return v
}

func (w *State) takeBack(pod Pod, remove bool) Verdict {
	v := Verdict{Step: EndCanary, Record: w.Record}
	v.Record.Canary.Back, v.Record.Canary.Replaces = true, ""
	if remove {
		v.Pod, v.Record.Canary.Replaces = pod, pod.UID
	}
	return v
}

// tryFirstOn has a pod try the goal.
func (w *State) tryFirstOn(now time.Time, pod Pod, g Goal, p Policy) Verdict {
	v := w.tryOn(now, pod, p)
	v.Record.Canary = Canary{Hash: g.Hash, Node: pod.Node, Replaces: pod.UID, At: now.UTC().Truncate(time.Second), Retry: w.Retry}
	return v
}

// tryOn goes on with that.
func (w *State) tryOn(now time.Time, pod Pod, p Policy) Verdict {
	return Verdict{Phase: Waiting, Why: waitsForCanary(pod.Node, p), Step: StartCanary, Record: w.Record, Pod: pod, Again: now.Add(poll)}
}

func waitsForCanary(node string, p Policy) string {
	return fmt.Sprintf("the content is tried on node %s first, whose new pod must stay up for %s", node, p.Soak)
}

// podOn returns the pod on a node.
func (w *State) podOn(node string) (Pod, bool) {
	i := slices.IndexFunc(w.Pods, func(pod Pod) bool { return pod.Node == node })
	if i < 0 {
		return Pod{}, false
	}
	return w.Pods[i], true
}

// isOnEachNode reports whether there are pods on as many nodes as there should be.
func (w *State) isOnEachNode() bool {
	nodes := map[string]bool{}
	for _, pod := range w.Pods {
		nodes[pod.Node] = true
	}
	for _, going := range w.Going {
		nodes[going.Node] = true
	}
	delete(nodes, "") // of pods that are not bound to one yet
	return len(nodes) >= int(w.Size)
}

func (w *State) healthy(now time.Time) int {
	n := 0
	for _, pod := range w.Pods {
		if pod.healthy(now) {
			n++
		}
	}
	return n
}
