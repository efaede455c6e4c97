package rollout

import (
	"context"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/cluster"
	"corewarden/extraconfig"
	loading "corewarden/extraconfig/workload"
	"corewarden/rollout/plan"
)

// A workload runs the pods of one DNS server. The zero value is there to be read into.
type workload interface {
	// object is the API object itself.
	object() client.Object
	template() *corev1.PodTemplateSpec
	selector() *metav1.LabelSelector
	// loads tells what its pods start on.
	loads() loading.Workload
	// size is how many pods there should be.
	size() int32
	// settled reports whether the status is that of the newest template, and by it all
	// pods are updated and available, and no old one is left.
	settled() bool
	// standstill says why a new pod template does not replace the pods on its own. It
	// is empty where it does.
	standstill() string
	// stamp sets the stamp on the pod template with a server-side apply; "" takes it away.
	// The UID goes with it as a precondition: without it, the apply would create a workload
	// that was deleted meanwhile.
	stamp(ctx context.Context, c client.Client, hash string) (revision, error)
	// keep writes a record in the annotations of the object itself. It goes by the
	// subresource status: a Deployment takes any other change of its annotations for one of
	// its spec, and tells everybody who waits for a rollout that there is a new one.
	keep(ctx context.Context, c client.Client, r plan.Record) (revision, error)
}

// A revision is what an object is after a write.
type revision struct {
	generation int64
	version    string
}

var _, _ workload = (*deployment)(nil), (*daemonSet)(nil)

type deployment struct{ appsv1.Deployment }

func (d *deployment) object() client.Object             { return &d.Deployment }
func (d *deployment) template() *corev1.PodTemplateSpec { return &d.Spec.Template }
func (d *deployment) selector() *metav1.LabelSelector   { return d.Spec.Selector }

func (d *deployment) loads() loading.Workload { return cluster.OfDeployment(&d.Deployment) }

func (d *deployment) size() int32 {
	if d.Spec.Replicas == nil {
		return 1
	}
	return *d.Spec.Replicas
}

func (d *deployment) settled() bool {
	s, replicas := d.Status, d.size()
	return s.ObservedGeneration >= d.Generation && s.UpdatedReplicas == replicas && s.Replicas == replicas && s.AvailableReplicas == replicas
}

func (d *deployment) standstill() string {
	if d.Spec.Paused {
		return "it is paused, so its pods are replaced when it is resumed"
	}
	return ""
}

func (d *deployment) stamp(ctx context.Context, c client.Client, hash string) (revision, error) {
	ac := appsv1ac.Deployment(d.Name, d.Namespace).WithUID(d.UID).
		WithSpec(appsv1ac.DeploymentSpec().WithTemplate(stamped(hash)))
	err := c.Apply(ctx, ac, client.FieldOwner(FieldManager), client.ForceOwnership)
	return revisionOf(ac.ObjectMetaApplyConfiguration, err)
}

func (d *deployment) keep(ctx context.Context, c client.Client, r plan.Record) (revision, error) {
	ac := appsv1ac.Deployment(d.Name, d.Namespace).WithUID(d.UID).WithAnnotations(annotationsOf(r))
	err := c.Status().Apply(ctx, ac, client.FieldOwner(FieldManager), client.ForceOwnership)
	return revisionOf(ac.ObjectMetaApplyConfiguration, err)
}

type daemonSet struct{ appsv1.DaemonSet }

func (d *daemonSet) object() client.Object             { return &d.DaemonSet }
func (d *daemonSet) template() *corev1.PodTemplateSpec { return &d.Spec.Template }
func (d *daemonSet) selector() *metav1.LabelSelector   { return d.Spec.Selector }

func (d *daemonSet) loads() loading.Workload { return cluster.OfDaemonSet(&d.DaemonSet) }

func (d *daemonSet) size() int32 { return d.Status.DesiredNumberScheduled }

func (d *daemonSet) settled() bool {
	s := d.Status
	return s.ObservedGeneration >= d.Generation && s.UpdatedNumberScheduled == s.DesiredNumberScheduled && s.NumberAvailable == s.DesiredNumberScheduled
}

func (d *daemonSet) standstill() string {
	if d.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType {
		return "its update strategy is OnDelete, so each pod is replaced when it is deleted"
	}
	return ""
}

func (d *daemonSet) stamp(ctx context.Context, c client.Client, hash string) (revision, error) {
	ac := appsv1ac.DaemonSet(d.Name, d.Namespace).WithUID(d.UID).
		WithSpec(appsv1ac.DaemonSetSpec().WithTemplate(stamped(hash)))
	err := c.Apply(ctx, ac, client.FieldOwner(FieldManager), client.ForceOwnership)
	return revisionOf(ac.ObjectMetaApplyConfiguration, err)
}

func (d *daemonSet) keep(ctx context.Context, c client.Client, r plan.Record) (revision, error) {
	ac := appsv1ac.DaemonSet(d.Name, d.Namespace).WithUID(d.UID).WithAnnotations(annotationsOf(r))
	err := c.Status().Apply(ctx, ac, client.FieldOwner(FieldManager), client.ForceOwnership)
	return revisionOf(ac.ObjectMetaApplyConfiguration, err)
}

// stamped is the pod template with the stamp and nothing else: all else stays whose it is.
func stamped(hash string) *corev1ac.PodTemplateSpecApplyConfiguration {
	if hash == "" {
		return corev1ac.PodTemplateSpec()
	}
	return corev1ac.PodTemplateSpec().WithAnnotations(map[string]string{extraconfig.HashAnnotation: hash})
}

// revisionOf returns what an apply without an error has made of an object.
func revisionOf(object *metav1ac.ObjectMetaApplyConfiguration, err error) (revision, error) {
	if err != nil {
		return revision{}, err
	}
	return revision{*object.Generation, *object.ResourceVersion}, nil
}

// stampOf returns the stamp of w, or "".
func stampOf(w workload) string { return w.template().Annotations[extraconfig.HashAnnotation] }

// stampedAt returns when we last changed the stamp of w, by the clock of the API server:
// it keeps the time in the managed fields. It is zero where we never did.
func stampedAt(w workload) time.Time {
	for _, entry := range w.object().GetManagedFields() {
		if entry.Manager == FieldManager && entry.Subresource == "" && entry.Time != nil {
			return entry.Time.Time
		}
	}
	return time.Time{}
}

// onlyOurTime is how the cache keeps an object: of the managed fields, nothing is left
// but when we changed ours.
func onlyOurTime(in any) (any, error) {
	object, ok := in.(client.Object)
	if !ok {
		return in, nil
	}
	var ours []metav1.ManagedFieldsEntry
	for _, entry := range object.GetManagedFields() {
		if entry.Manager == FieldManager && entry.Subresource == "" {
			ours = append(ours, metav1.ManagedFieldsEntry{Manager: FieldManager, Operation: entry.Operation, Time: entry.Time})
		}
	}
	object.SetManagedFields(ours)
	return object, nil
}
