package plan

import (
	"fmt"
	"math"
	"time"
)

// maxRetry is the longest time after which braked content is tried again.
const maxRetry = 24 * time.Hour

// brake goes back to the stamp before when the new pods of a DaemonSet crash: that of the
// pods that are not replaced yet, which the DaemonSet then leaves alone. It has to replace
// the new ones once more, so there must not be more healthy ones among them than there are
// pods to spare.
func (w *State) brake(now time.Time, p Policy) (Verdict, bool) {
	if w.Record.Canary.Hash != "" { // what crashes may be what was tried
		return Verdict{}, false
	}
	progress := w.progress(now, p)
	fresh, crashed := len(w.fresh()), len(w.crashed(now))
	if progress.Reason != Crashing || crashed < p.enough(fresh) || w.up() || w.goingBack() || w.unfinished(now, p).Phase != Rolling {
		return Verdict{}, false
	}
	old := map[string]int{}
	for _, pod := range w.Pods {
		if _, crashed := pod.restarted(now); pod.Stamp != w.Stamp && !crashed {
			old[pod.Stamp]++
		}
	}
	to, most := "", 0
	for stamp, n := range old {
		if n > most || n == most && stamp < to {
			to, most = stamp, n
		}
	}
	return Verdict{
		Phase: Held, Reason: Braked, Why: progress.Why, Quote: progress.Quote,
		Step: GoBack, Stamp: to, Record: Record{Before: w.Record.Before, Brake: w.newBrake(now, w.Stamp)},
	}, most > 0 && most >= fresh-crashed
}

// newBrake tells that the rollout of a stamp is stopped now.
func (w *State) newBrake(now time.Time, stamp string) Brake {
	b := Brake{Braked: stamp, At: now.UTC().Truncate(time.Second), Times: 1, Retry: w.Retry}
	if w.Record.Braked == stamp {
		b.Times += w.Record.Times
	}
	return b
}

// enough returns how many of some new pods have to crash so that a rollout is stopped.
func (p Policy) enough(pods int) int {
	return min(p.BrakePods, max(1, int(math.Ceil(p.BrakeShare*float64(pods)))))
}

// braked holds w with content that was braked, until it is time to try again: after a time
// that doubles, or at once where somebody asks for it or has written the content since.
func (w *State) braked(now time.Time, g Goal, p Policy) Verdict {
	b := w.Record.Brake
	if !w.goingBack() || !g.is(b.Braked) || w.Retry != b.Retry || g.Written.After(b.At) {
		return Verdict{}
	}
	v := Verdict{Phase: Held, Reason: Braked, Why: "its pods restarted on this content"}
	if p.Retry == 0 {
		return v
	}
	v.Again = b.At.Add(p.wait(b.Times))
	if !now.Before(v.Again) {
		return Verdict{}
	}
	v.Why += fmt.Sprintf("; it is tried again at %s", v.Again.UTC().Format("15:04 MST on 2 January"))
	return v
}

// wait is after what time something that failed is tried again that has failed some times.
func (p Policy) wait(times int) time.Duration {
	wait := p.Retry
	for i := 1; i < times && wait < maxRetry; i++ {
		wait *= 2
	}
	return min(wait, max(p.Retry, maxRetry))
}
