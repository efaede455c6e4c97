package rollout

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	appsv1ac "k8s.io/client-go/applyconfigurations/apps/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"corewarden/corefile/release"
	"corewarden/extraconfig"
)

// A cluster is a fake API server with a controller beside it.
type cluster struct {
	t *testing.T
	// api is the API server itself. The controller's own client goes through apply
	// and get below.
	api      client.WithWatch
	registry *prometheus.Registry
	clock    time.Time

	controller *reconciler
	events     *recorder
	log        bytes.Buffer
	// patches are the controller's, as sent.
	patches []patch
	// stale holds what the controller's cache shows in place of what is stored.
	stale map[string]client.Object
	// refuse is what the API server answers to patches.
	refuse error
}

type patch struct {
	body  string
	owner string
	force bool
}

func newCluster(t *testing.T, objects ...client.Object) *cluster {
	c := &cluster{
		t:     t,
		api:   fake.NewClientBuilder().Build(),
		clock: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC),
		stale: map[string]client.Object{},
	}
	for _, object := range objects {
		// A copy: the fake client writes to the object, and subtests may share it.
		c.create(object.DeepCopyObject().(client.Object))
	}
	c.startController()
	return c
}

// startController puts a controller that remembers nothing in the place of the last.
func (c *cluster) startController() {
	c.registry, c.events = prometheus.NewRegistry(), &recorder{}
	m, err := newMeasures(c.registry)
	if err != nil {
		c.t.Fatal(err)
	}
	known := &extraconfig.Cluster{Servers: servers(c.t)}
	c.controller = newReconciler(
		interceptor.NewClient(c.api, interceptor.Funcs{Get: c.get, Apply: c.apply}),
		c.events, m, Options{
			Cluster: func() *extraconfig.Cluster { return known },
			Now:     func() time.Time { return c.clock },
		})
}

func servers(t *testing.T) []extraconfig.Server {
	coreDNS, err := release.CoreDNS(release.NewestCoreDNS)
	if err != nil {
		t.Fatal(err)
	}
	nodeCache, err := release.NodeCache(release.NewestNodeCache)
	if err != nil {
		t.Fatal(err)
	}
	return []extraconfig.Server{
		{Workload: "coredns", Release: coreDNS},
		{Workload: "node-local-dns", Release: nodeCache},
	}
}

func (c *cluster) reconcile() (reconcile.Result, error) {
	ctx := logr.NewContextWithSlogLogger(c.t.Context(), slog.New(slog.NewTextHandler(&c.log, nil)))
	return c.controller.Reconcile(ctx, key{})
}

// settle reconciles and fails the test on an error.
func (c *cluster) settle() reconcile.Result {
	c.t.Helper()
	result, err := c.reconcile()
	if err != nil {
		c.t.Fatalf("reconcile: %v", err)
	}
	return result
}

// get is the controller's cache.
func (c *cluster) get(ctx context.Context, api client.WithWatch, name client.ObjectKey, object client.Object, opts ...client.GetOption) error {
	switch stale := c.stale[name.Name].(type) {
	case *appsv1.Deployment:
		stale.DeepCopyInto(object.(*appsv1.Deployment))
		return nil
	case *appsv1.DaemonSet:
		stale.DeepCopyInto(object.(*appsv1.DaemonSet))
		return nil
	}
	return api.Get(ctx, name, object, opts...)
}

