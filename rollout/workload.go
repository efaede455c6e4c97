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

// A workload runs the pods of one DNS server.
type workload interface {
	// object is the API object itself.
	object() client.Object
	template() *corev1.PodTemplateSpec
	selector() *metav1.LabelSelector
	// loads tells what its pods start on.
	loads() loading.Workload
	// status tells how many pods there should be, and how many there are.
	status() plan.State
	// standstill says why a new pod template does not replace the pods on its own. It
	// is empty where it does.
	standstill() string
	// takesDown says why a new pod template takes all pods down at once. It is empty where it
	// does not.
	takesDown() string
	// minReady is how long a pod has to be ready until the status counts it.
	minReady() time.Duration
	// stamp sets the stamp on the pod template with a server-side apply; "" takes it away.
	// The UID goes with it as a precondition: without it, the apply would create a workload
	// that was deleted meanwhile.
	stamp(ctx context.Context, c client.Client, hash string) (revision, error)
	// keep writes a record in the annotations of the object itself. It goes by the
	// subresource status: a Deployment takes any other change of its annotations for one of
	// its spec, and tells everybody who waits for a rollout that there is a new one.
	keep(ctx context.Context, c client.Client, r plan.Record) (revision, error)
	// formerStamps returns the stamps of the pod templates that are kept of it.
	formerStamps(ctx context.Context, api client.Reader) ([]string, error)
}

// workloadsOf returns the workloads in the order in which they are rolled out, nil for one that
// is not there or is going.
func workloadsOf(s *cluster.Snapshot) (found [2]workload) {
	if d := s.Deployment; d != nil && d.DeletionTimestamp == nil {
		found[0] = &deployment{d}
	}
	if d := s.DaemonSet; d != nil && d.DeletionTimestamp == nil {
		found[1] = &daemonSet{d}
	}
	return found
}

// A revision is what an object is after a write.
type revision struct {
	generation int64
	version    string
}

var _, _ workload = (*deployment)(nil), (*daemonSet)(nil)

type deployment struct{ *appsv1.Deployment }

func (d *deployment) object() client.Object             { return d.Deployment }
func (d *deployment) template() *corev1.PodTemplateSpec { return &d.Spec.Template }
func (d *deployment) selector() *metav1.LabelSelector   { return d.Spec.Selector }

func (d *deployment) loads() loading.Workload { return cluster.OfDeployment(d.Deployment) }

func (d *deployment) status() plan.State {
	s, replicas := d.Status, int32(1)
	if d.Spec.Replicas != nil {
		replicas = *d.Spec.Replicas
	}
	state := plan.State{
		Size: replicas, Observed: s.ObservedGeneration >= d.Generation,
		Updated: s.UpdatedReplicas, Available: s.AvailableReplicas, Existing: s.Replicas,
	}
	state.Settled = state.Observed && state.Updated == replicas && state.Existing == replicas && state.Available == replicas
	return state
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

type daemonSet struct{ *appsv1.DaemonSet }

func (d *daemonSet) object() client.Object             { return d.DaemonSet }
func (d *daemonSet) template() *corev1.PodTemplateSpec { return &d.Spec.Template }
func (d *daemonSet) selector() *metav1.LabelSelector   { return d.Spec.Selector }

func (d *daemonSet) loads() loading.Workload { return cluster.OfDaemonSet(d.DaemonSet) }

func (d *daemonSet) status() plan.State {
	s := d.Status
	state := plan.State{
		PerNode: true, Size: s.DesiredNumberScheduled, Observed: s.ObservedGeneration >= d.Generation,
		Updated: s.UpdatedNumberScheduled, Available: s.NumberAvailable, Existing: s.CurrentNumberScheduled,
	}
	state.Settled = state.Observed && state.Updated == state.Size && state.Available == state.Size
	return state
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
