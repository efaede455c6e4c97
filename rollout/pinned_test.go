package rollout

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
)

// pinnedCluster is one on which old content is rolled out, and pods load the copy that their
// stamp names.
func pinnedCluster(t *testing.T) *fakeCluster {
	t.Helper()
	c := staged(t)
	c.policy.Pinned = true
	c.startController()
	c.write(fixed)
	c.finish()
	c.wantPatches(2)
	c.forgetEvents()
	return c
}

// loaded returns what the pods of a workload load, by node.
func (c *fakeCluster) loaded(workload string) map[string]string {
	c.t.Helper()
	var pods corev1.PodList
	if err := c.api.List(c.t.Context(), &pods, client.MatchingLabels{"app": workload}); err != nil {
		c.t.Fatal(err)
	}
	loaded := map[string]string{}
	for _, pod := range pods.Items {
		var cm corev1.ConfigMap
		c.load(&cm, pod.Spec.Volumes[0].ConfigMap.Name)
		loaded[pod.Spec.NodeName] = cm.Data["Corefile"]
	}
	return loaded
}

func (c *fakeCluster) wantLoaded(workload, corefile string, besides ...string) {
	c.t.Helper()
	for node, got := range c.loaded(workload) {
		if got != corefile && !slices.Contains(besides, node) {
			c.t.Errorf("%s on %s loads %q, want %q", workload, node, got, corefile)
		}
	}
}

// restartAll is somebody who deletes all pods of a workload.
func (c *fakeCluster) restartAll(workload string) {
	c.t.Helper()
	if err := c.api.DeleteAllOf(c.t.Context(), &corev1.Pod{}, client.InNamespace("kube-system"), client.MatchingLabels{"app": workload}); err != nil {
		c.t.Fatal(err)
	}
	for range 3 {
		c.pods.step(c)
	}
}

// A pod that starts for another reason than its stage loads what its stage had.
func TestPinnedPodsLoadWhatTheirStampNames(t *testing.T) {
	t.Parallel()
	c := pinnedCluster(t)
	c.wantLoaded("coredns", fixed)
	c.wantLoaded("node-local-dns", fixed)

	c.pods.crash = map[string]bool{"coredns " + other: true}
	c.write(other)
	c.run(10 * time.Second)
	c.restartAll("node-local-dns")
	c.wantLoaded("node-local-dns", fixed)
	c.pods.crash = nil

	c.write(typo) // while no webhook answered
	c.finish()
	c.restartAll("node-local-dns")
	c.wantLoaded("node-local-dns", fixed)

	c.write(example)
	c.finish()
	c.wantLoaded("coredns", example)
	c.wantLoaded("node-local-dns", example)
	c.wantNothingPendingOrHeld()
}

// The node that tries content that crashes answers again within 15 seconds, by itself.
func TestPinnedCanaryComesBack(t *testing.T) {
	t.Parallel()
	c := pinnedCluster(t)
	c.pods.crash = map[string]bool{"node-local-dns " + other: true}
	c.write(other)
	down := 0
	for range 120 {
		c.run(time.Second)
		if n := len(c.down()); n > 1 {
			t.Fatalf("%d nodes are down", n)
		} else if n == 1 {
			down++
		}
	}
	if down == 0 || down > 15 {
		t.Errorf("a node was down for %d s, want some, and at most 15", down)
	}
	c.wantPatches(1)
	c.wantStamps(hashOf(other), hashOf(fixed))
	c.wantLoaded("node-local-dns", fixed)
	var d appsv1.DaemonSet
	c.load(&d, "node-local-dns")
	if got := d.Annotations[extraconfig.BrakedAnnotation]; got != hashOf(other) {
		t.Errorf("the annotation %s is %q, want %q", extraconfig.BrakedAnnotation, got, hashOf(other))
	}
	const want = "Warning RolloutHeld on node-local-dns (with dns-extra-configs): "
	if n := strings.Count(strings.Join(c.events.events, "\n"), want); n != 1 {
		t.Errorf("%d events say %q, want one:\n%s", n, want, strings.Join(c.events.events, "\n"))
	}

	t.Log("it is tried again, and the fix is rolled out")
	c.run(10 * time.Minute)
	if len(c.down()) > 0 {
		t.Errorf("down on %v", c.down())
	}
	c.write(example)
	c.finish()
	c.wantStamps(hashOf(example), hashOf(example))
	c.wantLoaded("node-local-dns", example)
}

// A deletion is content like any other: none.
func TestPinnedDeletionLoadsNone(t *testing.T) {
	t.Parallel()
	c := pinnedCluster(t)
	c.delete(configMap(""))
	c.finish()
	c.wantStamps(extraconfig.EmptyHash, extraconfig.EmptyHash)
	c.wantLoaded("node-local-dns", "")
}