// apply is the API server's patch handler. It keeps count of generations, which the fake
// client does not.
func (c *cluster) apply(ctx context.Context, api client.WithWatch, ac runtime.ApplyConfiguration, opts ...client.ApplyOption) error {
	if c.refuse != nil {
		return c.refuse
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
	switch ac := ac.(type) {
	case *appsv1ac.DeploymentApplyConfiguration:
		ac.WithGeneration(c.bump(&appsv1.Deployment{}, *ac.Name))
	case *appsv1ac.DaemonSetApplyConfiguration:
		ac.WithGeneration(c.bump(&appsv1.DaemonSet{}, *ac.Name))
	}
	return nil
}

// bump increments the generation of a workload, as every write to its spec does.
func (c *cluster) bump(object client.Object, name string) int64 {
	c.load(object, name)
	object.SetGeneration(object.GetGeneration() + 1)
	if err := c.api.Update(c.t.Context(), object); err != nil {
		c.t.Fatal(err)
	}
	return object.GetGeneration()
}

func (c *cluster) load(object client.Object, name string) {
	c.t.Helper()
	if err := c.api.Get(c.t.Context(), types.NamespacedName{Namespace: "kube-system", Name: name}, object); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cluster) create(object client.Object) {
	c.t.Helper()
	if err := c.api.Create(c.t.Context(), object); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cluster) delete(object client.Object) {
	c.t.Helper()
	if err := c.api.Delete(c.t.Context(), object); err != nil {
		c.t.Fatal(err)
	}
}

// write stores corefile as the ConfigMap's content.
func (c *cluster) write(corefile string) {
	c.t.Helper()
	var cm corev1.ConfigMap
	c.load(&cm, "dns-extra-configs")
	cm.Data = map[string]string{"Corefile": corefile}
	if err := c.api.Update(c.t.Context(), &cm); err != nil {
		c.t.Fatal(err)
	}
}

// overwrite is another writer who puts what it likes on coredns's pod template.
func (c *cluster) overwrite(annotations map[string]string) {
	c.t.Helper()
	var d appsv1.Deployment
	c.load(&d, "coredns")
	d.Spec.Template.Annotations = annotations
	d.Generation++
	if err := c.api.Update(c.t.Context(), &d); err != nil {
		c.t.Fatal(err)
	}
}

// stamps returns the stamp of each workload that there is, by name.
func (c *cluster) stamps() map[string]string {
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
func (c *cluster) wantStamps(hash string) {
	c.t.Helper()
	want := map[string]string{"coredns": hash, "node-local-dns": hash}
	if got := c.stamps(); !maps.Equal(got, want) {
		c.t.Errorf("stamps are %v, want %v", got, want)
	}
}

// wantPatches checks how many patches the controller has sent since its last call.
func (c *cluster) wantPatches(want int) {
	c.t.Helper()
	if got := len(c.patches); got != want {
		c.t.Errorf("controller sent %d patches, want %d: %v", got, want, c.patches)
	}
	c.patches = nil
}

// wantEvents checks the events since its last call, in order.
func (c *cluster) wantEvents(want ...string) {
	c.t.Helper()
	if got := c.events.events; !slices.Equal(got, want) {
		c.t.Errorf("events are\n%q\nwant\n%q", got, want)
	}
	c.forgetEvents()
}

func (c *cluster) forgetEvents() { c.events.events = nil }

// A recorder keeps events as "type reason on name (with related): note".
type recorder struct{ events []string }

func (r *recorder) Eventf(regarding, related runtime.Object, eventType, reason, action, note string, args ...any) {
	on := regarding.(client.Object).GetName()
	if related != nil {
		on += " (with " + related.(client.Object).GetName() + ")"
	}
	r.events = append(r.events, fmt.Sprintf("%s %s on %s: %s", eventType, reason, on, fmt.Sprintf(note, args...)))
}

func configMap(corefile string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "dns-extra-configs", UID: "configmap"},
		Data:       map[string]string{"Corefile": corefile},
	}
}

func coredns() *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "coredns", UID: "deployment", Generation: 1},
		Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "coredns", Image: "coredns:1"}}},
		}},
	}
}

func nodeLocalDNS() *appsv1.DaemonSet {
	return &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "node-local-dns", UID: "daemonset", Generation: 1},
		Spec: appsv1.DaemonSetSpec{Template: corev1.PodTemplateSpec{
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "node-cache", Image: "node-cache:1"}}},
		}},
	}
}
