package plan

import (
	"cmp"
	"time"
)

// A Record is what is kept on a workload of its rollouts. The rest is derived from the
// workload and its pods.
type Record struct {
	// Completed is the stamp whose rollout was completed, or "" where that is not so.
	Completed string
	// Braked is the stamp whose rollout was stopped, if that was the last one.
	Braked string
}

// A State is what is known of a workload and its pods at one moment.
type State struct {
	// Stamp is what the pod template has, or "".
	Stamp string
	// Record is what is kept on the workload.
	Record Record
	// StampedAt is when we last changed the stamp, to the second; zero where nothing tells.
	StampedAt time.Time
	// Seen is since when this process knows the workload.
	Seen time.Time
	// Settled says that the status tells of the newest template and all its pods are
	// updated and available.
	Settled bool
	// Standstill says why a new template does not replace the pods on its own. It is
	// empty where it does.
	Standstill string
	// RequiresConfigMap says that pods cannot start without the ConfigMap.
	RequiresConfigMap bool
	// Contested says that the stamp was set too often again; it is empty otherwise.
	Contested string
	// Size is how many pods there should be.
	Size int32
	// ChangedAt is when this process saw the pod template change, whoever changed it; zero
	// where it did not.
	ChangedAt time.Time
	// Leaving is when the last of its pods that are still going was told to.
	Leaving time.Time
	// Pods are those with any stamp that stay. They are not looked at where nothing depends on
	// them; Looked says whether they were.
	Pods   []Pod
	Looked bool
}

// Has reports whether w was stamped for the goal. One that was never stamped counts as
// rolled out for no content, so that installing Corewarden in a cluster without the
// ConfigMap restarts nothing.
func (w *State) Has(g Goal) bool {
	return w.Stamp == g.Hash || w.Stamp == "" && g.Empty
}

// Complete reports whether the rollout of the goal is completed. Until there is another
// goal, the pods of w are not our business.
func (w *State) Complete(g Goal) bool {
	return w == nil || w.Has(g) && g.Invalid == "" && (w.Stamp == "" || w.concluded())
}

// concluded reports whether the rollout of the stamp that w has is completed.
func (w *State) concluded() bool {
	return w.Record.Completed != "" && w.Record.Completed == cmp.Or(w.Stamp, w.Record.Completed)
}

// fresh returns the pods that have the stamp of the template.
func (w *State) fresh() []Pod {
	var fresh []Pod
	for _, pod := range w.Pods {
		if pod.Stamp == w.Stamp {
			fresh = append(fresh, pod)
		}
	}
	return fresh
}
