package rollout

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"corewarden/extraconfig"
)

// retryAfter is when to look again at a workload that changed under a patch. The watch
// mostly wakes the controller earlier.
const retryAfter = time.Second

// A reconciler carries out what plan decides. What it remembers only saves work and words,
// but for what the API server does not keep: how often another writer has changed a stamp,
// and when another has changed a pod template. There is one key, hence one reconcile at a
// time and no lock.
type reconciler struct {
	client   client.Client // by which the three objects are read from the cache
	api      client.Reader // by which pods are read
	events   events.EventRecorder
	measures *measures
	cluster  func() *extraconfig.Cluster
	synced   func() bool
	policy   Policy
	now      func() time.Time

	content  *content
	rejected rejection
	// coreDNS goes first and nodeLocalDNS follows.
	coreDNS, nodeLocalDNS *target
	// finished are the stamps with which both workloads are done, by name. Until there are
	// others, their pods are not our business.
	finished map[string]string
}

func newReconciler(c client.Client, api client.Reader, recorder events.EventRecorder, m *measures, o Options) *reconciler {
	return &reconciler{
		client:       c,
		api:          api,
		events:       recorder,
		measures:     m,
		cluster:      o.Cluster,
		synced:       o.Synced,
		policy:       o.Policy,
		now:          o.Now,
		coreDNS:      &target{kind: "Deployment", name: deploymentName, empty: func() workload { return &deployment{} }},
		nodeLocalDNS: &target{kind: "DaemonSet", name: daemonSetName, empty: func() workload { return &daemonSet{} }},
	}
}

var _ reconcile.TypedReconciler[key] = (*reconciler)(nil)

// Reconcile makes a plan of what there is and carries it out.
func (r *reconciler) Reconcile(ctx context.Context, _ key) (reconcile.Result, error) {
	if !r.synced() {
		return reconcile.Result{}, nil // a change will tell
	}
	if err := errors.Join(r.find(ctx, r.coreDNS), r.find(ctx, r.nodeLocalDNS)); err != nil {
		return reconcile.Result{}, err
	}
	c, err := r.read(ctx)
	if err != nil {
		return reconcile.Result{}, err
	}
	if r.coreDNS.stale() || r.nodeLocalDNS.stale() {
		return reconcile.Result{}, nil // the watch event of our own last patch is on its way
	}
	g := goals{c.goal(r.coreDNS), c.goal(r.nodeLocalDNS)}
	r.measures.setInvalid(!g.valid())
	r.reject(ctx, c)
	if g.valid() {
		if maps.Equal(r.finished, c.stamps) && r.stamped(c) {
			return reconcile.Result{}, nil
		}
		r.introduce(ctx, c)
	}
	coreDNS, err := r.snapshot(ctx, r.coreDNS, g.coreDNS)
	if err != nil {
		return reconcile.Result{}, err
	}
	nodeLocalDNS, err := r.snapshot(ctx, r.nodeLocalDNS, g.nodeLocalDNS)
	if err != nil {
		return reconcile.Result{}, err
	}
	forCoreDNS, forNodeLocalDNS := plan(r.now(), g, coreDNS, nodeLocalDNS, r.policy)
	r.tell(ctx, r.coreDNS, c, forCoreDNS)
	r.tell(ctx, r.nodeLocalDNS, c, forNodeLocalDNS)
	r.conclude(ctx, c, forCoreDNS, forNodeLocalDNS)
	return r.carryOut(ctx, c, forCoreDNS, forNodeLocalDNS)
}

// carryOut takes the next steps of both workloads and says when to look again.
func (r *reconciler) carryOut(ctx context.Context, c *content, forCoreDNS, forNodeLocalDNS verdict) (reconcile.Result, error) {
	var result reconcile.Result
	lookAgain := func(after time.Duration) {
		if after = max(after, time.Millisecond); result.RequeueAfter == 0 || after < result.RequeueAfter {
			result.RequeueAfter = after
		}
	}
	var errs []error
	verdicts := []verdict{forCoreDNS, forNodeLocalDNS}
	for i, t := range r.targets() {
		v := verdicts[i]
		if !v.again.IsZero() {
			lookAgain(v.again.Sub(r.now()))
		}
		if t.reused {
			lookAgain(t.listed.Add(podsMaxAge).Sub(r.now()))
		}
		switch err := r.take(ctx, t, c, v); {
		case changedMeanwhile(err):
			lookAgain(retryAfter)
		case err != nil:
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return reconcile.Result{}, err
	}
	return result, nil
}

// take takes the next step with t's workload.
func (r *reconciler) take(ctx context.Context, t *target, c *content, v verdict) error {
	if v.step == nothing {
		return nil
	}
	was := stampOf(t.workload)
	set := stamps{hash: v.to}
	if v.step == brake {
		set.braked = was
	}
	generation, err := t.workload.apply(ctx, r.client, set)
	if err != nil {
		return fmt.Errorf("stamp %s %s/%s: %w", t.kind, extraconfig.Namespace, t.name, err)
	}
	if t == r.coreDNS {
		c.stamped = true
	}
	m := &t.memory
	// What the last patch set is no longer there, though the content is the same.
	reimposed := m.patched && m.hash == v.to
	if reimposed {
		m.reimposed++
	} else {
		m.reimposed = 0
	}
	if m.open {
		r.measures.rollouts.WithLabelValues(t.name, resultSuperseded).Inc()
	}
	m.patched, m.hash, m.generation, m.stampedAt, m.open = true, v.to, generation, r.now(), v.step == stamp
	log.FromContext(ctx).Info("stamped", "kind", t.kind, "workload", t.name, "hash", v.to, "was", clip(was, len(c.hash)),
		"reimposed", reimposed, "braked", v.step == brake, "standstill", t.workload.standstill())
	r.measures.stamps.WithLabelValues(t.name).Inc()
	switch {
	case v.step == brake:
		r.measures.rollouts.WithLabelValues(t.name, resultBraked).Inc()
		return nil // the verdict has been told
	case reimposed:
		r.measures.reimposed.WithLabelValues(t.name).Inc()
	case t == r.coreDNS:
		r.measures.changeToStamp.WithLabelValues(t.name).Observe(r.now().Sub(later(c.seen, m.since)).Seconds())
	}
	r.announce(t, c, was, reimposed)
	return nil
}

// targets returns the two in the order in which they are rolled out.
func (r *reconciler) targets() []*target { return []*target{r.coreDNS, r.nodeLocalDNS} }

// stamped reports whether all workloads that there are have the stamps of c.
func (r *reconciler) stamped(c *content) bool {
	return r.coreDNS.runs(c) && (r.policy.ReloadOnly || r.nodeLocalDNS.runs(c))
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
