package rollout

import (
	"context"
	"maps"
	"slices"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/cluster"
	"corewarden/rollout/plan"
)

// A Stage is how far one workload has come with what is stored.
type Stage struct {
	Kind, Name string
	// Phase is absent, waiting, rolling, soaking, done or held.
	Phase string
	// Reason says why it is held, in one word; it is empty otherwise.
	Reason string
	// Why says for people what it waits for.
	Why string
	// Remedy says what a person can do about a workload that is held.
	Remedy string
	// Stamp is what the pod template has, and Want what it should have.
	Stamp, Want string
	// Mounts are the ConfigMaps that its pods mount, where they are pinned.
	Mounts []Mounted
	// Unpinned is how many of them mount one itself though there is a copy for their stamp.
	Unpinned int
}

// Mounted is a judged ConfigMap, or a copy of one, and how many pods mount it.
type Mounted struct {
	ConfigMap string
	Pods      int
}

// Look says how far both workloads have come, by the plan that the leader would make of
// what is stored, at the time now. It changes nothing. What only the leader remembers, that another
// writer contests a stamp, it does not know.
func Look(ctx context.Context, c client.Client, snapshot *cluster.Snapshot, p plan.Policy, now time.Time) ([]Stage, error) {
	r := newReconciler(c, c, nil, nil, Options{Policy: p, Now: func() time.Time { return now }})
	m, _, err := r.look(ctx, snapshot)
	if err != nil {
		return nil, err
	}
	var stages []Stage
	for i := range m.stages {
		s := &m.stages[i]
		v := s.verdict
		told := Stage{Kind: s.kind, Name: s.name, Phase: string(v.Phase), Reason: string(v.Reason), Why: v.Why, Want: s.goal.Hash}
		if v.Quote != "" {
			told.Why += ": " + clip(v.Quote, messageBytes)
		}
		if s.state != nil {
			told.Stamp = s.state.Runs()
		}
		if s.has() && told.Stamp != "" { // maybe one of a former version
			told.Want = told.Stamp
		}
		if p.Pinned {
			told.Mounts, told.Unpinned = mounts(s.state), s.unpinned()
		}
		if v.Phase == plan.Held {
			told.Remedy = remedyFor(s, m.previous(v))
		}
		stages = append(stages, told)
	}
	return stages, nil
}

// mounts returns what the pods of a workload mount, by name.
func mounts(s *plan.State) []Mounted {
	if s == nil {
		return nil
	}
	pods := map[string]int{}
	for _, pod := range s.Pods {
		for _, name := range pod.Mounts {
			pods[name]++
		}
	}
	var all []Mounted
	for _, name := range slices.Sorted(maps.Keys(pods)) {
		all = append(all, Mounted{name, pods[name]})
	}
	return all
}
