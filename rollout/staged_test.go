package rollout

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"corewarden/extraconfig"
)

// staged returns a cluster on which old content is rolled out.
func staged(t *testing.T) *fakeCluster {
	t.Helper()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	c.finish()
	c.wantPatches(2)
	c.wantStamps(hashOf(example), hashOf(example))
	c.forgetEvents()
	return c
}

func withoutCanary(c *fakeCluster) *fakeCluster {
	c.policy.Canary = false
	c.startController()
	return c
}

// A new leader, at any time of a rollout, goes on where the last one stopped: while pods of
// CoreDNS are replaced, while they soak, and the same for node-local-dns.
func TestNewLeaderGoesOn(t *testing.T) {
	t.Parallel()
	c := staged(t)
	for i, after := range []time.Duration{0, 1, 2, 3, 20, 31, 32, 33, 34, 35, 36, 38, 60, 63, 64, 65, 66, 67, 68, 100} {
		corefile := fmt.Sprintf("example.org {\n    forward . 192.0.2.%d\n}\n", i+10)
		c.write(corefile)
		c.run(after * time.Second)
		c.startController()
		c.finish()
		c.wantPatches(2)
		c.wantStamps(hashOf(corefile), hashOf(corefile))
	}
	if c.pods.both {
		t.Error("both layers were restarting at once")
	}
}

// Somebody restarts node-local-dns, and the DaemonSet's controller takes its time. CoreDNS
// stays as it is meanwhile.
func TestCoreDNSWaitsForARolloutOfOthers(t *testing.T) {
	t.Parallel()
	c := staged(t)
	c.clock = c.clock.Add(time.Hour)
	c.settle()
	var d appsv1.DaemonSet
	c.load(&d, "node-local-dns")
	d.Generation++
	d.Spec.Template.Annotations["example.org/restarted"] = "now"
	c.update(&d)
	c.settle()
	c.write(other)
	c.settle()
	c.wantPatches(0)

	c.clock = c.clock.Add(policy.Deadline)
	c.settle()
	c.wantPatches(1)
}

func TestCrashOfCoreDNSHoldsDaemonSet(t *testing.T) {
	t.Parallel()
	c := staged(t)
	c.pods.crash = map[string]bool{"coredns " + other: true}
	c.write(other)
	c.run(time.Hour)
	c.wantPatches(1)
	c.wantStamps(hashOf(other), hashOf(example))
	// The Deployment's own strategy keeps the other pod.
	var d appsv1.Deployment
	c.load(&d, "coredns")
	if d.Status.AvailableReplicas != 1 {
		t.Errorf("%d pods of coredns are available, want the one that was not replaced", d.Status.AvailableReplicas)
	}
	for workload, reason := range map[string]string{"coredns": "PodsRestart", "node-local-dns": "CoreDNSHeld"} {
		if n := testutil.ToFloat64(c.controller.reporter.measures.held.WithLabelValues(workload, reason)); n != 1 {
			t.Errorf("%s is held by the metric: %v, want 1", workload, n)
		}
	}
	events := strings.Join(c.events.events, "\n")
	for _, want := range []string{
		"Warning RolloutHeld on dns-extra-configs (with node-local-dns): DaemonSet node-local-dns is held",
		"pod coredns-", "has restarted once (container dns: Error, exit code 1): plugin/forward: s3cr3t",
		"put the content with the hash " + short(hashOf(example)) + " back",
	} {
		if !strings.Contains(events, want) {
			t.Errorf("no event says %q:\n%s", want, events)
		}
	}
	if log := c.log.String(); strings.Contains(log, "s3cr3t") || !strings.Contains(log, "exit code 1") {
		t.Errorf("the log quotes what the pod said, or does not say how it ended:\n%s", log)
	}

	// The fix is stamped in the same second.
	c.write(fixed)
	c.settle()
	c.wantPatches(1)
	c.finish()
	c.wantPatches(1)
	c.wantStamps(hashOf(fixed), hashOf(fixed))
	if n := testutil.ToFloat64(c.controller.reporter.measures.held.WithLabelValues("node-local-dns", "CoreDNSHeld")); n != 0 {
		t.Errorf("node-local-dns is still held by the metric: %v", n)
	}
}

func TestSlowCoreDNSHoldsDaemonSetAfterDeadline(t *testing.T) {
	t.Parallel()
	c := staged(t)
	c.pods.stuck = map[string]bool{"coredns": true}
	c.write(other)
	c.run(policy.Deadline + 10*time.Second)
	c.wantPatches(1)
	if n := testutil.ToFloat64(c.controller.reporter.measures.held.WithLabelValues("coredns", "DeadlineExceeded")); n != 1 {
		t.Errorf("coredns is held by the metric: %v, want 1", n)
	}
	lists := c.lists
	for range 10 { // while no status changes, nobody asks
		if after := c.settle().RequeueAfter; after > podsMaxAge {
			t.Errorf("looks again after %s though nothing is to come", after)
		}
	}
	if c.lists > lists+1 {
		t.Errorf("pods were listed %d times in one second", c.lists-lists)
	}

	c.pods.stuck = nil
	c.finish()
	c.wantPatches(1)
	c.wantStamps(hashOf(other), hashOf(other))
}

