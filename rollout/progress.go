package rollout

import (
	"fmt"
	"time"

	"corewarden/extraconfig"
)

const (
	// poll is how often pods are looked at while they are being replaced: a pod that
	// crashes before it was ever ready does not change its workload's status.
	poll = 5 * time.Second
	// recovery is how long a container has to run before its restarts are forgiven. The
	// kubelet forgets its back-off after the same time.
	recovery = 10 * time.Minute
	// patience is how often the same stamp is set again where another writer changes it.
	patience = 3
)

// A snapshot is what is known of a workload and its pods at one moment.
type snapshot struct {
	// stamp is what the pod template has, or "".
	stamp string
	// stampedAt is when we last changed the stamp, to the second; zero where nothing tells.
	stampedAt time.Time
	// seen is since when this process knows the workload.
	seen time.Time
	// braked is the stamp whose rollout was stopped, if that was the last we did.
	braked string
	// settled says that the status tells of the newest template and all its pods are
	// updated and available.
	settled bool
	// standstill says why a new template does not replace the pods on its own. It is
	// empty where it does.
	standstill string
	// requiresConfigMap says that pods cannot start without the ConfigMap.
	requiresConfigMap bool
	// contested says that the stamp was set too often again.
	contested bool
	// size is how many pods there should be.
	size int32
	// changedAt is when this process saw the pod template change, whoever changed it; zero
	// where it did not.
	changedAt time.Time
	// leaving is when the last of its pods that are still going was told to.
	leaving time.Time
	// pods are those with any stamp that stay. They are not looked at where nothing depends on
	// them; looked says whether they were.
	pods   []pod
	looked bool
}

// has reports whether w was stamped with hash. One that was never stamped counts as rolled
// out for no content, so that installing Corewarden in a cluster without the ConfigMap
// restarts nothing.
func (w *snapshot) has(hash string) bool {
	return w.stamp == hash || w.stamp == "" && hash == extraconfig.EmptyHash
}

// progress tells how far w has come with the stamp that it has.
func (w *snapshot) progress(now time.Time, p Policy) verdict {
	fresh := w.fresh()
	for _, pod := range fresh {
		if until, crashed := pod.crashed(now); crashed {
			return verdict{phase: held, reason: crashing, why: pod.trouble(), quote: pod.said, again: until}
		}
	}
	if !w.settled || w.looked && len(fresh) == 0 && w.size > 0 {
		return w.unsettled(now, p, fresh)
	}
	quiet := w.stampedAt
	for _, pod := range fresh {
		quiet = later(quiet, pod.upSince)
	}
	if end := quiet.Add(p.Soak); len(fresh) > 0 && now.Before(end) {
		return verdict{phase: soaking, why: fmt.Sprintf("its new pods must stay up for %s", p.Soak), again: end}
	}
	return verdict{phase: done}
}

func (w *snapshot) unsettled(now time.Time, p Policy, fresh []pod) verdict {
	last := later(later(w.stampedAt, w.changedAt), w.leaving)
	if w.stampedAt.IsZero() { // another writer has taken our entry out of the managed fields
		last = later(last, w.seen)
	}
	why, quote := "no pod was created", ""
	for _, pod := range fresh {
		last = later(last, pod.created)
		if !pod.ready {
			why, quote = pod.trouble(), pod.said
		}
	}
	if w.standstill != "" {
		return verdict{phase: held, reason: standstill, why: w.standstill}
	}
	end := last.Add(p.Deadline)
	if now.Before(end) {
		return verdict{phase: rolling, why: why, quote: quote, again: earlier(end, now.Add(poll))}
	}
	return verdict{phase: held, reason: overdue, why: fmt.Sprintf("no progress for %s: %s", p.Deadline, why), quote: quote}
}

// brake returns the stamp to go back to when the new pods of a DaemonSet crash: that of
// the pods that are not replaced yet, which the DaemonSet then leaves alone. It has to
// replace the new ones once more, so there must not be more healthy ones among them than
// there are pods to spare.
func (w *snapshot) brake(now time.Time, p Policy, progress verdict) (to string, ok bool) {
	if progress.reason != crashing || w.settled || w.braked != "" {
		return "", false
	}
	if moving := w.unsettled(now, p, w.fresh()); moving.phase != rolling {
		return "", false
	}
	old, healthy := map[string]int{}, 0
	for _, pod := range w.pods {
		if _, crashed := pod.crashed(now); pod.stamp != w.stamp {
			old[pod.stamp]++
		} else if !crashed {
			healthy++
		}
	}
	most := 0
	for stamp, n := range old {
		if n > most || n == most && stamp < to {
			to, most = stamp, n
		}
	}
	return to, most > 0 && most >= healthy
}

// fresh returns the pods that have the stamp of the template.
func (w *snapshot) fresh() []pod {
	var fresh []pod
	for _, pod := range w.pods {
		if pod.stamp == w.stamp {
			fresh = append(fresh, pod)
		}
	}
	return fresh
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
