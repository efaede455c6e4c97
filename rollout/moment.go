package rollout

import (
	"cmp"
	"time"

	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// A moment is what there was when the controller looked, what it decided, and what it did.
// What is told of a rollout is what two moments differ in.
type moment struct {
	at      time.Time
	content *content
	// stages are the workloads in the order in which they are rolled out.
	stages [2]stage
}

// A stage is a workload's part of a moment.
type stage struct {
	kind, name string
	// workload is the API object, or nil where there is none.
	workload workload
	goal     plan.Goal
	// state is nil where there is no workload.
	state   *plan.State
	verdict plan.Verdict
	// ran is the content for which the workload was last seen to be stamped, or nil.
	ran *content
	// did is the step of the verdict, once it was taken.
	did plan.Step
	// would is that step where the controller observes.
	would plan.Step
	// reimposed says that the stamp that was set is the one that was set before.
	reimposed bool
	// refused says that the pod of the verdict may not be deleted by us.
	refused bool
	// stampedAt is when the stamp was last set, and since when the workload is known.
	stampedAt, since time.Time
	// open says that how the rollout ended is not counted yet.
	open bool
}

func (s *stage) String() string { return s.kind + " " + s.name }

// has reports whether the workload, if there is one, has the stamp of the goal by now.
func (s *stage) has() bool {
	return s.state == nil || s.did == plan.SetStamp || s.did == plan.Adopt || s.state.Has(s.goal) && s.did != plan.GoBack
}

// complete reports whether the workload, if there is one, is done with the goal by now.
func (s *stage) complete() bool {
	return s.verdict.Phase == plan.Done || s.verdict.Phase == plan.Absent
}

// unpinned returns how many pods load a ConfigMap itself though there is a copy for them.
func (s *stage) unpinned() int {
	n := 0
	if s.state == nil {
		return n
	}
	for _, pod := range s.state.Pods {
		if pod.Unpinned {
			n++
		}
	}
	return n
}

func (m *moment) coreDNS() *stage      { return &m.stages[0] }
func (m *moment) nodeLocalDNS() *stage { return &m.stages[1] }

// valid reports whether the content may be rolled out on all workloads.
func (m *moment) valid() bool {
	return plan.Goals{CoreDNS: m.stages[0].goal, NodeLocalDNS: m.stages[1].goal}.Valid()
}

// complete reports whether all that was to be done for the content is done.
func (m *moment) complete() bool { return m.stages[0].complete() && m.stages[1].complete() }

// stampedBefore reports whether all workloads that there are had their stamps already.
func (m *moment) stampedBefore() bool {
	for i := range m.stages {
		if s := &m.stages[i]; !s.complete() && !s.state.Has(s.goal) {
			return false
		}
	}
	return true
}

// previous returns the hash of the content before, as far as a workload still has it or,
// by its verdict, gets it back.
func (m *moment) previous(v plan.Verdict) string {
	if v.Step == plan.GoBack {
		return v.Stamp
	}
	for _, s := range []*stage{m.nodeLocalDNS(), m.coreDNS()} {
		if s.state == nil || s.has() {
			continue
		}
		return cmp.Or(s.state.Runs(), extraconfig.EmptyHash)
	}
	return ""
}
