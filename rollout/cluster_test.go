package rollout

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"corewarden/cluster"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// The clock of these tests starts at noon.
var noon = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)

var policy = plan.Policy{Soak: 30 * time.Second, Deadline: 5 * time.Minute, Interval: 5 * time.Second, BrakePods: 3, BrakeShare: 0.25, Retry: 10 * time.Minute, Canary: true}

// A fakeCluster is a fake API server with a controller beside it, and Kubernetes' controllers
// and kubelets in fakePods.
type fakeCluster struct {
	t *testing.T
	// api is the API server itself. The controller's own client goes through apply
	// and list below.
	api      client.WithWatch
	registry *prometheus.Registry
	clock    time.Time
	policy   plan.Policy
	// observe has the controller change nothing.
	observe bool
	// known is what the watcher would know.
	known *extraconfig.Cluster
	// incomplete says that it does not know all yet.
	incomplete bool

	controller *reconciler
	events     *recorder
	log        bytes.Buffer
	// patches are the controller's, as sent, since wantPatches last looked.
	patches []patch
	// records is how often the controller has kept something on a workload.
	records int
	// lists is how often the controller has listed pods.
	lists int
	// stale holds what the watcher shows in place of what is stored.
	stale map[string]client.Object
	// refuse is what the API server answers to patches, refuseStamps to those of the stamp,
	// refuseDeletes to deletions.
	refuse, refuseStamps, refuseDeletes error
	// stampedAt is when a workload was last patched, or the ConfigMap written, by name.
	stampedAt map[string]time.Time
	pods      fakePods
}

type patch struct {
	body  string
	owner string
	force bool
}

func newFakeCluster(t *testing.T, objects ...client.Object) *fakeCluster {
	// The fake client goes through all types that it knows at each write.
	types := runtime.NewScheme()
	if err := errors.Join(appsv1.AddToScheme(types), corev1.AddToScheme(types)); err != nil {
		t.Fatal(err)
	}
	c := &fakeCluster{
		t:         t,
		api:       fake.NewClientBuilder().WithScheme(types).Build(),
		clock:     noon,
		policy:    policy,
		known:     &extraconfig.Cluster{Servers: servers(t)},
		stale:     map[string]client.Object{},
		stampedAt: map[string]time.Time{},
	}
	for _, object := range objects {
		// A copy: the fake client writes to the object, and subtests may share it.
		c.create(object.DeepCopyObject().(client.Object))
	}
	c.clock = noon.Add(-time.Hour)
	for range 3 {
		c.pods.step(c)
	}
	c.clock, c.pods.both = noon, false
	c.startController()
	return c
}

// startController replaces the controller by one that remembers nothing.
func (c *fakeCluster) startController() {
	c.registry, c.events = prometheus.NewRegistry(), &recorder{}
	now := func() time.Time { return c.clock }
	m, err := newMeasures(c.registry, now)
	if err != nil {
		c.t.Fatal(err)
	}
	api := interceptor.NewClient(c.api, interceptor.Funcs{List: c.list, Apply: c.apply, SubResourceApply: c.applyStatus, Create: c.createFor, Delete: c.deleteFor})
	c.controller = newReconciler(api, api, c.events, m, Options{
		Snapshot: c.snapshot, Policy: c.policy, Observe: c.observe, Now: now,
	})
}

func servers(t *testing.T) []extraconfig.Server {
	coreDNS, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	nodeCache, err := release.NodeCache("1.26.7")
	if err != nil {
		t.Fatal(err)
	}
	return []extraconfig.Server{
		{Workload: "coredns", Release: coreDNS},
		{Workload: "node-local-dns", Release: nodeCache},
	}
}

func (c *fakeCluster) reconcile() (reconcile.Result, error) {
	ctx := logr.NewContextWithSlogLogger(c.t.Context(), slog.New(slog.NewTextHandler(&c.log, nil)))
	return c.controller.Reconcile(ctx, key{})
}

// settle reconciles and fails the test on an error.
func (c *fakeCluster) settle() reconcile.Result {
	c.t.Helper()
	result, err := c.reconcile()
	if err != nil {
		c.t.Fatalf("reconcile: %v", err)
	}
	return result
}

// run lets time pass. Each second, Kubernetes does its part and the controller its own; time
// in which neither has anything to do is skipped.
func (c *fakeCluster) run(d time.Duration) {
	c.t.Helper()
	for end := c.clock.Add(d); c.clock.Before(end); {
		again := c.settle().RequeueAfter
		switch {
		case c.pods.step(c):
			again = time.Second
		case again == 0:
			again = end.Sub(c.clock)
		}
		c.clock = earliest(end, c.clock.Add(again))
	}
}

