package rollout

import (
	"context"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"corewarden/cluster"
	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// A reporter tells in events, metrics and the log in what two moments differ. Nothing that is
// done depends on it.
type reporter struct {
	events   events.EventRecorder
	measures *measures
	policy   plan.Policy
	observe  bool
}

// report tells what is new in after. Before is nil when the controller has just started.
func (r *reporter) report(ctx context.Context, before, after *moment) {
	r.measures.setInvalid(!after.valid())
	r.measures.setStamps(after.stages[:])
	if before == nil {
		before = &moment{content: &content{}}
	}
	r.reportContent(ctx, before, after)
	concluded := false
	for i := range after.stages {
		s := &after.stages[i]
		r.reportVerdict(ctx, &before.stages[i], s, after)
		r.reportStep(ctx, s, after)
		r.reportObserved(ctx, &before.stages[i], s, after)
		r.reportUnpinned(ctx, &before.stages[i], s, after.content)
		concluded = concluded || s.did == plan.Conclude
	}
	if concluded && after.complete() {
		took := after.at.Sub(after.content.seen).Round(time.Second)
		log.FromContext(ctx).Info("rollout complete", "hash", after.content.hash, "seconds", took.Seconds())
		r.onConfigMap(after.content, corev1.EventTypeNormal, reasonComplete, actionStamp, completeNote(after.content, took, r.policy))
	}
}

// reportContent reports a new content, and whether it is valid.
func (r *reporter) reportContent(ctx context.Context, before, after *moment) {
	was, is, logger := before.content, after.content, log.FromContext(ctx)
	same := maps.Equal(was.stamps, is.stamps)
	switch {
	case same && !is.sameVersion(was):
		r.measures.unchanged.Inc()
	case !same && was.stamps != nil && before.valid() && !before.coreDNS().has():
		r.measures.coalesced.Inc()
		fallthrough
	case !same:
		logger.Info("new content", "hash", is.hash, "stamps", is.stamps, "configMap", is.object != nil)
	}
	if note := is.rejection(); note != "" && (note != was.rejection() || was.object == nil || was.object.UID != is.object.UID) {
		first := is.errors[0]
		logger.Info("content is invalid and is not rolled out", "hash", is.hash,
			"errors", len(is.errors), "rule", first.Rule, "key", first.File, "line", first.Line, "column", first.Column)
		r.events.Eventf(is.object, nil, corev1.EventTypeWarning, reasonInvalid, actionCheck, "%s", note)
	}
	if !after.valid() || after.stampedBefore() || same && before.valid() {
		return
	}
	logger.Info("content is valid", "hash", is.hash, "configMap", is.object != nil)
	for _, note := range renamedNotes(is) {
		r.onConfigMap(is, corev1.EventTypeNormal, reasonRenamed, actionCheck, note)
	}
	r.onConfigMap(is, corev1.EventTypeNormal, reasonValid, actionCheck, validNote(is, is.cluster.ServersOf(extraconfig.Name)))
}

// reportVerdict reports what is new in how far a workload has come.
func (r *reporter) reportVerdict(ctx context.Context, was, is *stage, m *moment) {
	v := is.verdict
	r.measures.setHeld(is.name, v)
	pending := m.content.seen
	if is.complete() || r.observe { // or nobody is going to roll it out
		pending = time.Time{}
	}
	r.measures.pendingSince(is.name, pending)
	is.open = was.open || v.Phase == plan.Rolling || v.Phase == plan.Soaking
	if was.goal.Hash == is.goal.Hash && was.verdict.Phase == v.Phase && was.verdict.Reason == v.Reason {
		return
	}
	// What pods have said may quote a Corefile. That is for events, which whoever reads
	// may read the ConfigMap.
	log.FromContext(ctx).Info("rollout", "kind", is.kind, "workload", is.name, "hash", is.goal.Hash,
		"phase", v.Phase, "reason", v.Reason, "why", v.Why)
	switch {
	case v.Phase != plan.Held:
		return
	case v.Reason != plan.InvalidContent:
		if v.Reason == plan.Crashing || v.Reason == plan.Overdue || v.Reason == plan.CanaryCrashes {
			r.count(is, resultFailed)
		}
		note := heldNote(is, m.previous(v), stagingNote(m.content.cluster, r.policy.Pinned, "what is stored"))
		if r.observe {
			note += onlyObserved
		}
		r.onBoth(is, m.content, corev1.EventTypeWarning, reasonHeld, actionHold, note)
	case m.content.rejection() == "": // or the ConfigMap's event has said more
		r.onBoth(is, m.content, corev1.EventTypeWarning, reasonInvalid, actionCheck, v.Why)
	}
}

// reportStep reports what was done with a workload.
func (r *reporter) reportStep(ctx context.Context, is *stage, m *moment) {
	v, c := is.verdict, m.content
	switch is.did {
	case plan.Conclude:
		took := m.at.Sub(later(is.stampedAt, is.state.Record.Canary.At)).Round(time.Second)
		r.measures.duration.WithLabelValues(is.name).Observe(took.Seconds())
		r.count(is, resultComplete)
		r.onBoth(is, c, corev1.EventTypeNormal, reasonStageComplete, actionStamp, stageNote(is, r.policy, took))
		return
	case plan.Adopt:
		r.onBoth(is, c, corev1.EventTypeNormal, reasonAdopted, actionCheck, adoptedNote(is))
		return
	case plan.StartCanary, plan.EndCanary:
		r.reportCanary(ctx, is, c)
		return
	case plan.SetStamp, plan.GoBack:
	default:
		return
	}
	log.FromContext(ctx).Info("stamped", "kind", is.kind, "workload", is.name, "hash", v.Stamp, "was", clip(is.state.Stamp, len(c.hash)),
		"reimposed", is.reimposed, "braked", is.did == plan.GoBack, "standstill", is.state.Standstill)
	r.measures.stamps.WithLabelValues(is.name).Inc()
	if is.did == plan.GoBack {
		r.measures.rollouts.WithLabelValues(is.name, resultBraked).Inc()
		is.open = false
		return // the verdict has been told
	}
	if is.state.Record.Canary.Hash != v.Stamp { // or it goes on
		r.count(is, resultSuperseded)
	}
	is.open = true
	eventType, reason := corev1.EventTypeNormal, reasonStarted
	switch {
	case is.reimposed:
		r.measures.reimposed.WithLabelValues(is.name).Inc()
		eventType, reason = corev1.EventTypeWarning, reasonReimposed
	case is.name == cluster.Deployment:
		r.measures.changeToStamp.WithLabelValues(is.name).Observe(m.at.Sub(later(c.seen, is.since)).Seconds())
	}
	r.onBoth(is, c, eventType, reason, actionStamp, stampNote(is, c)+changeNote(ctx, is, c)+stagingNote(c.cluster, r.policy.Pinned, "it"))
}

// reportObserved reports what would be done with a workload, where that is new.
func (r *reporter) reportObserved(ctx context.Context, was, is *stage, m *moment) {
	r.measures.setObserved(is.name, is.would)
	if is.would == was.would && is.goal.Hash == was.goal.Hash {
		return
	}
	note := observedNote(is, m.content, r.policy)
	if note == "" {
		return
	}
	log.FromContext(ctx).Info("would roll out", "kind", is.kind, "workload", is.name, "hash", is.goal.Hash, "step", is.would)
	if is.would == plan.SetStamp {
		note += changeNote(ctx, is, m.content) + stagingNote(m.content.cluster, r.policy.Pinned, "it")
	}
	r.onBoth(is, m.content, corev1.EventTypeNormal, reasonObserved, actionCheck, note+onlyObserved)
}

// reportCanary reports that a pod was deleted so that another one tries content, or no longer does.
func (r *reporter) reportCanary(ctx context.Context, is *stage, c *content) {
	v := is.verdict
	log.FromContext(ctx).Info("canary", "kind", is.kind, "workload", is.name, "hash", v.Record.Canary.Hash,
		"node", v.Record.Canary.Node, "pod", v.Pod.Name, "back", v.Record.Canary.Back, "refused", is.refused)
	switch {
	case is.refused:
		r.onBoth(is, c, corev1.EventTypeWarning, reasonNoCanary, actionDelete, noCanaryNote(is))
	case is.did == plan.StartCanary:
		r.count(is, resultSuperseded)
		is.open = true
		r.onBoth(is, c, corev1.EventTypeNormal, reasonCanaryStarted, actionDelete, canaryNote(is, r.policy))
	case v.Reason == plan.Braked: // the verdict has been told
		r.measures.rollouts.WithLabelValues(is.name, resultBraked).Inc()
		is.open = false
	default:
		r.onBoth(is, c, corev1.EventTypeNormal, reasonCanaryEnded, actionDelete, canaryEndNote(is))
	}
}

// reportUnpinned reports pods that load a ConfigMap itself: the first, and each that is replaced.
func (r *reporter) reportUnpinned(ctx context.Context, was, is *stage, c *content) {
	n := is.unpinned()
	r.measures.unpinned.WithLabelValues(is.name).Set(float64(n))
	if n > 0 && was.unpinned() == 0 || is.did == plan.ReplaceUnpinned && is.refused {
		log.FromContext(ctx).Info("pods load a ConfigMap itself", "kind", is.kind, "workload", is.name, "pods", n, "refused", is.refused)
		r.onBoth(is, c, corev1.EventTypeWarning, reasonUnpinned, actionCheck, unpinnedNote(is, r.policy))
	}
	if is.did == plan.ReplaceUnpinned && !is.refused {
		log.FromContext(ctx).Info("replaces a pod that loads a ConfigMap itself", "workload", is.name, "pod", is.verdict.Pod.Name, "node", is.verdict.Pod.Node)
		r.onBoth(is, c, corev1.EventTypeNormal, reasonReplaced, actionDelete, replacedNote(is))
	}
}

// count counts how a rollout has ended, once.
func (r *reporter) count(s *stage, result string) {
	if s.open {
		r.measures.rollouts.WithLabelValues(s.name, result).Inc()
	}
	s.open = false
}

// onBoth tells of a workload, on it and, so that describing the ConfigMap tells the whole
// story, on the ConfigMap where there is one.
//
// client-go joins events with the same objects, reason and action into a series that
// keeps the first note. These stay apart because the reference to the ConfigMap and to
// the workload holds their resourceVersion.
func (r *reporter) onBoth(s *stage, c *content, eventType, reason, action, note string) {
	w := s.workload.object()
	if c.object == nil {
		r.events.Eventf(w, nil, eventType, reason, action, "%s", note)
		return
	}
	r.events.Eventf(c.object, w, eventType, reason, action, "%s", note)
	r.events.Eventf(w, c.object, eventType, reason, action, "%s", note)
}

// onConfigMap tells of the ConfigMap alone, where there is one.
func (r *reporter) onConfigMap(c *content, eventType, reason, action, note string) {
	if c.object != nil {
		r.events.Eventf(c.object, nil, eventType, reason, action, "%s", note)
	}
}
