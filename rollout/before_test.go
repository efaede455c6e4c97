package rollout

import (
	"fmt"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	"corewarden/rollout/plan"
)

// A node that was broken before a rollout holds neither that nor those that follow, and a new
// leader has nothing to say of it a month later.
func TestBrokenNodeHoldsNothing(t *testing.T) {
	t.Parallel()
	c := staged(t)
	breakNode(c, "node-2")
	c.clock = c.clock.Add(time.Hour)
	for i := range 3 {
		corefile := fmt.Sprintf("example.org {\n    forward . 192.0.2.%d\n}\n", i+10)
		c.write(corefile)
		c.finish()
		c.wantPatches(2)
		c.wantStamps(hashOf(corefile), hashOf(corefile))
		c.wantNothingPendingOrHeld()
		c.startController()
	}
	c.clock = c.clock.Add(30 * 24 * time.Hour)
	c.settle()
	c.wantEvents()
}

// breakNode takes the pod of node-local-dns on a node away for good.
func breakNode(c *fakeCluster, node string) {
	c.pods.stuck = map[string]bool{node: true}
	var d appsv1.DaemonSet
	c.load(&d, "node-local-dns")
	pods, _, err := listPods(c.t.Context(), c.api, d.Spec.Selector, c.clock)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, pod := range pods {
		if pod.Node == node {
			c.unready(pod.Name)
		}
	}
	c.pods.step(c)
}

func TestRecordIsKeptAsWritten(t *testing.T) {
	t.Parallel()
	d := &daemonSet{nodeLocalDNS()}
	if got := annotationsOf(recordOf(d)); len(got) != 0 {
		t.Errorf("nothing is kept as %v", got)
	}
	before := plan.Before{Size: 3, Nodes: []string{"a", "b"}, Unavailable: 1, Crashing: 2}
	for _, want := range []plan.Record{
		{Completed: "v1:1", Before: before},
		{Completed: "v1:1", Adopted: true, Reopened: true},
		{Completed: "v1:1", Canary: plan.Canary{Hash: "v1:2", Node: "a", Replaces: "uid", At: noon, Back: true}},
		{Before: before, Brake: plan.Brake{Braked: "v1:2", At: noon, Times: 3, Retry: "now"}},
	} {
		d.Annotations = annotationsOf(want)
		if got := recordOf(d); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v is read as %v", want, got)
		}
	}
	d.Annotations["corewarden.io/rollout"] = "broken"
	if got := recordOf(d); got.Braked != "v1:2" || got.Times != 0 {
		t.Errorf("what cannot be read is %v", got)
	}
}