// finish is enough for a rollout of both workloads.
func (c *fakeCluster) finish() {
	c.t.Helper()
	c.run(3 * time.Minute)
}

// snapshot is what the watcher would know.
func (c *fakeCluster) snapshot() *cluster.Snapshot {
	return &cluster.Snapshot{
		Cluster:    c.known,
		Deployment: seen(c, "coredns", &appsv1.Deployment{}),
		DaemonSet:  seen(c, "node-local-dns", &appsv1.DaemonSet{}),
		ConfigMap:  seen(c, "dns-extra-configs", &corev1.ConfigMap{}),
		Complete:   !c.incomplete,
	}
}

// seen returns what the watcher sees of an object, nil where there is none.
func seen[P client.Object](c *fakeCluster, name string, object P) P {
	c.t.Helper()
	var none P
	if _, unknown := c.known.Unknown[name]; unknown {
		return none
	}
	if stale, ok := c.stale[name]; ok {
		return stale.(P)
	}
	err := c.api.Get(c.t.Context(), client.ObjectKey{Namespace: "kube-system", Name: name}, object)
	if apierrors.IsNotFound(err) {
		return none
	}
	if err != nil {
		c.t.Fatal(err)
	}
	if at, ok := c.stampedAt[name]; ok {
		object.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "corewarden", Time: &metav1.Time{Time: at}}})
	}
	return object
}

func (c *fakeCluster) list(ctx context.Context, api client.WithWatch, list client.ObjectList, opts ...client.ListOption) error {
	c.lists++
	return api.List(ctx, list, opts...)
}

// createFor creates what the controller wants to be created, with what the fake API server does
// not give it.
func (c *fakeCluster) createFor(ctx context.Context, api client.WithWatch, object client.Object, opts ...client.CreateOption) error {
	object.SetUID(types.UID(object.GetName()))
	object.SetCreationTimestamp(metav1.Time{Time: c.clock})
	return api.Create(ctx, object, opts...)
}

// deleteFor deletes what the controller wants to be deleted, which it names by its UID.
func (c *fakeCluster) deleteFor(ctx context.Context, api client.WithWatch, object client.Object, opts ...client.DeleteOption) error {
	var o client.DeleteOptions
	o.ApplyOptions(opts)
	if o.Preconditions == nil || o.Preconditions.UID == nil || *o.Preconditions.UID == "" {
		c.t.Errorf("%s is deleted whatever its UID", object.GetName())
	}
	if c.refuseDeletes != nil {
		return c.refuseDeletes
	}
	return api.Delete(ctx, object, opts...)
}

// apply is the API server's patch handler. It keeps count of generations, which the fake
// client does not.
func (c *fakeCluster) apply(ctx context.Context, api client.WithWatch, ac runtime.ApplyConfiguration, opts ...client.ApplyOption) error {
	if err := cmp.Or(c.refuse, c.refuseStamps); err != nil {
		return err
	}
	body, err := json.Marshal(ac)
	if err != nil {
		return err
	}
	var o client.ApplyOptions
	o.ApplyOptions(opts)
	c.patches = append(c.patches, patch{string(body), o.FieldManager, o.Force != nil && *o.Force})
	if err := api.Apply(ctx, ac, opts...); err != nil {
		return err
	}
	object, meta := applied(ac)
	generation, version := c.bump(object, *meta.Name)
	meta.WithGeneration(generation).WithResourceVersion(version)
	return nil
}

// applyStatus is the API server's patch handler of the subresource status. The fake client's
// keeps no annotations that come that way, and no field managers by subresource.
func (c *fakeCluster) applyStatus(ctx context.Context, api client.Client, subresource string, ac runtime.ApplyConfiguration, _ ...client.SubResourceApplyOption) error {
	if c.refuse != nil {
		return c.refuse
	}
	c.records++
	if err := api.Apply(ctx, ac, client.FieldOwner("corewarden by "+subresource), client.ForceOwnership); err != nil {
		return err
	}
	object, meta := applied(ac)
	c.mend(object, *meta.Name)
	meta.WithResourceVersion(object.GetResourceVersion())
	return nil
}

// applied returns an empty object of the kind that was applied, and its metadata.
func applied(ac runtime.ApplyConfiguration) (client.Object, *metav1ac.ObjectMetaApplyConfiguration) {
	if d, ok := ac.(*appsv1ac.DeploymentApplyConfiguration); ok {
		return &appsv1.Deployment{}, d.ObjectMetaApplyConfiguration
	}
	return &appsv1.DaemonSet{}, ac.(*appsv1ac.DaemonSetApplyConfiguration).ObjectMetaApplyConfiguration
}