func TestCrashOfDaemonSetIsBraked(t *testing.T) {
	t.Parallel()
	c := withoutCanary(staged(t))
	c.pods.crash = map[string]bool{"node-local-dns " + other: true}
	c.write(other)
	c.run(5 * time.Minute)
	c.wantPatches(3)
	c.wantStamps(hashOf(other), hashOf(example))
	var d appsv1.DaemonSet
	c.load(&d, "node-local-dns")
	if d.Status.NumberAvailable != nodes-1 {
		t.Errorf("node-local-dns is up on %d nodes, want all but one of %d", d.Status.NumberAvailable, nodes)
	}
	if got := d.Annotations[extraconfig.BrakedAnnotation]; got != hashOf(other) {
		t.Errorf("the annotation %s is %q, want %q", extraconfig.BrakedAnnotation, got, hashOf(other))
	}
	if n := testutil.ToFloat64(c.controller.reporter.measures.rollouts.WithLabelValues("node-local-dns", "braked")); n != 1 {
		t.Errorf("braked %v times by the metric, want 1", n)
	}
	if events, want := strings.Join(c.events.events, "\n"), "put the content with the hash "+short(hashOf(example))+" back. To try again"; !strings.Contains(events, want) {
		t.Errorf("no event says %q:\n%s", want, events)
	}

	t.Log("a new leader leaves it so")
	c.startController()
	c.finish()
	c.wantPatches(0)

	t.Log("after ten minutes it is tried again, then after twenty")
	c.run(12 * time.Minute)
	c.wantPatches(2) // and is braked again
	c.run(15 * time.Minute)
	c.wantPatches(2)

	t.Log("by an annotation it is tried at once")
	c.load(&d, "node-local-dns")
	d.Annotations[extraconfig.RetryAnnotation] = "now"
	c.update(&d)
	c.finish()
	c.wantPatches(2)

	t.Log("the fix is rolled out")
	c.write(fixed)
	c.finish()
	c.wantPatches(2)
	c.wantStamps(hashOf(fixed), hashOf(fixed))
	c.load(&d, "node-local-dns")
	if _, there := d.Annotations[extraconfig.BrakedAnnotation]; there {
		t.Errorf("the annotation %s is still there", extraconfig.BrakedAnnotation)
	}
}

// What is kept on a workload is written before its stamp. A leader that dies in between leaves
// the next one what it needs to begin a rollout, and to brake one.
func TestNewLeaderGoesOnBetweenRecordAndStamp(t *testing.T) {
	t.Parallel()
	c := withoutCanary(staged(t))
	dies := func() {
		t.Helper()
		c.refuseStamps = apierrors.NewTimeoutError("etcd is away", 1)
		if _, err := c.reconcile(); err == nil {
			t.Fatal("no stamp was refused")
		}
		c.refuseStamps = nil
		c.startController()
	}
	c.pods.crash = map[string]bool{"node-local-dns " + other: true}
	c.write(other)
	dies()
	for c.stamps()["node-local-dns"] != hashOf(other) {
		c.run(time.Second)
	}
	c.wantPatches(2)
	for range 2 { // a pod is replaced, and crashes
		c.pods.step(c)
	}
	dies()
	c.run(3 * time.Minute)
	c.wantPatches(1)
	c.wantStamps(hashOf(other), hashOf(example))
	var d appsv1.DaemonSet
	c.load(&d, "node-local-dns")
	if got := d.Annotations[extraconfig.BrakedAnnotation]; got != hashOf(other) {
		t.Errorf("the annotation %s is %q, want %q", extraconfig.BrakedAnnotation, got, hashOf(other))
	}
}

func TestBurstIsCoalesced(t *testing.T) {
	t.Parallel()
	c := staged(t)
	last := ""
	for i := range 50 {
		last = fmt.Sprintf("example.org {\n    forward . 192.0.2.%d\n}\n", i+10)
		c.write(last)
		c.settle()
		if c.clock = c.clock.Add(200 * time.Millisecond); i%5 == 4 {
			c.pods.step(c)
		}
	}
	c.finish()
	n := map[string]int{}
	for _, p := range c.patches {
		if strings.Contains(p.body, "Deployment") {
			n["coredns"]++
		} else {
			n["node-local-dns"]++
		}
	}
	if n["coredns"] > 4 || n["node-local-dns"] != 1 {
		t.Errorf("patches: %v, want at most 4 of coredns and 1 of node-local-dns", n)
	}
	c.wantStamps(hashOf(last), hashOf(last))
	if got, want := testutil.ToFloat64(c.controller.reporter.measures.coalesced), float64(50-n["coredns"]); got != want {
		t.Errorf("coalesced %v by the metric, want %v", got, want)
	}
}

func TestHundredWritesOfTheSameRestartNothing(t *testing.T) {
	t.Parallel()
	c := staged(t)
	for i := range 100 {
		c.write(strings.Repeat("# again\n", i) + example)
		c.settle()
	}
	c.finish()
	c.wantPatches(0)
	c.wantEvents()
	if n := testutil.ToFloat64(c.controller.reporter.measures.unchanged); n != 100 {
		t.Errorf("unchanged by the metric: %v, want 100", n)
	}
}

func TestDeletionIsHeldWherePodsNeedTheConfigMap(t *testing.T) {
	t.Parallel()
	c := staged(t)
	var d appsv1.DaemonSet
	c.load(&d, "node-local-dns")
	d.Spec.Template.Spec.Volumes[0].ConfigMap.Optional = nil
	c.update(&d)
	c.delete(configMap(""))
	c.finish()
	c.wantPatches(1)
	c.wantStamps(extraconfig.EmptyHash, hashOf(example))
	const want = "Warning RolloutHeld on node-local-dns: DaemonSet node-local-dns is held"
	if events := strings.Join(c.events.events, "\n"); !strings.Contains(events, want) {
		t.Errorf("no event says %q:\n%s", want, events)
	}
}
