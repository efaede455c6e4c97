// Package rollout rolls the DNS workloads out when the content of the ConfigMap
// dns-extra-configs changes.
//
// It advances the stamp: the annotation on a workload's pod template that holds the
// hash of the content. A new stamp makes a new pod template, so the Deployment and
// DaemonSet controllers replace the pods by the workload's own strategy. Content that
// the servers would not start on is reported and never stamped.
//
// The Deployment coredns goes first. The DaemonSet node-local-dns follows when the
// Deployment's new pods have all come up and stayed up, so that content that takes a
// server down takes down no more than the first pods of one layer. There, one node tries the
// content before the others. The package plan decides
// all of that from what the API server holds. The pods tell of themselves which stamp they
// have, the managed fields of a workload when it was stamped, and an annotation on it whether
// that rollout was completed. Each reconcile reads, plans, carries out, and reports in what
// the moment differs from the one before.
//
// The ServiceAccount needs get, list and watch on the ConfigMap and get, list, watch
// and patch on the two workloads and patch on their status, all by resourceNames in
// kube-system, list and delete on pods, and create and patch on events (events.k8s.io) there.
// Where pods are pinned, it needs get, list, create and delete on ConfigMaps, and list on
// replicasets and controllerrevisions, too.
package rollout

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// FieldManager owns the stamps in the workloads' managedFields, and nothing else.
const FieldManager = "corewarden"

const (
	deploymentName = "coredns"
	daemonSetName  = "node-local-dns"
)

// Retries of a failed reconcile start at minBackoff and double up to maxBackoff. The
// usual maximum of 1000 s would leave DNS on old content for a quarter of an hour after
// the API server is back.
const (
	minBackoff = 10 * time.Millisecond
	maxBackoff = 10 * time.Second
)

// Options configure the controller.
type Options struct {
	// Cluster returns what is known of the DNS servers that load the ConfigMap: content is
	// rolled out only if all of them would start on it.
	Cluster func() *extraconfig.Cluster
	// Synced reports whether Cluster has all that matters. Before that nothing is stamped, or
	// a stamp would change when the rest comes to be known.
	Synced func() bool
	// Changes has an event after each change of either.
	Changes <-chan event.GenericEvent
	// Policy says how careful rollouts are.
	Policy plan.Policy
	// Observe has it change nothing: events and metrics tell what it would do.
	Observe bool
	// Registerer takes the controller's metrics. The default is controller-runtime's
	// registry.
	Registerer prometheus.Registerer
	// Now tells the time. The default is time.Now.
	Now func() time.Time
}

// A key is the only thing in the queue: whatever changed, all is looked at again.
type key struct{}

// SetupWithManager adds the controller to mgr, whose cache should have been made with
// CacheOptions. The controller runs on the leader only.
func SetupWithManager(mgr manager.Manager, o Options) error {
	if o.Registerer == nil {
		o.Registerer = metrics.Registry
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	m, err := newMeasures(o.Registerer, o.Now)
	if err != nil {
		return err
	}
	r := newReconciler(mgr.GetClient(), mgr.GetAPIReader(), mgr.GetEventRecorder(FieldManager), m, o)

	toKey := handler.TypedEnqueueRequestsFromMapFunc(
		func(context.Context, client.Object) []key { return []key{{}} })
	return builder.TypedControllerManagedBy[key](mgr).
		Named("rollout").
		Watches(&corev1.ConfigMap{}, toKey).
		Watches(&appsv1.Deployment{}, toKey).
		Watches(&appsv1.DaemonSet{}, toKey).
		WatchesRawSource(source.TypedChannel(o.Changes, toKey)).
		WithOptions(controller.TypedOptions[key]{
			RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[key](minBackoff, maxBackoff),
		}).
		Complete(r)
}

// CacheOptions restrict the manager's cache to the three objects that the controller
// reads, so that its memory does not grow with the cluster and RBAC by resourceNames
// suffices. A read of any other kind fails instead of starting to watch all of it. Pods
// are not cached: they are listed while a rollout is under way.
func CacheOptions() cache.Options {
	only := func(name string) cache.ByObject {
		return cache.ByObject{
			Namespaces: map[string]cache.Config{extraconfig.Namespace: {}},
			Field:      fields.OneTermEqualSelector("metadata.name", name),
		}
	}
	return cache.Options{
		ReaderFailOnMissingInformer: true,
		DefaultTransform:            trimFields,
		ByObject: map[client.Object]cache.ByObject{
			&corev1.ConfigMap{}:  only(extraconfig.Name),
			&appsv1.Deployment{}: only(deploymentName),
			&appsv1.DaemonSet{}:  only(daemonSetName),
		},
	}
}
