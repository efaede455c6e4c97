package plan

import "time"

// A Phase is how far a workload has come with its goal.
type Phase string

const (
	// Absent: there is no workload.
	Absent Phase = "absent"
	// Waiting: it is not stamped yet, and that is in order.
	Waiting Phase = "waiting"
	// Rolling: it is stamped, and its pods are being replaced.
	Rolling Phase = "rolling"
	// Soaking: its pods are replaced and have to show that they stay up.
	Soaking Phase = "soaking"
	// Done: its pods are replaced and have stayed up.
	Done Phase = "done"
	// Held: it does not go on by itself, or not soon.
	Held Phase = "held"
)

// A Reason says why a workload is held. Alerts match on it: it does not change.
type Reason string

const (
	// Crashing: new pods restart.
	Crashing Reason = "PodsRestart"
	// Standstill: somebody has to do something before pods are replaced.
	Standstill Reason = "Standstill"
	// Overdue: the rollout does not get on.
	Overdue Reason = "DeadlineExceeded"
	// Braked: the new pods of the DaemonSet restarted, so its rollout was stopped.
	Braked Reason = "Braked"
	// CanaryCrashes: the one new pod of the DaemonSet that tries the content restarts.
	CanaryCrashes Reason = "CanaryCrashes"
	// Behind: CoreDNS, which goes first, is held.
	Behind Reason = "CoreDNSHeld"
	// Unmountable: the ConfigMap is gone, and new pods cannot start without it.
	Unmountable Reason = "ConfigMapRequired"
	// Contested: another writer changes the stamp again and again.
	Contested Reason = "StampContested"
	// LayerRestart: to replace the pods would take all of them down at once.
	LayerRestart Reason = "LayerRestart"
	// Unreadable: not all that the pods load is known.
	Unreadable Reason = "ContentUnknown"
	// InvalidContent: a server would not start on the content.
	InvalidContent Reason = "InvalidContent"
)

// Reasons returns all of them.
func Reasons() []Reason {
	return []Reason{Crashing, Standstill, Overdue, Braked, CanaryCrashes, Behind, Unmountable, Contested, LayerRestart, Unreadable, InvalidContent}
}

// A Step is what to do with a workload now.
type Step int

const (
	// Nothing is to be done.
	Nothing Step = iota
	// SetStamp stamps the workload for its goal.
	SetStamp
	// GoBack sets the stamp that the pods have that are not replaced yet, so that they stay.
	GoBack
	// Adopt keeps that what runs counts as rolled out.
	Adopt
	// Conclude keeps that the rollout is completed.
	Conclude
	// Reopen has it watched once more.
	Reopen
	// StartCanary deletes one pod, so that its successor tries the goal.
	StartCanary
	// EndCanary deletes that successor, if it is there.
	EndCanary
	// ReplaceUnpinned deletes one pod that loads a ConfigMap itself, so that its successor loads the
	// copy for its stamp.
	ReplaceUnpinned
)

// Steps returns all but Nothing.
func Steps() []Step {
	return []Step{SetStamp, GoBack, Adopt, Conclude, Reopen, StartCanary, EndCanary}
}

// String names the step in one word, which does not change.
func (s Step) String() string {
	return [...]string{"Nothing", "Stamp", "GoBack", "Adopt", "Conclude", "Reopen", "StartCanary", "EndCanary"}[s]
}

// A Verdict is what a plan says of one workload.
type Verdict struct {
	Phase  Phase
	Reason Reason // of being held
	// Why is for people. Quote adds what pods have said, which may quote a Corefile.
	Why, Quote string
	Step       Step
	// Stamp is the one to set by SetStamp or GoBack; "" takes it away.
	Stamp string
	// Record is what every step but Nothing keeps on the workload.
	Record Record
	// Pod is the one to delete by StartCanary, EndCanary, which may have none, or ReplaceUnpinned.
	Pod Pod
	// Again is when to look again though no watch tells of anything. Zero is never.
	Again time.Time
}
