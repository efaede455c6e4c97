package plan

import "time"

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
	// Retry is what somebody who wants a braked rollout to be tried again has written.
	Retry string
	// Observed says that the status tells of the newest template, Settled that by it all pods
	// are updated and available, and none is left of an older template.
	Observed, Settled bool
	// Updated and Available are numbers of pods in the status, Existing that of those with any
	// template.
	Updated, Available, Existing int32
	// PerNode says that there is a pod on each node, and not just some pods.
	PerNode bool
	// Standstill says why a new template does not replace the pods on its own. It is
	// empty where it does.
	Standstill string
	// TakesDown says why a new template takes all pods down at once. It is empty where it
	// does not.
	TakesDown string
	// MinReady is how long a pod has to be ready until the workload counts it.
	MinReady time.Duration
	// MayNotDelete says that we lack the right to delete its pods.
	MayNotDelete bool
	// RequiresConfigMap says that pods cannot start without the ConfigMap.
	RequiresConfigMap bool
	// RequiresKeys says that they cannot start without certain keys of it, either.
	RequiresKeys bool
	// Contested says that the stamp was set too often again; it is empty otherwise.
	Contested string
	// Size is how many pods there should be.
	Size int32
	// ChangedAt is when this process saw the pod template change, whoever changed it; zero
	// where it did not.
	ChangedAt time.Time
	// Going are the pods that are still going.
	Going []Going
	// Pods are those with any stamp that stay. They are not looked at where nothing depends on
	// them; Looked says whether they were.
	Pods   []Pod
	Looked bool
}

// Has reports whether w was stamped for the goal. One that was never stamped counts as
// rolled out for no content, so that installing Corewarden in a cluster without the
// ConfigMap restarts nothing.
func (w *State) Has(g Goal) bool {
	return g.is(w.Runs()) || w.Runs() == "" && g.Empty
}

// Runs returns the stamp of what w was last rolled out for, also where that was adopted.
func (w *State) Runs() string {
	if w.Stamp == "" && w.Record.Adopted {
		return w.Record.Completed
	}
	return w.Stamp
}

// Complete reports whether the rollout of the goal is completed. Until there is another
// goal, the pods of w are not our business.
func (w *State) Complete(g Goal) bool {
	return w == nil || w.Has(g) && g.clear() && w.Record.Canary.Hash == "" && (w.Runs() == "" || w.concluded())
}

// concluded reports whether the rollout of the stamp that w has is completed, and none of its
// pods was given anything else to load since.
func (w *State) concluded() bool {
	return w.wasConcluded() && !w.Record.Reopened && w.Record.Canary.Hash == ""
}

// wasConcluded reports whether it once was.
func (w *State) wasConcluded() bool {
	return w.Record.Completed != "" && w.Record.Completed == w.Runs()
}

// goingBack reports whether the last rollout of w was braked.
func (w *State) goingBack() bool { return w.Record.Braked != "" && w.Record.Braked != w.Stamp }

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