// bump increments the generation of a workload, as every write to its spec does.
func (c *fakeCluster) bump(object client.Object, name string) (int64, string) {
	c.mend(object, name)
	object.SetGeneration(object.GetGeneration() + 1)
	c.update(object)
	c.stampedAt[name] = c.clock
	return object.GetGeneration(), object.GetResourceVersion()
}

// mend loads a workload that was applied, and gives it its selector back: the fake client takes
// the type's null for what was applied.
func (c *fakeCluster) mend(object client.Object, name string) {
	c.load(object, name)
	switch object := object.(type) {
	case *appsv1.Deployment:
		object.Spec.Selector = selecting(name)
	case *appsv1.DaemonSet:
		object.Spec.Selector = selecting(name)
	}
	c.update(object)
}

func (c *fakeCluster) load(object client.Object, name string) {
	c.t.Helper()
	if err := c.api.Get(c.t.Context(), types.NamespacedName{Namespace: "kube-system", Name: name}, object); err != nil {
		c.t.Fatal(err)
	}
}

func (c *fakeCluster) create(object client.Object) {
	c.t.Helper()
	if err := c.api.Create(c.t.Context(), object); err != nil {
		c.t.Fatal(err)
	}
}

func (c *fakeCluster) update(object client.Object) {
	c.t.Helper()
	if err := c.api.Update(c.t.Context(), object); err != nil {
		c.t.Fatal(err)
	}
}

func (c *fakeCluster) updateStatus(object client.Object) {
	c.t.Helper()
	if err := c.api.Status().Update(c.t.Context(), object); err != nil {
		c.t.Fatal(err)
	}
}

func (c *fakeCluster) delete(object client.Object) {
	c.t.Helper()
	if err := c.api.Delete(c.t.Context(), object); err != nil {
		c.t.Fatal(err)
	}
}

// unready is what the kubelet, or in its place the node's controller, says of a pod.
func (c *fakeCluster) unready(name string) {
	c.t.Helper()
	var pod corev1.Pod
	c.load(&pod, name)
	pod.Status = corev1.PodStatus{}
	c.updateStatus(&pod)
}

// write stores corefile as the ConfigMap's content.
func (c *fakeCluster) write(corefile string) {
	c.t.Helper()
	var cm corev1.ConfigMap
	c.load(&cm, "dns-extra-configs")
	cm.Data = map[string]string{"Corefile": corefile}
	c.update(&cm)
}

// overwrite is another writer who puts what it likes on coredns's pod template.
func (c *fakeCluster) overwrite(annotations map[string]string) {
	c.t.Helper()
	var d appsv1.Deployment
	c.load(&d, "coredns")
	d.Spec.Template.Annotations = annotations
	d.Generation++
	c.update(&d)
}

// stamps returns the stamp of each workload that there is, by name.
func (c *fakeCluster) stamps() map[string]string {
	c.t.Helper()
	stamps := map[string]string{}
	var deployments appsv1.DeploymentList
	var daemonSets appsv1.DaemonSetList
	for _, list := range []client.ObjectList{&deployments, &daemonSets} {
		if err := c.api.List(c.t.Context(), list); err != nil {
			c.t.Fatal(err)
		}
	}
	for _, d := range deployments.Items {
		stamps[d.Name] = d.Spec.Template.Annotations["corewarden.io/config-hash"]
	}
	for _, d := range daemonSets.Items {
		stamps[d.Name] = d.Spec.Template.Annotations["corewarden.io/config-hash"]
	}
	return stamps
}

// wantStamps checks the stamps of the two workloads.
func (c *fakeCluster) wantStamps(coreDNS, nodeLocalDNS string) {
	c.t.Helper()
	want := map[string]string{"coredns": coreDNS, "node-local-dns": nodeLocalDNS}
	if got := c.stamps(); !maps.Equal(got, want) {
		c.t.Errorf("stamps are %v, want %v", got, want)
	}
}

// wantPatches checks how many patches the controller has sent since its last call.
func (c *fakeCluster) wantPatches(want int) {
	c.t.Helper()
	if got := len(c.patches); got != want {
		c.t.Errorf("controller sent %d patches, want %d: %v", got, want, c.patches)
	}
	c.patches = nil
}

// wantEvents checks the events since its last call, in order.
func (c *fakeCluster) wantEvents(want ...string) {
	c.t.Helper()
	if got := c.events.events; !slices.Equal(got, want) {
		c.t.Errorf("events are\n%q\nwant\n%q", got, want)
	}
	c.forgetEvents()
}

func (c *fakeCluster) forgetEvents() { c.events.events = nil }
