package scenarios

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"corewarden/e2e/realnode"
)

// crashesOnNodes starts on CoreDNS, whose pods have a network of their own, and not on a
// node, where the kubelet has that port.
const crashesOnNodes = "x.example:10250 {\n    whoami\n}\n"

// lostToday is how many of three nodes lose DNS over such content. The DaemonSet has neither
// a readiness probe nor minReadySeconds, so that all its pods are replaced within a second
// or two, before a crash can be seen. It is to become one.
const lostToday = 3

// TestCrashOnNodes shows what content costs that nothing but a node can find out about: the
// rollout is stopped, and says why, but not before nodes have lost DNS. Fixed content
// brings it back.
func TestCrashOnNodes(t *testing.T) {
	i := installed(t)
	i.mustApply(t, "Corefile", crashesOnNodes)
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	var note string
	err := realnode.Poll(ctx, "the rollout to be stopped", func() (err error) {
		note, err = i.Kubectl(ctx, "get", "events", "--namespace=kube-system",
			"--field-selector=reason=RolloutHeld,involvedObject.name=dns-extra-configs", "--output=jsonpath={.items[*].message}")
		if err == nil && note == "" {
			err = fmt.Errorf("no event says so")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	stopped := strings.Contains(note, "DaemonSet node-local-dns is stopped in the middle of its rollout")
	tooLate := strings.Contains(note, "the rollout of DaemonSet node-local-dns for ") // every pod was replaced within a second
	if !stopped && !tooLate || !strings.Contains(note, "(container node-cache: Error, exit code 1)") {
		t.Errorf("the event says %q, want what was stopped or has failed, and the reason", note)
	}

	lost := i.lost(ctx, 5*time.Second)
	t.Logf("%d of %d nodes have lost DNS: %v", len(lost), len(i.Nodes()), lost)
	if len(lost) == 0 || len(lost) > lostToday {
		t.Errorf("%d nodes have lost DNS, want at least one, as this test could show nothing else, and at most %d", len(lost), lostToday)
	}

	i.kubectl(t, "delete", "--namespace=kube-system", "configmap", "dns-extra-configs")
	began := time.Now()
	for _, node := range i.Nodes() {
		if err := realnode.Poll(ctx, "DNS of "+node.String(), func() error { return works(ctx, node.Place, inCluster) }); err != nil {
			t.Error(err)
		}
	}
	t.Logf("DNS is back on all nodes %s after the content was taken away", time.Since(began).Round(time.Second))
}

// lost returns the nodes that have no DNS for as long as given.
func (i *installation) lost(ctx context.Context, long time.Duration) []*realnode.Node {
	lost := i.Nodes()
	for end := time.Now().Add(long); time.Now().Before(end); {
		var still []*realnode.Node
		for _, node := range lost {
			if works(ctx, node.Place, inCluster) != nil {
				still = append(still, node)
			}
		}
		lost = still
	}
	return lost
}
