package rollout

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	appsv1 "k8s.io/api/apps/v1"

	"corewarden/extraconfig"
)

// To write content that is held, and then the content before again, is a rollout like any
// other, also where the leader changes in between: it is watched, concluded and told, and its
// gauges end.
func TestGoingBackIsARollout(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		corefile string
		crash    string
		stamps   int // that going there takes
		back     int // that going back takes
		noCanary bool
	}{
		"from invalid content":                  {corefile: typo},
		"from content that crashes CoreDNS":     {other, "coredns " + other, 1, 1, false},
		"from content that one node has tried":  {other, "node-local-dns " + other, 1, 1, false},
		"from content that node-local-dns had":  {other, "node-local-dns " + other, 3, 1, true},
		"from content that is rolled out still": {corefile: other, stamps: 2, back: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := staged(t)
			if tc.noCanary {
				withoutCanary(c)
			}
			c.pods.crash = map[string]bool{tc.crash: true}
			c.write(tc.corefile)
			c.finish()
			c.wantPatches(tc.stamps)
			c.startController()
			c.settle()
			c.forgetEvents()

			c.write(example)
			c.run(15 * time.Minute)
			c.wantPatches(tc.back)
			c.wantStamps(hashOf(example), hashOf(example))
			events := strings.Join(c.events.events, "\n")
			for _, want := range []string{
				"Normal RolloutStageComplete on coredns ", "Normal RolloutStageComplete on node-local-dns ",
				"Normal RolloutComplete on dns-extra-configs: " + short(hashOf(example)) + " is rolled out",
			} {
				if !strings.Contains(events, want) {
					t.Errorf("no event says %q:\n%s", want, events)
				}
			}
			for _, workload := range []string{"coredns", "node-local-dns"} {
				if n := testutil.ToFloat64(c.controller.reporter.measures.rollouts.WithLabelValues(workload, "failed")); n != 0 {
					t.Errorf("%s: %v rollouts failed by the metric, want none", workload, n)
				}
			}
			if n, err := testutil.GatherAndCount(c.registry, "corewarden_rollout_held"); err != nil || n == 0 {
				t.Fatalf("no gauge of what is held: %v", err)
			}
			c.wantNothingPendingOrHeld()
		})
	}
}

func (c *fakeCluster) wantNothingPendingOrHeld() {
	c.t.Helper()
	families, err := c.registry.Gather()
	if err != nil {
		c.t.Fatal(err)
	}
	for _, family := range families {
		switch family.GetName() {
		case "corewarden_rollout_pending_seconds", "corewarden_rollout_held", "corewarden_invalid_content":
			for _, metric := range family.GetMetric() {
				if metric.GetGauge().GetValue() != 0 {
					c.t.Errorf("%s is %v", family.GetName(), metric)
				}
			}
		}
	}
}

// What was completed is kept on the workload, so that a new leader has nothing to say of it,
// whatever has become of the pods since.
func TestNewLeaderLeavesACompletedRolloutAlone(t *testing.T) {
	t.Parallel()
	c := staged(t)
	var d appsv1.DaemonSet
	c.load(&d, "node-local-dns")
	if got := d.Annotations[extraconfig.CompletedAnnotation]; got != hashOf(example) {
		t.Errorf("the annotation %s is %q, want %q", extraconfig.CompletedAnnotation, got, hashOf(example))
	}
	c.clock = c.clock.Add(30 * 24 * time.Hour)
	d.Status.NumberAvailable--
	c.updateStatus(&d)
	c.startController()
	lists := c.lists
	c.settle()
	c.wantEvents()
	c.wantNothingPendingOrHeld()
	if c.lists != lists {
		t.Error("the pods were listed though there is nothing to do")
	}
}
