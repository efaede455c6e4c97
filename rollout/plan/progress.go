package plan

import (
	"fmt"
	"time"
)

// poll is how often pods are looked at while they are being replaced: a pod that
// crashes before it was ever ready does not change its workload's status.
const poll = 5 * time.Second

// progress tells how far w has come with the stamp that it has.
func (w *State) progress(now time.Time, p Policy) Verdict {
	if w.concluded() {
		return Verdict{Phase: Done}
	}
	fresh := w.fresh()
	for _, pod := range fresh {
		if until, crashed := pod.crashed(now); crashed {
			return Verdict{Phase: Held, Reason: Crashing, Why: pod.trouble(), Quote: pod.Said, Again: until}
		}
	}
	if !w.up() {
		return w.unsettled(now, p)
	}
	quiet := w.StampedAt
	for _, pod := range fresh {
		quiet = later(quiet, pod.UpSince)
	}
	if end := quiet.Add(p.Soak); len(fresh) > 0 && now.Before(end) {
		return Verdict{Phase: Soaking, Why: fmt.Sprintf("its new pods must stay up for %s", p.Soak), Again: end}
	}
	return Verdict{Phase: Done}
}

// replacing is Rolling while the pods of w are being replaced, by whoever's doing.
func (w *State) replacing(now time.Time, p Policy) Verdict {
	for _, pod := range w.fresh() {
		if _, crashed := pod.crashed(now); crashed {
			return Verdict{} // it is down anyway
		}
	}
	if w.up() {
		return Verdict{}
	}
	return w.unsettled(now, p)
}

// up reports whether all pods of w are new and available.
func (w *State) up() bool {
	return w.Settled && !(w.Looked && len(w.fresh()) == 0 && w.Size > 0)
}

func (w *State) unsettled(now time.Time, p Policy) Verdict {
	last := later(later(w.StampedAt, w.ChangedAt), w.Leaving)
	if w.StampedAt.IsZero() { // another writer has taken our entry out of the managed fields
		last = later(last, w.Seen)
	}
	why, quote := "no pod was created", ""
	for _, pod := range w.fresh() {
		last = later(last, pod.Created)
		if !pod.Ready {
			why, quote = pod.trouble(), pod.Said
		}
	}
	if w.Standstill != "" {
		return Verdict{Phase: Held, Reason: Standstill, Why: w.Standstill}
	}
	end := last.Add(p.Deadline)
	if now.Before(end) {
		return Verdict{Phase: Rolling, Why: why, Quote: quote, Again: earlier(end, now.Add(poll))}
	}
	return Verdict{Phase: Held, Reason: Overdue, Why: fmt.Sprintf("no progress for %s: %s", p.Deadline, why), Quote: quote}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
