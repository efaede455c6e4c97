package plan

import (
	"fmt"
	"slices"
	"time"
)

const (
	// recovery is how long a container has to run before its restarts are forgiven. The
	// kubelet forgets its back-off after the same time.
	recovery = 10 * time.Minute
	// ranOn is how long a server has to have run so that its end is not one of starting.
	ranOn = time.Minute
)

// A Pod is what counts of a workload's pod.
type Pod struct {
	Name, UID, Node string
	Stamp           string
	// Mounts are the names of the judged ConfigMaps, or of their copies, in its volumes.
	Mounts []string
	// Unpinned says that one of them is a ConfigMap itself of which there is a copy for its stamp.
	Unpinned bool
	Created  time.Time
	Ready    bool
	// UpSince is when it last became ready or last started a container, and the time of
	// looking where it is not ready.
	UpSince  time.Time
	Restarts int32
	// Down says that a container has ended or waits to be started again after a crash.
	Down bool
	// Started is when its last container started.
	Started time.Time
	// Ends are the last ends of its containers, as far as they are known.
	Ends []End
	// State is the state of its worst container in words that quote nothing, Said what
	// the container or the kubelet said in addition.
	State, Said string
}

// An End is how a container ended.
type End struct {
	Reason   string
	ExitCode int32
	Ran      time.Duration
}

// Going is a pod that was told to go.
type Going struct {
	Node  string
	Since time.Time
}

// restarted reports whether one of the pod's containers has ended and has not run long
// enough since, and, where it runs, until when that counts.
func (p Pod) restarted(now time.Time) (until time.Time, restarted bool) {
	if p.Down {
		return time.Time{}, true
	}
	if end := p.Started.Add(recovery); p.Restarts > 0 && now.Before(end) {
		return end, true
	}
	return time.Time{}, false
}

// healthy reports whether the pod is ready and has not restarted lately.
func (p Pod) healthy(now time.Time) bool {
	_, restarted := p.restarted(now)
	return p.Ready && !restarted
}

// crashed is restarted for a reason that what it loads may explain.
func (p Pod) crashed(now time.Time) (until time.Time, crashed bool) {
	until, crashed = p.restarted(now)
	return until, crashed && (len(p.Ends) == 0 || slices.ContainsFunc(p.Ends, End.explained))
}

// explained reports whether what a server loads may have ended it.
func (e End) explained() bool {
	switch {
	case e.Reason == "Unknown" || e.Reason == "ContainerStatusUnknown":
		return false // its node went down, or its runtime
	case e.Ran < ranOn:
		return true
	case e.Reason == "OOMKilled":
		return false
	}
	// It was told to end, or nobody knows how it did: runtimes call that 255.
	return e.ExitCode != 0 && e.ExitCode != 255
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
