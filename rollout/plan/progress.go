package plan

import (
	"fmt"
	"slices"
	"time"
)

// poll is how often pods are looked at while they are being replaced: a pod that
// crashes before it was ever ready does not change its workload's status.
const poll = 5 * time.Second

// progress tells how far w has come with the stamp that it has.
func (w *State) progress(now time.Time, p Policy) Verdict {
	if w.concluded() {
		return Verdict{Phase: Done}
	}
	if crashed := w.crashed(now); len(crashed) > 0 {
		until, _ := crashed[0].crashed(now)
		return Verdict{Phase: Held, Reason: Crashing, Why: crashed[0].trouble(), Quote: crashed[0].Said, Again: until}
	}
	if !w.up() {
		return w.unfinished(now, p)
	}
	fresh, quiet := w.fresh(), w.StampedAt
	for _, pod := range fresh {
		if pod.Ready || w.Settled && !w.Record.Before.broken(pod.Node) {
			quiet = later(quiet, pod.UpSince)
		}
	}
	if end := quiet.Add(p.Soak); len(fresh) > 0 && now.Before(end) {
		return Verdict{Phase: Soaking, Why: fmt.Sprintf("its new pods must stay up for %s", p.Soak), Again: end}
	}
	return Verdict{Phase: Done}
}

// replacing is Rolling while the pods of w are being replaced, by whoever's doing.
func (w *State) replacing(now time.Time, p Policy) Verdict {
	if len(w.crashed(now)) > 0 || w.up() { // they are down anyway, or all there
		return Verdict{}
	}
	return w.unfinished(now, p)
}

// hanging returns the pods with the stamp of the template that have not come up for the soak
// time, where no pod was replaced since. They are down anyway, so another stamp takes no more
// pods down, and it may be the fix. What was broken before does not count.
func (w *State) hanging(now time.Time, p Policy) []Pod {
	long := func(since time.Time) bool { return !now.Before(since.Add(p.Soak + w.MinReady)) }
	var hanging []Pod
	for _, pod := range w.fresh() {
		switch {
		case !long(pod.Created):
			return nil
		case !pod.Ready && !w.Record.Before.broken(pod.Node):
			hanging = append(hanging, pod)
		}
	}
	if slices.ContainsFunc(w.Going, func(g Going) bool { return !long(g.Since) }) {
		return nil
	}
	return hanging
}

// crashed returns the pods with the stamp of the template that have crashed, without those
// that others did before.
func (w *State) crashed(now time.Time) []Pod {
	var crashed []Pod
	for _, pod := range w.fresh() {
		if _, ok := pod.crashed(now); ok && !w.Record.Before.broken(pod.Node) {
			crashed = append(crashed, pod)
		}
	}
	if !w.PerNode && len(crashed) <= w.Record.Before.Crashing {
		return nil
	}
	return crashed
}

// up reports whether all pods of w are new and available, but for as many as were not
// available before.
func (w *State) up() bool {
	fresh := w.fresh()
	switch {
	case !w.Looked:
		return w.Settled
	case len(fresh) == 0 && w.Size > 0:
		return false // the status is ahead of the pods
	case w.Settled:
		return true
	case !w.Observed:
		return false
	case !w.PerNode:
		return w.Updated == w.Size && w.Existing == w.Size && w.Available > 0 && int(w.Size-w.Available) <= w.Record.Before.Unavailable
	}
	return w.upButForBrokenNodes(fresh)
}

// upButForBrokenNodes reports whether each node has a new pod that is ready, or was broken
// before and is still there.
func (w *State) upButForBrokenNodes(fresh []Pod) bool {
	excused := map[string]bool{}
	excuse := func(node string) bool {
		if w.Record.Before.broken(node) {
			excused[node] = true
		}
		return excused[node]
	}
	for _, pod := range w.Pods {
		if (pod.Stamp != w.Stamp || !pod.Ready) && !excuse(pod.Node) {
			return false
		}
	}
	for _, going := range w.Going {
		excuse(going.Node)
	}
	ready := 0
	for _, pod := range fresh {
		if pod.Ready {
			ready++
			delete(excused, pod.Node)
		}
	}
	// Somebody who restarts the pods changes the template and not the stamp.
	return ready > 0 && ready+len(excused) >= int(w.Size) && int(w.Updated)+len(excused) >= int(w.Size)
}

// unfinished says how a rollout goes that is not finished: Rolling, or Held where it gets no
// further.
func (w *State) unfinished(now time.Time, p Policy) Verdict {
	last := later(w.StampedAt, w.ChangedAt)
	if w.StampedAt.IsZero() { // another writer has taken our entry out of the managed fields
		last = later(last, w.Seen)
	}
	for _, going := range w.Going {
		last = later(last, going.Since)
	}
	why, quote := "no pod was created", ""
	var created []time.Time
	for _, pod := range w.fresh() {
		if c := w.Record.Canary; c.Hash == "" || c.Node != pod.Node { // or no rollout has made it
			created = append(created, pod.Created)
		}
		if !pod.Ready && !w.Record.Before.broken(pod.Node) {
			why, quote = pod.trouble(), pod.Said
		}
	}
	// No more pods than there were to be replaced are progress: the others are those of
	// nodes that have joined.
	slices.SortFunc(created, time.Time.Compare)
	if b := w.Record.Before; w.PerNode && b.Size > 0 {
		created = created[:min(len(created), max(0, b.Size-len(b.Nodes)))]
	}
	if len(created) > 0 {
		last = later(last, created[len(created)-1])
	}
	if w.Standstill != "" {
		return Verdict{Phase: Held, Reason: Standstill, Why: w.Standstill}
	}
	end := last.Add(p.Deadline + w.MinReady)
	if now.Before(end) {
		return Verdict{Phase: Rolling, Why: why, Quote: quote, Again: earlier(end, now.Add(poll))}
	}
	return Verdict{Phase: Held, Reason: Overdue, Why: fmt.Sprintf("no progress for %s: %s", p.Deadline, why), Quote: quote}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