// Copies that nothing names any more are deleted, but for the last few.
func TestOldCopiesAreCollected(t *testing.T) {
	t.Parallel()
	c := pinnedCluster(t)
	content := func(i int) string { return fmt.Sprintf("example.org {\n    forward . 192.0.2.%d\n}\n", i+10) }
	c.keepTemplate(hashOf(content(0)), hashOf(content(1)))
	for i := range 8 {
		c.write(content(i))
		c.finish()
	}
	var copies corev1.ConfigMapList
	if err := c.api.List(t.Context(), &copies, client.HasLabels{extraconfig.CopyLabel}); err != nil {
		t.Fatal(err)
	}
	var names, want []string
	for _, cm := range copies.Items {
		names = append(names, cm.Name)
		if cm.Immutable == nil || !*cm.Immutable {
			t.Errorf("%s is not immutable", cm.Name)
		}
	}
	for _, i := range []int{0, 1, 4, 5, 6, 7} { // the first two are those of former templates
		want = append(want, extraconfig.CopyName(extraconfig.Name, hashOf(content(i))))
	}
	if slices.Sort(want); !slices.Equal(names, want) {
		t.Errorf("left are %v, want %v", names, want)
	}
	c.wantLoaded("node-local-dns", content(7))
}

// keepTemplate is what the controllers of a Deployment and of a DaemonSet keep of templates that
// were stamped, and of others.
func (c *fakeCluster) keepTemplate(ofDeployment, ofDaemonSet string) {
	controls := true
	meta := func(name, kind, owner string) metav1.ObjectMeta {
		return metav1.ObjectMeta{
			Namespace: "kube-system", Name: name + "-1", Labels: map[string]string{"app": name},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: kind, Name: name, UID: types.UID(owner), Controller: &controls}},
		}
	}
	set := &appsv1.ReplicaSet{ObjectMeta: meta("coredns", "Deployment", "deployment")}
	set.Spec.Template.Annotations = map[string]string{extraconfig.HashAnnotation: ofDeployment}
	c.create(set)
	c.create(&appsv1.ControllerRevision{ObjectMeta: meta("node-local-dns", "DaemonSet", "daemonset"), Data: runtime.RawExtension{Raw: fmt.Appendf(nil,
		`{"spec": {"template": {"$patch": "replace", "metadata": {"annotations": {%q: %q}}}}}`, extraconfig.HashAnnotation, ofDaemonSet)}})
	another := &appsv1.ReplicaSet{ObjectMeta: meta("coredns", "Deployment", "another")}
	another.Name = "another"
	another.Spec.Template.Annotations = map[string]string{extraconfig.HashAnnotation: hashOf("example.org {\n    forward . 192.0.2.12\n}\n")}
	c.create(another)
}

// A ConfigMap that one server alone loads is pinned by the same stamp, also before there is one.
func TestPinnedBeside(t *testing.T) {
	t.Parallel()
	c := besides(t)
	c.policy.Pinned = true
	c.startController()
	c.write(fixed)
	c.finish()
	c.wantMounts("coredns", hashOf(fixed), extraconfig.Name, extraconfig.CoreDNSName)
	c.wantMounts("node-local-dns", hashOf(fixed), extraconfig.Name)

	c.knows(other)
	c.finish()
	own := c.stamps()["coredns"]
	c.wantMounts("coredns", own, extraconfig.Name, extraconfig.CoreDNSName)
	c.wantMounts("node-local-dns", hashOf(fixed), extraconfig.Name)
	for configMap, want := range map[string]string{extraconfig.Name: fixed, extraconfig.CoreDNSName: other} {
		var copied corev1.ConfigMap
		if c.load(&copied, extraconfig.CopyName(configMap, own)); !strings.Contains(fmt.Sprint(copied.Data), want) {
			t.Errorf("%s holds %v, want %q", copied.Name, copied.Data, want)
		}
	}

	c.knows(typo)
	c.finish()
	c.restartAll("coredns")
	c.wantMounts("coredns", own, extraconfig.Name, extraconfig.CoreDNSName)
}

// wantMounts checks that the pods of a workload mount the copies of some ConfigMaps for a stamp.
func (c *fakeCluster) wantMounts(workload, stamp string, configMaps ...string) {
	c.t.Helper()
	var want []string
	for _, configMap := range configMaps {
		want = append(want, extraconfig.CopyName(configMap, stamp))
	}
	slices.Sort(want)
	var pods corev1.PodList
	if err := c.api.List(c.t.Context(), &pods, client.MatchingLabels{"app": workload}); err != nil {
		c.t.Fatal(err)
	}
	for _, pod := range pods.Items {
		if got := mounted(&pod.Spec); !slices.Equal(got, want) {
			c.t.Errorf("%s mounts %v, want %v", pod.Name, got, want)
		}
	}
}

