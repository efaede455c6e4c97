package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"corewarden/extraconfig"
)

// retryAfter is when to look again at a workload that changed under a patch. The watch
// mostly wakes the controller earlier.
const retryAfter = time.Second

// A reconciler brings the stamps in line with the content. What it remembers only saves
// work and words: all that decides is read from the cluster, so a new leader goes on
// where the last one stopped. There is one key, hence one reconcile at a time and no
// lock.
type reconciler struct {
	client   client.Client
	events   events.EventRecorder
	measures *measures
	cluster  func() *extraconfig.Cluster
	now      func() time.Time

	content  *content
	rejected rejection
	targets  []*target
}

// A target is a workload to stamp.
type target struct {
	kind, name string
	empty      func() workload
	memory     memory
}

// A memory is what is remembered of a target's workload.
type memory struct {
	// uid tells the workload from others of the same name, before and after it.
	uid types.UID
	// since is when it was first seen.
	since time.Time
	// hash and generation are those of the last patch.
	hash       string
	generation int64
	// absent says that there is no workload, and that the log has it.
	absent bool
}

func newReconciler(c client.Client, recorder events.EventRecorder, m *measures, o Options) *reconciler {
	return &reconciler{
		client:   c,
		events:   recorder,
		measures: m,
		cluster:  o.Cluster,
		now:      o.Now,
		targets: []*target{
			{kind: "Deployment", name: deploymentName, empty: func() workload { return &deployment{} }},
			{kind: "DaemonSet", name: daemonSetName, empty: func() workload { return &daemonSet{} }},
		},
	}
}

var _ reconcile.TypedReconciler[key] = (*reconciler)(nil)

// Reconcile stamps each workload whose stamp is not the content's hash.
func (r *reconciler) Reconcile(ctx context.Context, _ key) (reconcile.Result, error) {
	c, err := r.read(ctx)
	if err != nil {
		return reconcile.Result{}, err
	}
	if !r.accept(ctx, c) {
		return reconcile.Result{}, nil
	}
	var result reconcile.Result
	var errs []error
	for _, t := range r.targets {
		switch err := r.advance(ctx, t, c); {
		case changedMeanwhile(err):
			result.RequeueAfter = retryAfter
		case err != nil:
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return reconcile.Result{}, err
	}
	return result, nil
}

// advance stamps t with c's hash, unless it has that stamp already.
func (r *reconciler) advance(ctx context.Context, t *target, c *content) error {
	w, err := r.find(ctx, t)
	if w == nil || err != nil {
		return err
	}
	if w.object().GetGeneration() < t.memory.generation {
		// The cache does not show our own last patch yet. Its watch event is on the
		// way and brings us back.
		return nil
	}
	was := stampOf(w)
	if was == c.hash {
		return nil
	}

	generation, err := w.apply(ctx, r.client, stamped(c.hash))
	if err != nil {
		return fmt.Errorf("stamp %s %s/%s: %w", t.kind, extraconfig.Namespace, t.name, err)
	}
	// What the last patch set is no longer there, though the content is the same.
	reimposed := t.memory.hash == c.hash
	t.memory.hash, t.memory.generation = c.hash, generation

	r.measures.stamps.WithLabelValues(t.name).Inc()
	if reimposed {
		r.measures.reimposed.WithLabelValues(t.name).Inc()
	} else {
		r.measures.changeToStamp.WithLabelValues(t.name).Observe(r.now().Sub(later(c.seen, t.memory.since)).Seconds())
	}
	log.FromContext(ctx).Info("stamped", "kind", t.kind, "workload", t.name,
		"hash", c.hash, "was", clip(was, len(c.hash)), "reimposed", reimposed, "standstill", w.standstill())
	r.announce(t, w, c, reimposed)
	return nil
}

// find returns the cached workload, or nil where there is none, and forgets what was
// remembered of another one with the same name.
func (r *reconciler) find(ctx context.Context, t *target) (workload, error) {
	w := t.empty()
	name := types.NamespacedName{Namespace: extraconfig.Namespace, Name: t.name}
	err := r.client.Get(ctx, name, w.object())
	if client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("read %s %s: %w", t.kind, name, err)
	}
	if err != nil || w.object().GetDeletionTimestamp() != nil {
		if !t.memory.absent {
			log.FromContext(ctx).Info("workload is absent: it is stamped when it appears", "kind", t.kind, "workload", t.name)
		}
		t.memory = memory{absent: true}
		return nil, nil
	}
	if uid := w.object().GetUID(); uid != t.memory.uid {
		t.memory = memory{uid: uid, since: r.now()}
	}
	return w, nil
}

// changedMeanwhile reports whether err says that the workload is no longer the one that
// the cache showed: it is gone (the UID in the patch makes that a conflict), another one
// has its name (which makes the UID an invalid change of an immutable field), or another
// writer was quicker.
func changedMeanwhile(err error) bool {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return true
	}
	var status apierrors.APIStatus
	if !apierrors.IsInvalid(err) || !errors.As(err, &status) || status.Status().Details == nil {
		return false
	}
	return slices.ContainsFunc(status.Status().Details.Causes,
		func(c metav1.StatusCause) bool { return c.Field == "metadata.uid" })
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
