package rollout

import (
	"context"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"corewarden/extraconfig"
)

// told is what was said of a workload. It is not said again.
type told struct {
	hash   string
	phase  phase
	reason reason
}

// tell says what has changed in a workload's verdict, and counts how rollouts end.
func (r *reconciler) tell(ctx context.Context, t *target, c *content, v verdict) {
	r.measures.setHeld(t.name, v)
	last, now := t.memory.told, told{c.stamps[t.name], v.phase, v.reason}
	if last == now {
		return
	}
	t.memory.told = now
	// What pods have said may quote a Corefile. That is for events, which whoever reads
	// may read the ConfigMap.
	log.FromContext(ctx).Info("rollout", "kind", t.kind, "workload", t.name, "hash", c.stamps[t.name],
		"phase", v.phase, "reason", v.reason, "why", v.why)

	switch v.phase {
	case rolling, soaking:
		t.memory.open = true
	case held:
		if v.reason == invalidContent {
			if len(c.errors) == 0 { // or reject has said more
				r.both(c, t, corev1.EventTypeWarning, reasonInvalid, actionCheck, v.why)
			}
			return
		}
		if v.reason == crashing || v.reason == overdue {
			r.close(t, resultFailed)
		}
		r.both(c, t, corev1.EventTypeWarning, reasonHeld, actionHold, heldNote(t, c, v, r.previous(c, v)))
	case done:
		if last.hash == now.hash && t.memory.open {
			r.close(t, resultComplete)
			took := r.took(t)
			r.measures.duration.WithLabelValues(t.name).Observe(took.Seconds())
			r.both(c, t, corev1.EventTypeNormal, reasonStageComplete, actionStamp, stageNote(t, c, r.policy, took))
		}
	}
}

func (r *reconciler) close(t *target, result string) {
	if t.memory.open {
		r.measures.rollouts.WithLabelValues(t.name, result).Inc()
		t.memory.open = false
	}
}

// took returns how long ago t was stamped.
func (r *reconciler) took(t *target) time.Duration {
	return r.now().Sub(later(stampedAt(t.workload), t.memory.stampedAt)).Round(time.Second)
}

// previous returns the hash of the content before c, as far as a workload still has it or,
// by the verdict v, gets it back.
func (r *reconciler) previous(c *content, v verdict) string {
	if v.step == brake {
		return v.to
	}
	for _, t := range []*target{r.nodeLocalDNS, r.coreDNS} {
		if t.workload != nil && !t.runs(c) {
			if hash := stampOf(t.workload); hash != "" {
				return hash
			}
			return extraconfig.EmptyHash
		}
	}
	return ""
}

// conclude says once that all that was to be done for c is done.
func (r *reconciler) conclude(ctx context.Context, c *content, verdicts ...verdict) {
	r.measures.setStamps(r.targets())
	took := time.Duration(-1)
	for i, t := range r.targets() {
		since := time.Time{}
		if v := verdicts[i]; v.phase != done && v.phase != absent {
			since = c.seen
		}
		r.measures.pendingSince(t.name, since)
	}
	for i, t := range r.targets() {
		switch verdicts[i].phase {
		case done:
			if t.runs(c) {
				took = max(took, r.took(t))
			}
		case absent:
		default:
			return
		}
	}
	if maps.Equal(r.finished, c.stamps) {
		return
	}
	r.finished = c.stamps
	if c.introduced && took >= 0 {
		log.FromContext(ctx).Info("rollout complete", "hash", c.hash, "seconds", r.now().Sub(c.seen).Seconds())
		r.onConfigMap(c, corev1.EventTypeNormal, reasonComplete, actionStamp, completeNote(c, r.now().Sub(c.seen).Round(time.Second), r.policy))
	}
}

// introduce says once of valid content that is going to be rolled out what it is.
func (r *reconciler) introduce(ctx context.Context, c *content) {
	if c.introduced || r.stamped(c) {
		return
	}
	c.introduced, c.stamped = true, r.coreDNS.runs(c)
	log.FromContext(ctx).Info("content is valid", "hash", c.hash, "configMap", c.object != nil)
	for _, note := range renamedNotes(c) {
		r.onConfigMap(c, corev1.EventTypeNormal, reasonRenamed, actionCheck, note)
	}
	r.onConfigMap(c, corev1.EventTypeNormal, reasonValid, actionCheck, validNote(c, c.cluster.ServersOf(extraconfig.Name)))
}
