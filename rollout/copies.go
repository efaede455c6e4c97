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

// copiesKept is how many copies are kept though nothing names them: as many as may be stored
// before a rollout begins. That is dns-extra-configs by the stamps of both workloads, and the
// ConfigMap of each.
const copiesKept = 4

// storeCopies stores what a workload loads as the copies for a stamp, once. A leader that dies
// afterwards has left some that the next one finds.
func (r *reconciler) storeCopies(ctx context.Context, w workload, stamp string, c *content) error {
	if !r.policy.Pinned {
		return nil
	}
	for _, configMap := range c.pinnable(w) {
		name := extraconfig.CopyName(configMap, stamp)
		if name == "" || r.stored[name] {
			continue
		}
		if err := r.storeCopy(ctx, configMap, name, c.of(configMap)); err != nil {
			return fmt.Errorf("store ConfigMap %s/%s: %w", extraconfig.Namespace, name, err)
		}
		r.stored[name] = true
	}
	return nil
}

func (r *reconciler) storeCopy(ctx context.Context, configMap, name string, value extraconfig.ConfigMap) error {
	immutable := true
	err := r.client.Create(ctx, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: extraconfig.Namespace, Name: name, Labels: map[string]string{extraconfig.CopyLabel: configMap}},
		Immutable:  &immutable, Data: value.Data, BinaryData: value.BinaryData,
	})
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	// Comments may differ, as they make no other stamp.
	var there corev1.ConfigMap
	if err := r.api.Get(ctx, client.ObjectKey{Namespace: extraconfig.Namespace, Name: name}, &there); err != nil {
		return err
	}
	if hashes := r.hashes(extraconfig.ConfigMap{Data: there.Data, BinaryData: there.BinaryData}); !slices.Contains(hashes, r.hashes(value)[0]) {
		return fmt.Errorf("it is there and holds something else; delete it")
	}
	return nil
}

// pinnable returns the names of the ConfigMaps that the stamp of a workload stands for. One that
// is not there counts: it may come to be before it is staged.
func (c *content) pinnable(w workload) []string {
	loads := w.loads().Volumes().ConfigMaps()
	return slices.DeleteFunc(extraconfig.Bundles(), func(name string) bool {
		_, unknown := c.cluster.Unknown[name]
		return name != extraconfig.Name && (unknown || !slices.Contains(loads, name))
	})
}

// of returns what c has of a ConfigMap.
func (c *content) of(configMap string) extraconfig.ConfigMap {
	switch {
	case configMap != extraconfig.Name:
		return c.cluster.ConfigMaps[configMap]
	case c.object == nil:
		return extraconfig.ConfigMap{}
	}
	return extraconfig.ConfigMap{Data: c.object.Data, BinaryData: c.object.BinaryData}
}

// collectCopies deletes the copies that nothing names any more, but for the newest.
func (r *reconciler) collectCopies(ctx context.Context, m *moment) error {
	var copies corev1.ConfigMapList
	if err := r.api.List(ctx, &copies, client.InNamespace(extraconfig.Namespace), client.HasLabels{extraconfig.CopyLabel}); err != nil {
		return fmt.Errorf("list the copies of ConfigMaps: %w", err)
	}
	named, err := r.namedCopies(ctx, m)
	if err != nil {
		return err
	}
	slices.SortFunc(copies.Items, func(a, b corev1.ConfigMap) int { return b.CreationTimestamp.Compare(a.CreationTimestamp.Time) })
	for i := range copies.Items {
		object := &copies.Items[i]
		if i < copiesKept || named[object.Name] || extraconfig.CopyOf(object.Name) == "" {
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

// namedCopies returns the names of the copies that pods mount, or that the stamps of pods, of the
// workloads and of their former templates name.
func (r *reconciler) namedCopies(ctx context.Context, m *moment) (map[string]bool, error) {
	named := map[string]bool{}
	add := func(stamps ...string) {
		for _, stamp := range stamps {
			for _, configMap := range extraconfig.Bundles() {
				named[extraconfig.CopyName(configMap, stamp)] = true
			}
		}
	}
	for i := range m.stages {
		s := &m.stages[i]
		if s.state == nil {
			continue
		}
		record := s.state.Record
		add(s.goal.Hash, s.state.Stamp, record.Completed, record.Braked, record.Canary.Hash)
		former, err := s.workload.formerStamps(ctx, r.api)
		if err != nil {
			return nil, fmt.Errorf("list the former templates of %s: %w", s, err)
		}
		add(former...)
		pods, _, err := listPods(ctx, r.api, s.workload.selector(), m.at)
		if err != nil {
			return nil, fmt.Errorf("list the pods of %s: %w", s, err)
		}
		for _, pod := range pods {
			add(pod.Stamp)
			for _, name := range pod.Mounts {
				named[name] = true
			}
		}
	}
	return named, nil
}

// keepCopies stores what the workloads run already, and collects what they no longer do. It
// reports whether it has stored anything.
func (r *reconciler) keepCopies(ctx context.Context, m *moment) (stored bool, err error) {
	if !r.policy.Pinned {
		return false, nil
	}
	before, concluded := len(r.stored), false
	for i := range m.stages {
		s := &m.stages[i]
		concluded = concluded || s.did == plan.Conclude
		if s.state == nil || !s.state.Has(s.goal) || !m.valid() {
			continue
		}
		if err := r.storeCopies(ctx, s.workload, s.state.Runs(), m.content); err != nil {
			return false, err
		}
	}
	stored = len(r.stored) > before
	if concluded && m.complete() {
		return stored, r.collectCopies(ctx, m)
	}
	return stored, nil
}
