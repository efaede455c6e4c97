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
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"corewarden/cluster"
	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// retryAfter is when to look again at a workload that changed under a patch. The watch
// mostly wakes the controller earlier.
const retryAfter = time.Second

// A reconciler reads what there is, plans, carries the plan out, and reports. There is one key,
// hence one reconcile at a time and no lock.
type reconciler struct {
	client   client.Client // by which all is written
	api      client.Reader // by which pods are read
	snapshot func() *cluster.Snapshot
	policy   plan.Policy
	observe  bool
	now      func() time.Time
	// hashes returns the hashes of a ConfigMap by each version, the newest first.
	hashes   func(extraconfig.ConfigMap) []string
	reporter *reporter

	// coreDNS goes first and nodeLocalDNS follows.
	coreDNS, nodeLocalDNS *target
	// stored are the copies of which we know that they are there; it saves work.
	stored map[string]bool
	// last is what was last reported; it saves work and words.
	last *moment
}

func newReconciler(c client.Client, api client.Reader, recorder events.EventRecorder, m *measures, o Options) *reconciler {
	return &reconciler{
		client:       c,
		api:          api,
		snapshot:     o.Snapshot,
		policy:       o.Policy,
		observe:      o.Observe,
		now:          o.Now,
		hashes:       extraconfig.ConfigMap.Hashes,
		stored:       map[string]bool{},
		reporter:     &reporter{events: recorder, measures: m, policy: o.Policy, observe: o.Observe},
		coreDNS:      &target{kind: "Deployment", name: cluster.Deployment},
		nodeLocalDNS: &target{kind: "DaemonSet", name: cluster.DaemonSet},
	}
}

var _ reconcile.TypedReconciler[key] = (*reconciler)(nil)

// Reconcile makes a plan of what there is, carries it out, and tells of it.
func (r *reconciler) Reconcile(ctx context.Context, _ key) (reconcile.Result, error) {
	snapshot := r.snapshot()
	if !snapshot.Complete {
		// A change will tell. Success would say that the controller has looked at things.
		return reconcile.Result{RequeueAfter: retryAfter}, nil
	}
	m, again, err := r.look(ctx, snapshot)
	if err != nil {
		return reconcile.Result{}, err
	}
	if m == nil {
		return reconcile.Result{RequeueAfter: retryAfter}, nil
	}
	var errs []error
	for i, t := range r.targets() {
		s := &m.stages[i]
		again = earliest(again, s.verdict.Again)
		if r.observe {
			s.would = s.verdict.Step
			continue
		}
		switch err := r.carryOut(ctx, t, s, m.content); {
		case changedMeanwhile(err):
			again = earliest(again, m.at.Add(retryAfter))
		case err != nil:
			errs = append(errs, err)
		}
	}
	if !r.observe {
		stored, err := r.keepCopies(ctx, m)
		if errs = append(errs, err); stored {
			again = earliest(again, m.at.Add(retryAfter)) // pods that do not load it are unpinned now
		}
	}
	r.reporter.report(ctx, r.last, m)
	r.last = m
	if err := errors.Join(errs...); err != nil {
		return reconcile.Result{}, err
	}
	if again.IsZero() {
		return reconcile.Result{}, nil
	}
	return reconcile.Result{RequeueAfter: max(again.Sub(m.at), time.Millisecond)}, nil
}

