package plan

import "time"

// brake goes back to the stamp before when the new pods of a DaemonSet crash: that of the
// pods that are not replaced yet, which the DaemonSet then leaves alone. It has to replace
// the new ones once more, so there must not be more healthy ones among them than there are
// pods to spare.
func (w *State) brake(now time.Time, p Policy) (Verdict, bool) {
	progress := w.progress(now, p)
	if progress.Reason != Crashing || w.Settled || w.Record.Braked != "" || w.unsettled(now, p).Phase != Rolling {
		return Verdict{}, false
	}
	old, healthy := map[string]int{}, 0
	for _, pod := range w.Pods {
		if _, crashed := pod.crashed(now); pod.Stamp != w.Stamp {
			old[pod.Stamp]++
		} else if !crashed {
			healthy++
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
		Step: GoBack, Stamp: to, Record: Record{Braked: w.Stamp},
	}, most > 0 && most >= healthy
}
