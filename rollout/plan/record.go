package plan

import (
	"slices"
	"time"
)

// A Record is what is kept on a workload of its rollouts. The rest is derived from the
// workload and its pods.
type Record struct {
	// Completed is the stamp whose rollout was completed, or "" where that is not so.
	Completed string
	// Adopted says that it was not stamped: its pods were taken for rolled out.
	Adopted bool
	// Reopened says that what was completed is to be watched once more.
	Reopened bool
	// Before is how things were before the last rollout.
	Before Before
	// Canary tells of content that one pod tries before the others.
	Canary Canary
	// Repin tells of the last pod that was deleted because it loads a ConfigMap itself.
	Repin Repin
	// Brake tells of the last rollout that was stopped, if that was the last of all.
	Brake
}

// A Brake tells of a rollout that was stopped.
type Brake struct {
	// Braked is its stamp, At when it was stopped, and Times how often in a row.
	Braked string
	At     time.Time
	Times  int
	// Retry is the State's at that time.
	Retry string
}

// A Before is how a workload was before a rollout: what was broken then is no fault of the
// new content.
type Before struct {
	// Size is how many pods there should have been; 0 is that nothing is known.
	Size int
	// Nodes are those whose pods were not ready or had crashed, where there is a pod on each.
	Nodes []string
	// Unavailable and Crashing are how many pods were so, where there are just some.
	Unavailable, Crashing int
}

// maxNodes bounds what is kept of nodes. Where more are broken, the cluster is.
const maxNodes = 100

// before returns how w is now, or, where a rollout is under way, how it was before that: its
// pods may be broken by what is being rolled out. Those that are still as they were before may
// have broken down since, with nobody to blame.
func (w *State) before(now time.Time, p Policy) Before {
	b := w.Record.Before
	unaffected := func(pod Pod) bool { return pod.Stamp != w.Stamp }
	if w.Stamp == "" || w.wasConcluded() {
		b = Before{Size: int(w.Size)}
		unaffected = func(Pod) bool { return true }
	}
	ready := 0
	b.Nodes = slices.Clone(b.Nodes)
	for _, pod := range w.Pods {
		_, crashed := pod.restarted(now)
		if pod.Ready {
			ready++
		}
		switch {
		case !unaffected(pod) || pod.Ready && !crashed:
		case w.PerNode:
			b.Nodes = append(b.Nodes, pod.Node)
		case crashed:
			b.Crashing++
		}
	}
	if !w.PerNode && w.Looked && (w.Stamp == "" || w.wasConcluded()) {
		b.Unavailable = max(0, int(w.Size)-ready)
	}
	for _, going := range w.Going {
		if w.PerNode && now.Sub(going.Since) > p.Deadline { // its node is dead
			b.Nodes = append(b.Nodes, going.Node)
		}
	}
	slices.Sort(b.Nodes)
	b.Nodes = slices.Compact(b.Nodes)
	b.Nodes = b.Nodes[:min(len(b.Nodes), maxNodes)]
	return b
}

// broken reports whether a node was broken before.
func (b Before) broken(node string) bool { return node != "" && slices.Contains(b.Nodes, node) }
