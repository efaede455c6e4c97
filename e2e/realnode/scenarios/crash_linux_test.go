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

// TestCrashOnNodes shows what content costs that nothing but a node can find out about: the
// one node that tries it loses DNS, and the event says why. Fixed content brings it back. The
// DaemonSet has neither a readiness probe nor minReadySeconds: once stamped, it would replace
// all its pods within a second or two, before a crash can be seen.
func TestCrashOnNodes(t *testing.T) {
	i := installed(t)
	i.mustApply(t, "Corefile", crashesOnNodes)
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	note := i.awaitHeld(ctx, t, "does not run on the one node")
	const tried = "does not run on the one node that tries it, and no other node is touched"
	if !strings.Contains(note, tried) || !strings.Contains(note, "(container node-cache: Error, exit code 1)") {
		t.Errorf("the event says %q, want %q, and the reason", note, tried)
	}

	lost := i.lost(ctx, 5*time.Second)
	t.Logf("%d of %d nodes have lost DNS: %v", len(lost), len(i.Nodes()), lost)
	if len(lost) != 1 {
		t.Errorf("%d nodes have lost DNS, want the one that tried the content", len(lost))
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

// awaitHeld waits for an event that says a text.
func (i *installation) awaitHeld(ctx context.Context, t *testing.T, text string) string {
	t.Helper()
	var note string
	err := realnode.Poll(ctx, "the rollout to be stopped", func() (err error) {
		note, err = i.Kubectl(ctx, "get", "events", "--namespace=kube-system",
			"--field-selector=reason=RolloutHeld,involvedObject.name=dns-extra-configs", "--output=jsonpath={.items[*].message}")
		if err == nil && !strings.Contains(note, text) {
			err = fmt.Errorf("no event says so, but %q", note)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return note
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
