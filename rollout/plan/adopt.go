package plan

import (
	"fmt"
	"time"
)

// An Adoption says when what runs is taken for rolled out where nothing was ever stamped, as
// when Corewarden is installed beside content.
type Adoption string

const (
	// AdoptNever rolls everything out.
	AdoptNever Adoption = "never"
	// AdoptAuto adopts where all pods have loaded the content for certain.
	AdoptAuto Adoption = "auto"
	// AdoptAlways adopts everything.
	AdoptAlways Adoption = "always"
)

// loaded is how long it takes at most until new content is in a pod that starts or reloads: the
// kubelet may mount what it knew before.
const loaded = 3 * time.Minute

// adopt takes what w runs for the goal without replacing its pods, where they have it.
func (w *State) adopt(now time.Time, g Goal, p Policy) (Verdict, bool) {
	if w.Runs() != "" || g.Empty || !g.clear() {
		return Verdict{}, false
	}
	why, ok := w.loads(now, g, p)
	return Verdict{Phase: Done, Why: why, Step: Adopt, Record: Record{Completed: g.Hash, Adopted: true}}, ok
}

// loads says why the pods of w count as having loaded the goal.
func (w *State) loads(now time.Time, g Goal, p Policy) (why string, ok bool) {
	switch {
	case p.Adopt == AdoptAlways:
		return "what runs is taken for rolled out, as -adopt says", true
	case p.Adopt != AdoptAuto || g.Written.IsZero() || !w.Looked || !w.Settled || len(w.Pods) == 0:
		return "", false
	}
	started := true
	for _, pod := range w.Pods {
		if _, crashed := pod.restarted(now); crashed || !pod.Ready {
			return "", false
		}
		started = started && !pod.Started.Before(g.Written.Add(loaded))
	}
	switch written := g.Written.UTC().Format("2006-01-02 15:04 MST"); {
	case started:
		return fmt.Sprintf("all its pods started after the content was written (%s)", written), true
	case g.Reloads > 0 && !now.Before(g.Written.Add(max(g.Reloads, loaded))):
		return fmt.Sprintf("its plugin reload has loaded the content since it was written (%s)", written), true
	}
	return "", false
}
