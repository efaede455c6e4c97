package rollout

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
)

// A workload runs the pods of one DNS server. The zero value is there to be read into.
type workload interface {
	// object is the API object itself.
	object() client.Object
	template() *corev1.PodTemplateSpec
	// apply sets what template holds with one server-side apply, and returns the
	// object's generation after it. The UID goes with it as a precondition: without
	// it, the apply would create a workload that was deleted meanwhile.
	apply(ctx context.Context, c client.Client, template *corev1ac.PodTemplateSpecApplyConfiguration) (generation int64, err error)
	// standstill says why a new pod template does not replace the pods on its own. It
	// is empty where it does.
	standstill() string
}

var _, _ workload = (*deployment)(nil), (*daemonSet)(nil)

type deployment struct{ appsv1.Deployment }

func (d *deployment) object() client.Object             { return &d.Deployment }
func (d *deployment) template() *corev1.PodTemplateSpec { return &d.Spec.Template }

func (d *deployment) apply(ctx context.Context, c client.Client, template *corev1ac.PodTemplateSpecApplyConfiguration) (int64, error) {
	ac := appsv1ac.Deployment(d.Name, d.Namespace).
		WithUID(d.UID).
		WithSpec(appsv1ac.DeploymentSpec().WithTemplate(template))
	if err := c.Apply(ctx, ac, client.FieldOwner(FieldManager), client.ForceOwnership); err != nil {
		return 0, err
	}
	return *ac.Generation, nil
}

func (d *deployment) standstill() string {
	if d.Spec.Paused {
		return "it is paused, so its pods are replaced when it is resumed"
	}
	return ""
}

type daemonSet struct{ appsv1.DaemonSet }

func (d *daemonSet) object() client.Object             { return &d.DaemonSet }
func (d *daemonSet) template() *corev1.PodTemplateSpec { return &d.Spec.Template }

func (d *daemonSet) apply(ctx context.Context, c client.Client, template *corev1ac.PodTemplateSpecApplyConfiguration) (int64, error) {
	ac := appsv1ac.DaemonSet(d.Name, d.Namespace).
		WithUID(d.UID).
		WithSpec(appsv1ac.DaemonSetSpec().WithTemplate(template))
	if err := c.Apply(ctx, ac, client.FieldOwner(FieldManager), client.ForceOwnership); err != nil {
		return 0, err
	}
	return *ac.Generation, nil
}

func (d *daemonSet) standstill() string {
	if d.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType {
		return "its update strategy is OnDelete, so each pod is replaced when it is deleted"
	}
	return ""
}

// stampOf returns the hash that w was last rolled out for. A workload that was never
// stamped counts as rolled out for no content, so that installing Corewarden in a
// cluster without the ConfigMap restarts nothing.
func stampOf(w workload) string {
	if hash, ok := w.template().Annotations[extraconfig.HashAnnotation]; ok {
		return hash
	}
	return extraconfig.EmptyHash
}

// stamped is the pod template with the stamp and nothing else: all else stays whose it is.
func stamped(hash string) *corev1ac.PodTemplateSpecApplyConfiguration {
	return corev1ac.PodTemplateSpec().WithAnnotations(map[string]string{extraconfig.HashAnnotation: hash})
}
