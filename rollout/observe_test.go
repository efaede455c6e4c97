package rollout

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

// Where the controller observes, it says what it would do, once, and changes nothing. Once it
// enforces, it does it.
func TestObserve(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	enforce := func(on bool) {
		c.observe = !on
		c.startController()
	}
	enforce(false)
	c.run(time.Hour)
	c.wantPatches(0)
	c.wantStamps("", "")
	if c.records > 0 {
		t.Errorf("the controller has kept something %d times", c.records)
	}
	hash := short(hashOf(example))
	told := "kube-system/dns-extra-configs changed: would stamp Deployment coredns with " + hash + " (was unstamped). Nothing is done: -rollout-mode=observe"
	c.wantEvents(
		"Normal Validated on dns-extra-configs: "+hash+" is valid for CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)",
		"Normal RolloutObserved on dns-extra-configs (with coredns): "+told,
		"Normal RolloutObserved on coredns (with dns-extra-configs): "+told,
	)
	c.wantObserved("coredns", "Stamp", 1)
	if got := testutil.ToFloat64(c.controller.reporter.measures.stamps.WithLabelValues("coredns")); got != 0 {
		t.Errorf("%v stamps are counted", got)
	}

	t.Log("what is not rolled out is told, too")
	c.write(typo)
	c.run(time.Minute)
	if events := strings.Join(c.events.events, "\n"); !strings.Contains(events, "Warning InvalidContent on dns-extra-configs: not rolled out: Corefile:2:5") {
		t.Errorf("no event tells of the typo:\n%s", events)
	}
	c.wantObserved("coredns", "Stamp", 0)
	c.write(other)
	c.run(time.Minute)
	c.wantPatches(0)

	enforce(true)
	c.finish()
	c.wantPatches(2)
	c.wantStamps(hashOf(other), hashOf(other))
	c.wantObserved("coredns", "Stamp", 0)
}

func (c *fakeCluster) wantObserved(workload, step string, want float64) {
	c.t.Helper()
	if got := testutil.ToFloat64(c.controller.reporter.measures.observed.WithLabelValues(workload, step)); got != want {
		c.t.Errorf("corewarden_rollout_observed{%s, %s} is %v, want %v", workload, step, got, want)
	}
}
