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
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"corewarden/cluster"
	"corewarden/rollout/plan"
)

// FieldManager owns the stamps in the workloads' managedFields, and nothing else.
const FieldManager = "corewarden"

// Retries of a failed reconcile start at minBackoff and double up to maxBackoff. The
// usual maximum of 1000 s would leave DNS on old content for a quarter of an hour after
// the API server is back.
const (
	minBackoff = 10 * time.Millisecond
	maxBackoff = 10 * time.Second
)

// Options configure the controller.
type Options struct {
	// Snapshot returns what is known of the cluster. Until it is complete nothing is stamped, or
	// a stamp would change when the rest comes to be known.
	Snapshot func() *cluster.Snapshot
	// OnChange has a function called after each change of it.
	OnChange func(func())
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

// SetupWithManager adds the controller to mgr. It runs on the leader only, and reads nothing
// from the cache of mgr.
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

	changes := source.TypedFunc[key](func(_ context.Context, queue workqueue.TypedRateLimitingInterface[key]) error {
		o.OnChange(func() { queue.Add(key{}) })
		queue.Add(key{}) // what has changed before
		return nil
	})
	return builder.TypedControllerManagedBy[key](mgr).
		Named("rollout").
		WatchesRawSource(changes).
		WithOptions(controller.TypedOptions[key]{
			RateLimiter: workqueue.NewTypedItemExponentialFailureRateLimiter[key](minBackoff, maxBackoff),
		}).
		Complete(r)
}
