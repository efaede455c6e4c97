package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"corewarden/e2e/realnode"
)

// What a rollout may cost, for each way to DNS.
const (
	// A restart of node-local-dns takes its address away until the new process has it:
	// 0.4 to 1.0 s were measured. Resolvers ask again after 5 s, so that the second try is
	// answered after any shorter outage.
	maxOutage = 5 * time.Second
	// A CoreDNS that has been told to end answers for 5 s more, in which kube-proxy sends
	// queries elsewhere. Lost are single packets to pods that are gone: 5 of 18,000 were
	// measured. Up to one in 1,000 counts as that, or three where there are few; the second
	// try is answered.
	maxLoss = 0.001
	fewUDP  = 3
	// A connection is made to a pod that answers, or made again. One that is made as the pod
	// ends is reset: 1 of 1,765 was seen, in one run of many.
	fewTCP = 1
)

// TestLookupsDuringRollout has nodes and a pod look names up, many times a second on each
// way, during a staged rollout. node-local-dns goes away on each node for less time than
// resolvers wait. CoreDNS goes on answering behind its Service.
func TestLookupsDuringRollout(t *testing.T) {
	i := installed(t)
	pod := i.client(t)
	var nodes, service []*stream
	for _, node := range i.Nodes() {
		nodes = append(nodes, &stream{from: node.Place, network: "udp", server: nodeLocal})
	}
	fromPod := []*stream{{from: pod, network: "udp", server: nodeLocal}, {from: pod, network: "tcp", server: nodeLocal}}
	for _, network := range []string{"udp", "tcp"} {
		service = append(service,
			&stream{from: i.Nodes()[0].Place, network: network, server: kubeDNS},
			&stream{from: pod, network: network, server: kubeDNS})
	}
	all := append(append(nodes, fromPod...), service...)

	stop := start(t, all)
	await(t, "a second of lookups", more(all, *rate))
	for _, s := range all {
		if len(s.lost()) > 0 {
			t.Errorf("before the rollout: %s", s.report())
		}
	}
	const corefile = "load.example {\n    hosts {\n        192.0.2.7 www.load.example\n    }\n}\n"
	i.mustApply(t, "Corefile", corefile)
	if err := i.awaitRollout(t.Context(), hash(corefile)); err != nil {
		t.Error(err)
	}
	await(t, "the old pods to end", func() error { return i.ending(t.Context()) })
	await(t, "another second of lookups", more(all, *rate))
	stop()

	for _, s := range all {
		t.Log(s.report())
	}
	for _, s := range append(nodes, fromPod...) {
		s.wantOutagesBelow(t, maxOutage)
	}
	if !slices.ContainsFunc(nodes, func(s *stream) bool { return len(s.lost()) > 0 }) {
		t.Error("no node lost a lookup, so that the restarts of node-local-dns went unseen")
	}
	for n, s := range nodes {
		for _, other := range nodes[:n] {
			if overlap(s.outages(), other.outages()) {
				// A pod of node-local-dns counts as ready once its process runs, as it has no
				// probe, so that the next node's turn can come before this one answers.
				t.Logf("node-local-dns was away on %s and %s at the same time", s.from, other.from)
			}
		}
	}
	for _, s := range service {
		few := fewTCP
		if s.network == "udp" {
			few = fewUDP
		}
		most := max(few, int(maxLoss*float64(s.count())))
		if lost := len(s.lost()); lost > most {
			t.Errorf("%s: %d of %d lookups were lost, want at most %d", s, lost, s.count(), most)
		}
	}
}

func (s *stream) wantOutagesBelow(t *testing.T, most time.Duration) {
	t.Helper()
	for _, o := range s.outages() {
		if o.length() >= most {
			t.Errorf("%s: nothing answered for %v, want less than %v", s, o.length(), most)
		}
	}
}

// start starts streams. They end when stop is called, or with the test.
func start(t *testing.T, streams []*stream) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, s := range streams {
		running.Go(func() { s.run(ctx) })
	}
	stop = func() { cancel(); running.Wait() }
	t.Cleanup(stop)
	return stop
}

// client returns a pod of its own network, which does nothing but to be there.
func (i *installation) client(t *testing.T) *realnode.Place {
	t.Helper()
	i.kubectl(t, "run", "client", "--image="+realnode.Images()[0], "--restart=Never")
	t.Cleanup(func() {
		if _, err := i.Kubectl(context.Background(), "delete", "pod", "client", "--now"); err != nil {
			t.Error(err)
		}
	})
	i.kubectl(t, "wait", "pod/client", "--for=condition=Ready", "--timeout="+waitTimeout.String())
	place, err := i.Pod(t.Context(), "default", "client")
	if err != nil {
		t.Fatal(err)
	}
	return place
}

// ending reports which pods of DNS have been told to end and have not yet.
func (i *installation) ending(ctx context.Context) error {
	out, err := i.Kubectl(ctx, "get", "pods", "--namespace=kube-system",
		`--output=jsonpath={range .items[?(@.metadata.deletionTimestamp)]}{.metadata.name} {end}`)
	if names := strings.TrimSpace(out); err == nil && names != "" {
		err = fmt.Errorf("there is still %s", names)
	}
	return err
}

// await waits until there is no error any more.
func await(t *testing.T, what string, look func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	if err := realnode.Poll(ctx, what, look); err != nil {
		t.Fatal(err)
	}
}
