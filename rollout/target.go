package rollout

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

const (
	// podsMaxAge is how old a list of pods may be. While a large DaemonSet is rolled out, its
	// status changes more often than its pods are worth listing.
	podsMaxAge = time.Second
	// patience is how often the same stamp is set again where another writer changes it.
	patience = 3
)

// A target is a workload to stamp, and what is remembered of it. That saves work, but for what
// the API server does not keep: how often another writer has changed a stamp, and when another
// has changed the pod template.
type target struct {
	kind, name string

	// uid tells the workload from others of the same name, before and after it.
	uid types.UID
	// since is when it was first seen.
	since time.Time
	// template is the last that was seen, and changedAt when that took another's place.
	template  *corev1.PodTemplateSpec
	changedAt time.Time
	// ran is the content for which it was last seen to be stamped. It is for words alone.
	ran *content
	// written is the last patch of ours, if there was one.
	written written
	// reimposed is how often the same stamp was set again.
	reimposed int
	// mayNotDelete is the stamp for which we were refused to delete a pod.
	mayNotDelete string
	// pods are the last that were listed.
	pods podList
}

// written is what is remembered of our own patches.
type written struct {
	// stamped says that there was one that set a stamp, which that was, and when.
	stamped   bool
	stamp     string
	stampedAt time.Time
	// generation and version are those of the object after the last one.
	generation int64
	version    string
}

// A podList is the pods of a workload at some time, when it had that generation.
type podList struct {
	pods       []plan.Pod
	going      []plan.Going
	listed     time.Time
	generation int64
}

// meet takes note of the workload of t, nil if there is none, and forgets what was remembered of
// another one with the same name.
func (t *target) meet(w workload, now time.Time) {
	if w == nil {
		*t = target{kind: t.kind, name: t.name}
		return
	}
	if uid := w.object().GetUID(); uid != t.uid {
		*t = target{kind: t.kind, name: t.name, uid: uid, since: now, template: w.template()}
	}
	if !equality.Semantic.DeepEqual(t.template, w.template()) {
		t.template, t.changedAt = w.template(), now
	}
}

// stale reports whether w does not show our own last patch yet.
func (t *target) stale(w workload) bool {
	if w == nil || t.written.version == "" {
		return false
	}
	order, err := resourceversion.CompareResourceVersion(w.object().GetResourceVersion(), t.written.version)
	if err != nil {
		return w.object().GetGeneration() < t.written.generation
	}
	return order < 0
}

// state returns what is known of w, but for its pods.
func (t *target) state(w workload, g plan.Goal) *plan.State {
	if w == nil {
		return nil
	}
	s := w.status()
	s.Retry = w.object().GetAnnotations()[extraconfig.RetryAnnotation]
	s.Stamp, s.Record = stampOf(w), recordOf(w)
	s.StampedAt, s.Seen, s.ChangedAt = later(stampedAt(w), t.written.stampedAt), t.since, t.changedAt
	s.TakesDown, s.MinReady = w.takesDown(), w.minReady()
	s.MayNotDelete = t.mayNotDelete == g.Hash
	loads := w.loads()
	s.RequiresConfigMap, s.RequiresKeys = loads.Requires(extraconfig.Name), loads.RequiresKeys(extraconfig.Name)
	s.Standstill = w.standstill()
	if t.reimposed >= patience && t.written.stamp == g.Hash {
		s.Contested = fmt.Sprintf("another writer has changed the stamp %d times", patience)
	}
	return &s
}

// lookAtPods adds the pods of w to its state. It returns until when their list will be
// used again; zero is that it was just made.
func (r *reconciler) lookAtPods(ctx context.Context, t *target, w workload, s *plan.State) (until time.Time, err error) {
	now, generation := r.now(), w.object().GetGeneration()
	if end := t.pods.listed.Add(podsMaxAge); t.pods.generation == generation && now.Before(end) {
		until = end
	} else {
		pods, going, err := listPods(ctx, r.api, w.selector(), now)
		if err != nil {
			return until, fmt.Errorf("list the pods of %s %s: %w", t.kind, t.name, err)
		}
		log.FromContext(ctx).V(1).Info("listed pods", "workload", t.name, "pods", len(pods))
		t.pods = podList{pods, going, now, generation}
	}
	s.Pods, s.Going, s.Looked = t.pods.pods, t.pods.going, true
	return until, nil
}
