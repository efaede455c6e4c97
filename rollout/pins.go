package rollout

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
)

// CopyFor returns which copy of the ConfigMap a new pod of a DNS workload should load: that of
// its own stamp or, on the node that tries other content, of that. It is "" where there is none,
// and the pod loads the ConfigMap itself. It asks the API server: what a new pod needs to know
// was written a moment before.
func CopyFor(ctx context.Context, api client.Reader, pod *corev1.Pod) (string, error) {
	stamp := pod.Annotations[extraconfig.HashAnnotation]
	if owner := metav1.GetControllerOf(pod); owner != nil && owner.Kind == "DaemonSet" && owner.Name == daemonSetName {
		var d daemonSet
		if err := api.Get(ctx, client.ObjectKey{Namespace: extraconfig.Namespace, Name: daemonSetName}, &d.DaemonSet); err != nil {
			return "", fmt.Errorf("read DaemonSet %s: %w", daemonSetName, err)
		}
		if canary := recordOf(&d).Canary; canary.Hash != "" && !canary.Back && canary.Node == nodeOf(pod) {
			stamp = canary.Hash
		}
	}
	name := extraconfig.CopyName(stamp)
	if name == "" {
		return "", nil
	}
	there := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}}
	err := api.Get(ctx, client.ObjectKey{Namespace: extraconfig.Namespace, Name: name}, there)
	if client.IgnoreNotFound(err) != nil {
		return "", fmt.Errorf("read ConfigMap %s: %w", name, err)
	}
	if err != nil {
		return "", nil
	}
	return name, nil
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
