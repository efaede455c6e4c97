package rollout

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"corewarden/extraconfig"
)

// podsMaxAge is how old a list of pods may be. While a large DaemonSet is rolled out, its
// status changes more often than its pods are worth listing.
const podsMaxAge = time.Second

// A target is a workload to stamp.
type target struct {
	kind, name string
	empty      func() workload
	// workload is what the cache holds, or nil.
	workload workload
	memory   memory

	// pods were listed then, when the workload had that generation; reused says that
	// the last plan was made with an earlier list.
	pods       []pod
	leaving    time.Time
	listed     time.Time
	generation int64
	reused     bool
}

func (t *target) String() string { return t.kind + " " + t.name }

// A memory is what is remembered of a target's workload.
type memory struct {
	// uid tells the workload from others of the same name, before and after it.
	uid types.UID
	// since is when it was first seen.
	since time.Time
	// template is the last that was seen, and changedAt when that took another's place.
	template  *corev1.PodTemplateSpec
	changedAt time.Time
	// hash, generation and stampedAt are those of the last patch, if there was one.
	patched    bool
	hash       string
	generation int64
	stampedAt  time.Time
	// reimposed is how often the same hash was set again.
	reimposed int
	// open says that the rollout is not counted as complete or failed yet.
	open bool
	// told is what was last said of it.
	told told
}

// find reads the cached workload of t, and forgets what was remembered of another one with
// the same name.
func (r *reconciler) find(ctx context.Context, t *target) error {
	w := t.empty()
	name := types.NamespacedName{Namespace: extraconfig.Namespace, Name: t.name}
	err := r.client.Get(ctx, name, w.object())
	if client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("read %s %s: %w", t.kind, name, err)
	}
	if err != nil || w.object().GetDeletionTimestamp() != nil {
		t.workload, t.memory = nil, memory{told: t.memory.told}
		return nil
	}
	t.workload = w
	if uid := w.object().GetUID(); uid != t.memory.uid {
		t.memory = memory{uid: uid, since: r.now(), template: w.template()}
	}
	if !equality.Semantic.DeepEqual(t.memory.template, w.template()) {
		t.memory.template, t.memory.changedAt = w.template(), r.now()
	}
	return nil
}

// beside returns the names of the ConfigMaps that the workload loads beside c.
func (t *target) beside(c *content) []string {
	if t.workload == nil {
		return nil
	}
	return c.cluster.Beside(t.workload.loads())
}

// stale reports whether the cache does not show our own last patch yet.
func (t *target) stale() bool {
	return t.workload != nil && t.workload.object().GetGeneration() < t.memory.generation
}

// runs reports whether the workload, if there is one, has the stamp of c.
func (t *target) runs(c *content) bool {
	if t.workload == nil {
		return true
	}
	s := snapshot{stamp: stampOf(t.workload)}
	return s.has(c.stamps[t.name])
}

// snapshot returns what is known of t's workload, or nil where there is none.
func (r *reconciler) snapshot(ctx context.Context, t *target, g goal) (*snapshot, error) {
	w := t.workload
	if w == nil {
		return nil, nil
	}
	s := &snapshot{
		stamp:             stampOf(w),
		stampedAt:         later(stampedAt(w), t.memory.stampedAt),
		seen:              t.memory.since,
		changedAt:         t.memory.changedAt,
		braked:            w.object().GetAnnotations()[BrakedAnnotation],
		settled:           w.settled(),
		size:              w.size(),
		standstill:        w.standstill(),
		requiresConfigMap: w.loads().Requires(extraconfig.Name),
		contested:         t.memory.reimposed >= patience && t.memory.hash == g.hash,
	}
	if t.reused = false; s.settled && !s.has(g.hash) {
		return s, nil // so a change is stamped without another call
	}
	now, generation := r.now(), w.object().GetGeneration()
	if t.generation == generation && now.Before(t.listed.Add(podsMaxAge)) {
		t.reused = true
	} else {
		pods, leaving, err := listPods(ctx, r.api, w.selector(), now)
		if err != nil {
			return nil, fmt.Errorf("list the pods of %s: %w", t, err)
		}
		log.FromContext(ctx).V(1).Info("listed pods", "workload", t.name, "pods", len(pods))
		t.pods, t.leaving, t.listed, t.generation = pods, leaving, now, generation
	}
	s.pods, s.leaving, s.looked = t.pods, t.leaving, true
	return s, nil
}
