package rollout

import (
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/cluster"
	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// CopiesFor returns which copies a new pod of a DNS workload should load, by the names of the
// ConfigMaps that they stand for: those of its own stamp or, on the node that tries other
// content, of that. Where there is no copy, the pod loads the ConfigMap itself. It asks the API
// server: what a new pod needs to know was written a moment before.
func CopiesFor(ctx context.Context, api client.Reader, pod *corev1.Pod) (map[string]string, error) {
	stamp := pod.Annotations[extraconfig.HashAnnotation]
	if owner := metav1.GetControllerOf(pod); owner != nil && owner.Kind == "DaemonSet" && owner.Name == cluster.DaemonSet {
		var d appsv1.DaemonSet
		if err := api.Get(ctx, client.ObjectKey{Namespace: extraconfig.Namespace, Name: cluster.DaemonSet}, &d); err != nil {
			return nil, fmt.Errorf("read DaemonSet %s: %w", cluster.DaemonSet, err)
		}
		if canary := recordOf(&daemonSet{&d}).Canary; canary.Hash != "" && !canary.Back && canary.Node == nodeOf(pod) {
			stamp = canary.Hash
		}
	}
	return copiesOf(ctx, api, mounted(&pod.Spec), stamp)
}

// copiesOf returns the copies for a stamp that are there of the given ConfigMaps, by the names
// of those.
func copiesOf(ctx context.Context, api client.Reader, configMaps []string, stamp string) (map[string]string, error) {
	copies := map[string]string{}
	for _, configMap := range configMaps {
		name := extraconfig.CopyName(configMap, stamp)
		if name == "" || !slices.Contains(extraconfig.Bundles(), configMap) {
			continue
		}
		there := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}}
		err := api.Get(ctx, client.ObjectKey{Namespace: extraconfig.Namespace, Name: name}, there)
		if client.IgnoreNotFound(err) != nil {
			return nil, fmt.Errorf("read ConfigMap %s: %w", name, err)
		}
		if err == nil {
			copies[configMap] = name
		}
	}
	return copies, nil
}

// markUnpinned finds the pods that load a ConfigMap itself though the copy for their stamp is
// there: no webhook answered when they were created, or nothing was pinned then. Those that have
// another stamp than the template are replaced anyway.
func (r *reconciler) markUnpinned(ctx context.Context, s *plan.State) error {
	if !r.policy.Pinned || s.Stamp == "" {
		return nil
	}
	var suspects []*plan.Pod
	var configMaps []string
	for i := range s.Pods {
		pod := &s.Pods[i]
		shared := slices.DeleteFunc(slices.Clone(pod.Mounts), func(name string) bool { return extraconfig.CopyOf(name) != "" })
		if pod.Unpinned = false; pod.Stamp == s.Stamp && len(shared) > 0 {
			suspects, configMaps = append(suspects, pod), append(configMaps, shared...)
		}
	}
	slices.Sort(configMaps)
	copies, err := copiesOf(ctx, r.api, slices.Compact(configMaps), s.Stamp)
	if err != nil {
		return err
	}
	for _, pod := range suspects {
		pod.Unpinned = slices.ContainsFunc(pod.Mounts, func(name string) bool { return copies[name] != "" })
	}
	return nil
}

// mounted returns the names of the ConfigMaps that a pod has in its volumes.
func mounted(pod *corev1.PodSpec) []string {
	var names []string
	for _, volume := range pod.Volumes {
		if volume.ConfigMap != nil {
			names = append(names, volume.ConfigMap.Name)
		}
		if volume.Projected == nil {
			continue
		}
		for _, source := range volume.Projected.Sources {
			if source.ConfigMap != nil {
				names = append(names, source.ConfigMap.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// nodeOf returns the node of a pod, or that which a DaemonSet's new pod is for: it is not bound
// to it yet.
func nodeOf(pod *corev1.Pod) string {
	if pod.Spec.NodeName != "" {
		return pod.Spec.NodeName
	}
	if pod.Spec.Affinity == nil || pod.Spec.Affinity.NodeAffinity == nil || pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return ""
	}
	for _, term := range pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		for _, field := range term.MatchFields {
			if field.Key == metav1.ObjectNameField && field.Operator == corev1.NodeSelectorOpIn && len(field.Values) == 1 {
				return field.Values[0]
			}
		}
	}
	return ""
}
