package realnode_test

import (
	"os"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"corewarden/e2e/realnode"
)

// TestNodes starts nodes and uses all that a scenario may.
func TestNodes(t *testing.T) {
	realnode.Need(t)
	ctx := t.Context()
	cluster, err := realnode.Start(ctx, realnode.Options{Nodes: 2, Output: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	const pod = `
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  nodeName: node-2
  containers: [{name: pause, image: "registry.k8s.io/pause:e2e"}]
`
	// The ServiceAccount that it needs comes with the namespace, a moment later.
	err = realnode.Poll(ctx, "a pod to be accepted", func() error {
		_, err := cluster.KubectlInput(ctx, pod, "apply", "--filename=-")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.Kubectl(ctx, "wait", "--for=condition=Ready", "pod/client", "--timeout=8m"); err != nil {
		events, _ := cluster.Kubectl(ctx, "get", "events")
		t.Fatalf("%v\n%s", err, events)
	}
	place, err := cluster.Pod(ctx, "default", "client")
	if err != nil {
		t.Fatal(err)
	}
	node := cluster.Nodes()[1]

	t.Run("a pod has an address of its node's range", func(t *testing.T) {
		out, err := place.Run(ctx, "ip", "-brief", "address", "show", "eth0")
		if err != nil || !strings.Contains(out, "10.241.2.") {
			t.Errorf("it has %q (%v), want one in 10.241.2.0/24", out, err)
		}
	})
	t.Run("a node has a name and a network of its own", func(t *testing.T) {
		out, err := node.Run(ctx, "hostname")
		if err != nil || out != "node-2\n" {
			t.Errorf("hostname says %q (%v), want node-2", out, err)
		}
	})
	for name, place := range map[string]*realnode.Place{"a pod": place, "a node": node.Place} {
		t.Run(name+" reaches the world's DNS, over UDP and TCP", func(t *testing.T) {
			for _, network := range []string{"udp", "tcp"} {
				reply, err := place.Lookup(ctx, network, "192.168.77.254:53", "example.org.", dns.TypeA)
				if err != nil || len(reply.Answer) != 1 {
					t.Errorf("%s: %v (%v), want one address", network, reply, err)
				}
			}
		})
		t.Run(name+" reaches the API server through its Service", func(t *testing.T) {
			conn, err := place.DialContext(ctx, "tcp", "10.240.16.1:443")
			if err != nil {
				t.Fatal(err)
			}
			conn.Close()
		})
	}
	t.Run("a kubelet can be restarted, and pods stay", func(t *testing.T) {
		if err := node.Kubelet.Restart(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := place.Run(ctx, "true"); err != nil {
			t.Error(err)
		}
		// It is well before it serves logs.
		err := realnode.Poll(ctx, "the API server to reach the kubelet", func() error {
			_, err := cluster.Kubectl(ctx, "logs", "client")
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("Stop ends the processes", func(t *testing.T) {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
		if pid := node.Kubelet.PID(); pid != 0 {
			t.Errorf("the kubelet still runs as process %d", pid)
		}
	})
}
