package rollout

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// copiesKept is how many copies are kept though no pod loads them: as many as a Deployment and a
// DaemonSet keep revisions of their templates, which name them by their stamps.
const copiesKept = 10

// storeCopy stores the content as the copy for a stamp, once. A leader that dies afterwards has
// left one that the next one finds.
func (r *reconciler) storeCopy(ctx context.Context, stamp string, c *content) error {
	name := extraconfig.CopyName(stamp)
	if !r.policy.Pinned || name == "" || r.stored[name] {
		return nil
	}
	immutable := true
	object := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: extraconfig.Namespace, Name: name, Labels: map[string]string{extraconfig.CopyLabel: extraconfig.Name}},
		Immutable:  &immutable,
	}
	if c.object != nil {
		object.Data, object.BinaryData = c.object.Data, c.object.BinaryData
	}
	err := r.client.Create(ctx, object)
	if apierrors.IsAlreadyExists(err) {
		err = r.checkCopy(ctx, name, c)
	}
	if err != nil {
		return fmt.Errorf("store ConfigMap %s/%s: %w", extraconfig.Namespace, name, err)
	}
	r.stored[name] = true
	return nil
}

// checkCopy says whether a copy that is there already holds the content, as everything but
// comments goes.
func (r *reconciler) checkCopy(ctx context.Context, name string, c *content) error {
	var there corev1.ConfigMap
	if err := r.api.Get(ctx, client.ObjectKey{Namespace: extraconfig.Namespace, Name: name}, &there); err != nil {
		return err
	}
	if hashes := r.hashes(extraconfig.ConfigMap{Data: there.Data, BinaryData: there.BinaryData}); !slices.Contains(hashes, c.hash) {
		return fmt.Errorf("it is there and holds something else; delete it")
	}
	return nil
}

// collectCopies deletes the copies that nothing names any more, but for the newest.
func (r *reconciler) collectCopies(ctx context.Context, m *moment) error {
	var copies corev1.ConfigMapList
	if err := r.api.List(ctx, &copies, client.InNamespace(extraconfig.Namespace), client.MatchingLabels{extraconfig.CopyLabel: extraconfig.Name}); err != nil {
		return fmt.Errorf("list the copies of ConfigMap %s: %w", extraconfig.Name, err)
	}
	named, err := r.namedCopies(ctx, m)
	if err != nil {
		return err
	}
	slices.SortFunc(copies.Items, func(a, b corev1.ConfigMap) int { return b.CreationTimestamp.Compare(a.CreationTimestamp.Time) })
	for i := range copies.Items {
		object := &copies.Items[i]
		if i < copiesKept || named[object.Name] || !extraconfig.IsCopy(object.Name) {
			continue
		}
		err := r.client.Delete(ctx, object, client.Preconditions{UID: &object.UID})
		if client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("delete ConfigMap %s/%s: %w", object.Namespace, object.Name, err)
		}
		delete(r.stored, object.Name)
		log.FromContext(ctx).Info("deleted a copy that nothing loads", "configMap", object.Name)
	}
	return nil
}

// namedCopies returns the names of the copies that pods mount, or that the workloads name.
func (r *reconciler) namedCopies(ctx context.Context, m *moment) (map[string]bool, error) {
	named := map[string]bool{}
	for i := range m.stages {
		s := &m.stages[i]
		if s.state == nil {
			continue
		}
		record := s.state.Record
		for _, stamp := range []string{s.goal.Hash, s.state.Stamp, record.Completed, record.Braked, record.Canary.Hash} {
			named[extraconfig.CopyName(stamp)] = true
		}
		pods, _, err := listPods(ctx, r.api, s.workload.selector(), m.at)
		if err != nil {
			return nil, fmt.Errorf("list the pods of %s: %w", s, err)
		}
		for _, pod := range pods {
			named[pod.Loads], named[extraconfig.CopyName(pod.Stamp)] = true, true
		}
	}
	return named, nil
}

// keepCopies stores what the workloads run already, and collects what they no longer do.
func (r *reconciler) keepCopies(ctx context.Context, m *moment) error {
	if !r.policy.Pinned {
		return nil
	}
	concluded := false
	for i := range m.stages {
		s := &m.stages[i]
		concluded = concluded || s.did == plan.Conclude
		if s.state == nil || !s.state.Has(s.goal) || !m.valid() {
			continue
		}
		if err := r.storeCopy(ctx, s.state.Runs(), m.content); err != nil {
			return err
		}
	}
	if concluded && m.complete() {
		return r.collectCopies(ctx, m)
	}
	return nil
}