// look makes a plan of what there is. It returns when to look again at pods; zero is that the
// plan says so. There is no moment while the snapshot is behind.
func (r *reconciler) look(ctx context.Context, snapshot *cluster.Snapshot) (*moment, time.Time, error) {
	var again time.Time
	found := workloadsOf(snapshot)
	for i, t := range r.targets() {
		t.meet(found[i], r.now())
		if t.stale(found[i]) {
			return nil, again, nil // the watch event of our own last patch is on its way
		}
	}
	c := r.read(snapshot, found)
	m := &moment{at: r.now(), content: c}
	// Lists grow old together: else one is always due while the other is still good.
	if slices.ContainsFunc(r.targets(), func(t *target) bool { return !t.pods.listed.IsZero() && !m.at.Before(t.pods.listed.Add(podsMaxAge)) }) {
		r.coreDNS.pods, r.nodeLocalDNS.pods = podList{}, podList{}
	}
	resting := true
	for i, t := range r.targets() {
		s := stage{kind: t.kind, name: t.name, workload: found[i], goal: c.goal(t.name, found[i]), since: t.since, ran: t.ran}
		if s.state = t.state(s.workload, s.goal); s.state != nil {
			s.stampedAt = s.state.StampedAt
			if s.state.Has(s.goal) {
				t.ran = c
			}
		}
		resting = resting && s.state.Complete(s.goal)
		m.stages[i] = s
	}
	for i, t := range r.targets() {
		s := &m.stages[i]
		// Its pods do not matter while all is well and it is not its turn, unless they are pinned:
		// then one may have been created while no webhook answered. The plan asks for them before
		// it stamps.
		first := m.coreDNS()
		if s.state == nil || !r.policy.Pinned && (resting || s.state.Settled && (s.state.Complete(s.goal) || s != first && !s.state.Has(s.goal) && !first.state.Complete(first.goal))) {
			continue
		}
		until, err := r.lookAtPods(ctx, t, s.workload, s.state)
		if err != nil {
			return nil, again, err
		}
		again = earliest(again, until)
		if err := r.markUnpinned(ctx, s.state); err != nil {
			return nil, again, err
		}
	}
	goals := plan.Goals{CoreDNS: m.coreDNS().goal, NodeLocalDNS: m.nodeLocalDNS().goal}
	m.coreDNS().verdict, m.nodeLocalDNS().verdict = plan.Make(m.at, goals, m.coreDNS().state, m.nodeLocalDNS().state, r.policy)
	return m, again, nil
}

// carryOut takes the next step with a workload. What is kept on it is written before the
// stamp: whoever leads next then knows more than it needs, not less.
func (r *reconciler) carryOut(ctx context.Context, t *target, s *stage, c *content) error {
	v := s.verdict
	if v.Step == plan.Nothing {
		return nil
	}
	if v.Step == plan.StartCanary || v.Step == plan.SetStamp {
		if err := r.storeCopies(ctx, s.workload, s.goal.Hash, c); err != nil {
			return err
		}
	}
	if !maps.Equal(annotationsOf(v.Record), annotationsOf(s.state.Record)) {
		after, err := s.workload.keep(ctx, r.client, v.Record)
		if err != nil {
			return fmt.Errorf("keep the state of %s %s/%s: %w", t.kind, extraconfig.Namespace, t.name, err)
		}
		t.written.generation, t.written.version = after.generation, after.version
	}
	if v.Step == plan.SetStamp || v.Step == plan.GoBack {
		after, err := s.workload.stamp(ctx, r.client, v.Stamp)
		if err != nil {
			return fmt.Errorf("stamp %s %s/%s: %w", t.kind, extraconfig.Namespace, t.name, err)
		}
		// What the last patch set is no longer there, though the content is the same.
		if s.reimposed = t.written.stamped && t.written.stamp == v.Stamp; s.reimposed {
			t.reimposed++
		} else {
			t.reimposed = 0
		}
		t.written = written{true, v.Stamp, r.now(), after.generation, after.version}
	}
	if v.Pod.Name != "" {
		switch err := deletePod(ctx, r.client, v.Pod); {
		case apierrors.IsForbidden(err):
			t.mayNotDelete, s.refused = s.goal.Hash, true
		case err != nil:
			return fmt.Errorf("delete pod %s/%s: %w", extraconfig.Namespace, v.Pod.Name, err)
		}
		t.pods = podList{}
	}
	s.did = v.Step
	return nil
}

// targets returns the two in the order in which they are rolled out.
func (r *reconciler) targets() []*target { return []*target{r.coreDNS, r.nodeLocalDNS} }

// earliest returns the earlier of two times of which zero is never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
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
