package rollout

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
)

// down returns on which nodes node-local-dns is not ready.
func (c *fakeCluster) down() []string {
	c.t.Helper()
	var pods corev1.PodList
	if err := c.api.List(c.t.Context(), &pods, client.MatchingLabels{"app": "node-local-dns"}); err != nil {
		c.t.Fatal(err)
	}
	var down []string
	for i := range pods.Items {
		if !isReady(&pods.Items[i]) {
			down = append(down, pods.Items[i].Spec.NodeName)
		}
	}
	return down
}

// Content that starts on CoreDNS and not on nodes takes one node down, whoever leads and
// whatever bad content follows. The node comes back with content that runs, at once.
func TestCanaryIsAllThatBadContentTakesDown(t *testing.T) {
	t.Parallel()
	c := staged(t)
	c.pods.crash = map[string]bool{"node-local-dns " + other: true, "node-local-dns " + fixed: true}
	for _, corefile := range []string{other, fixed, other} {
		c.write(corefile)
		c.finish()
		c.startController()
		c.run(time.Hour)
		c.wantPatches(1) // of CoreDNS
		c.wantStamps(hashOf(corefile), hashOf(example))
		if down := c.down(); len(down) != 1 || down[0] != "node-0" {
			t.Errorf("node-local-dns is down on %v, want node-0 alone", down)
		}
		if n := testutil.ToFloat64(c.controller.reporter.measures.held.WithLabelValues("node-local-dns", "CanaryCrashes")); n != 1 {
			t.Errorf("node-local-dns is held by the metric: %v, want 1", n)
		}
	}
	const want = "Warning RolloutHeld on node-local-dns (with dns-extra-configs): DaemonSet node-local-dns is held: "
	if events := strings.Join(c.events.events, "\n"); !strings.Contains(events, want) || !strings.Contains(events, "on node node-0: plugin/forward: s3cr3t") {
		t.Errorf("no event says %q, and what the pod said:\n%s", want, events)
	}

	const good = "example.org {\n    forward . 192.0.2.9\n}\n"
	c.write(good)
	for second := 0; len(c.down()) > 0; second++ {
		if second > 40 {
			t.Fatal("the node is still down long after CoreDNS has the fix")
		}
		c.run(time.Second)
	}
	c.finish()
	c.wantPatches(2)
	c.wantStamps(hashOf(good), hashOf(good))
	c.wantNothingPendingOrHeld()
}

// A node that is broken for its own reasons does not keep content from the others for ever:
// another one tries it, whether pods share the ConfigMap or are pinned.
func TestAnotherNodeTriesWhatABrokenOneDoesNotRun(t *testing.T) {
	t.Parallel()
	for _, pinned := range []bool{false, true} {
		t.Run(fmt.Sprintf("pinned %v", pinned), func(t *testing.T) {
			t.Parallel()
			c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
			c.policy.Pinned, c.policy.Retry = pinned, 0
			c.startController()
			c.finish()
			c.wantPatches(2)
			c.pods.crash = map[string]bool{"node-local-dns node-0": true}
			c.write(other)
			c.finish()
			c.wantPatches(1) // of CoreDNS
			c.wantStamps(hashOf(other), hashOf(example))
			if down := c.down(); len(down) != 1 || down[0] != "node-0" {
				t.Errorf("node-local-dns is down on %v, want node-0 alone", down)
			}

			c.pods.stuck = map[string]bool{"node-0": true} // maxUnavailable leaves room for another
			var d appsv1.DaemonSet
			c.load(&d, "node-local-dns")
			d.Annotations[extraconfig.RetryAnnotation] = "now"
			c.update(&d)
			c.startController()
			c.finish()
			c.wantPatches(1)
			c.wantStamps(hashOf(other), hashOf(other))
			c.wantNothingPendingOrHeld()
			if down := c.down(); len(down) != 1 || down[0] != "node-0" {
				t.Errorf("node-local-dns is down on %v, want node-0 alone", down)
			}
		})
	}
}

// A leader may die between the record and the deletion, and a pod may not go at once.
func TestCanaryIsDeletedByTheNextLeader(t *testing.T) {
	t.Parallel()
	c := staged(t)
	c.write(other)
	c.refuseDeletes = apierrors.NewTimeoutError("etcd is away", 1)
	var err error
	for ; err == nil; c.clock = c.clock.Add(time.Second) {
		_, err = c.reconcile()
		c.pods.step(c)
	}
	if !errors.Is(err, c.refuseDeletes) {
		t.Fatal(err)
	}
	c.wantPatches(1)
	c.refuseDeletes = nil
	c.startController()
	c.run(10 * time.Second)
	c.wantPatches(0)
	if !strings.Contains(strings.Join(c.events.events, "\n"), "Normal CanaryStarted on node-local-dns") {
		t.Errorf("no pod was replaced first: %q", c.events.events)
	}
	c.finish()
	c.wantPatches(1)
	c.wantStamps(hashOf(other), hashOf(other))
}

func TestRolloutGoesOnWhereNoPodMayBeDeleted(t *testing.T) {
	t.Parallel()
	c := staged(t)
	c.refuseDeletes = apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "", nil)
	c.write(other)
	c.finish()
	c.wantPatches(2)
	c.wantStamps(hashOf(other), hashOf(other))
	c.wantNothingPendingOrHeld()
	const want = "Warning CanarySkipped on node-local-dns (with dns-extra-configs): DaemonSet node-local-dns is rolled out without a canary"
	if n := strings.Count(strings.Join(c.events.events, "\n"), want); n != 1 {
		t.Errorf("%d events say %q, want one:\n%q", n, want, c.events.events)
	}
}
