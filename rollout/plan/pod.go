package plan

import (
	"fmt"
	"time"
)

// recovery is how long a container has to run before its restarts are forgiven. The
// kubelet forgets its back-off after the same time.
const recovery = 10 * time.Minute

// A Pod is what counts of a workload's pod.
type Pod struct {
	Name    string
	Stamp   string
	Created time.Time
	Ready   bool
	// UpSince is when it last became ready or last started a container, and the time of
	// looking where it is not ready.
	UpSince  time.Time
	Restarts int32
	// Down says that a container has ended or waits to be started again after a crash.
	Down bool
	// Started is when its last container started.
	Started time.Time
	// State is the state of its worst container in words that quote nothing, Said what
	// the container or the kubelet said in addition.
	State, Said string
}

// crashed reports whether one of the pod's containers has ended and has not run long
// enough since, and, where it runs, until when that counts.
func (p Pod) crashed(now time.Time) (until time.Time, crashed bool) {
	if p.Down {
		return time.Time{}, true
	}
	if end := p.Started.Add(recovery); p.Restarts > 0 && now.Before(end) {
		return end, true
	}
	return time.Time{}, false
}

// trouble says how the pod is, without what it said.
func (p Pod) trouble() string {
	text := "pod " + p.Name
	switch {
	case p.Restarts > 1:
		text += fmt.Sprintf(" has restarted %d times", p.Restarts)
	case p.Restarts == 1:
		text += " has restarted once"
	case p.Down: // and has not been started again yet
		text += " has crashed"
	case !p.Ready:
		text += " is not ready"
	}
	if p.State != "" {
		text += " (" + p.State + ")"
	}
	return text
}