// Somebody else's ConfigMap of that name is not loaded.
func TestACopyWithOtherContentIsNotUsed(t *testing.T) {
	t.Parallel()
	c := pinnedCluster(t)
	forged := configMap(typo)
	forged.Name, forged.UID = extraconfig.CopyName(extraconfig.Name, hashOf(other)), "forged"
	c.create(forged)
	c.write(other)
	if _, err := c.reconcile(); err == nil || !strings.Contains(err.Error(), "it is there and holds something else; delete it") {
		t.Errorf("reconcile: %v", err)
	}
	c.wantPatches(0)
}

// A pod that was created while no webhook answered is told of, and gives way to one that loads
// what was staged, though what is stored is held.
func TestUnpinnedPodsAreReplaced(t *testing.T) {
	t.Parallel()
	c := pinnedCluster(t)
	c.write(typo)
	c.finish()
	c.forgetEvents()
	c.pods.noWebhook = true
	c.restartAll("node-local-dns")
	c.wantLoaded("node-local-dns", typo)
	c.pods.noWebhook = false

	c.wantUnpinned("node-local-dns", nodes)
	for range 180 {
		c.run(time.Second)
		if n := len(c.down()); n > 1 {
			t.Fatalf("%d pods are down", n)
		}
	}
	c.wantLoaded("node-local-dns", fixed)
	c.wantUnpinned("node-local-dns", 0)
	c.wantPatches(0)
	c.wantTold("Warning PodsUnpinned on node-local-dns (with dns-extra-configs): 4 of the pods of DaemonSet node-local-dns mount a ConfigMap itself", 1)
	c.wantTold("Normal PodReplaced on node-local-dns (with dns-extra-configs): DaemonSet node-local-dns: pod node-local-dns-", nodes)
}

// Where no webhook answers for long, pods are not deleted over and over.
func TestUnpinnedPodsAreReplacedRarelyWithoutAWebhook(t *testing.T) {
	t.Parallel()
	c := pinnedCluster(t)
	c.pods.noWebhook = true
	c.restartAll("node-local-dns")
	c.run(time.Hour)
	c.wantUnpinned("node-local-dns", nodes)
	c.wantTold("Normal PodReplaced on node-local-dns", 3) // after 10 and after 20 more minutes
	c.startController()
	c.run(time.Minute)
	c.wantTold("Normal PodReplaced on node-local-dns", 0)

	c.pods.noWebhook = false
	c.run(time.Hour)
	c.wantUnpinned("node-local-dns", 0)
}

// Pods that were there before they are to be pinned are replaced, too.
func TestPinningReplacesPods(t *testing.T) {
	t.Parallel()
	c := staged(t)
	c.policy.Pinned = true
	c.startController()
	c.finish()
	c.wantUnpinned("coredns", 0)
	c.wantUnpinned("node-local-dns", 0)
	c.wantMounts("node-local-dns", c.stamps()["node-local-dns"], extraconfig.Name)
	c.wantPatches(0)
}

// A leader that may not delete pods says so, once.
func TestUnpinnedPodsThatMayNotBeDeleted(t *testing.T) {
	t.Parallel()
	c := pinnedCluster(t)
	c.refuseDeletes = apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "coredns", errors.New("no"))
	c.pods.noWebhook = true
	c.restartAll("coredns")
	c.finish()
	c.wantUnpinned("coredns", 2)
	c.wantTold("PodsUnpinned on coredns (with dns-extra-configs): 2 of the pods of Deployment coredns mount", 2)
	c.wantTold("Corewarden may not delete them", 2) // on both objects
	c.wantTold("PodReplaced", 0)
}

// Pods of both layers are looked at, also at rest, but not over and over.
func TestPinnedComesToRest(t *testing.T) {
	t.Parallel()
	c := pinnedCluster(t)
	c.clock = c.clock.Add(time.Hour)
	c.settle()
	c.controller.coreDNS.pods.listed = c.clock.Add(-500 * time.Millisecond)
	for range 5 {
		again := c.settle().RequeueAfter
		if again == 0 {
			return
		}
		c.clock = c.clock.Add(again)
	}
	t.Error("it looks again and again")
}

func (c *fakeCluster) wantUnpinned(workload string, want int) {
	c.t.Helper()
	c.settle()
	if got := testutil.ToFloat64(c.controller.reporter.measures.unpinned.WithLabelValues(workload)); got != float64(want) {
		c.t.Errorf("%v pods of %s are told to be unpinned, want %d", got, workload, want)
	}
}

// wantTold checks how many events have some text.
func (c *fakeCluster) wantTold(text string, want int) {
	c.t.Helper()
	if all := strings.Join(c.events.events, "\n"); strings.Count(all, text) != want {
		c.t.Errorf("%d events say %q, want %d:\n%s", strings.Count(all, text), text, want, all)
	}
}
