package scenarios

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"corewarden/e2e/realnode"
)

// TestWildcardBesideAResolver has a server block without bind beside a resolver of the
// node on 127.0.0.53, as systemd-resolved is. The block listens on every address, which
// the resolver does not let it: node-local-dns does not start on that node, and does on
// those without a resolver. CoreDNS, in a network of its own, starts everywhere.
func TestWildcardBesideAResolver(t *testing.T) {
	i := installed(t)
	node := i.Nodes()[1]
	startResolver(t, node)

	const corefile = "wild.example {\n    whoami\n}\n"
	if out := i.mustApply(t, "Corefile", corefile); !strings.Contains(out, "(missing-bind") {
		t.Errorf("kubectl says %q, want a warning of the missing bind", out)
	}
	await(t, "node-local-dns to fail on "+node.String(), func() error { return i.says(t.Context(), node, "bind: address already in use") })
	await(t, "the rollout to be held", func() error { return i.held(t.Context(), hash(corefile)) })
	for _, other := range i.Nodes() {
		if other != node {
			await(t, "DNS on "+other.String(), func() error { return works(t.Context(), other.Place, inCluster) })
		}
	}
	if works(t.Context(), node.Place, inCluster) == nil {
		t.Errorf("%s has DNS, beside a resolver that holds port 53", node)
	}

	i.kubectl(t, "delete", "configmap", "--namespace=kube-system", "dns-extra-configs")
	await(t, "DNS on "+node.String(), func() error { return works(t.Context(), node.Place, inCluster) })
}

// says reports what node-local-dns says on a node, where that lacks the words.
func (i *installation) says(ctx context.Context, node *realnode.Node, words string) error {
	name, err := i.Kubectl(ctx, "get", "pods", "--namespace=kube-system", "--selector=k8s-app=node-local-dns",
		"--field-selector=spec.nodeName="+node.String(), "--output=name")
	if err != nil {
		return err
	}
	log, err := i.Kubectl(ctx, "logs", "--namespace=kube-system", strings.TrimSpace(name))
	if err == nil && !strings.Contains(log, words) {
		err = fmt.Errorf("it says\n%s", log)
	}
	return err
}

// held reports why no event tells that the rollout of the content is held. A message has
// the first eight digits of its hash.
func (i *installation) held(ctx context.Context, stamp string) error {
	notes, err := i.Kubectl(ctx, "get", "events", "--namespace=kube-system", "--field-selector=reason=RolloutHeld", "--output=jsonpath={.items[*].message}")
	if err == nil && !strings.Contains(notes, stamp[:11]) {
		err = fmt.Errorf("no event tells so; there is %q", notes)
	}
	return err
}

// startResolver listens on port 53 of 127.0.0.53 of a node and shares it with nobody, as
// systemd-resolved does.
func startResolver(t *testing.T, node *realnode.Node) {
	t.Helper()
	err := node.Do(func() error {
		packets, err := net.ListenPacket("udp", "127.0.0.53:53")
		if err != nil {
			return err
		}
		t.Cleanup(func() { packets.Close() })
		listener, err := net.Listen("tcp", "127.0.0.53:53")
		if err == nil {
			t.Cleanup(func() { listener.Close() })
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
