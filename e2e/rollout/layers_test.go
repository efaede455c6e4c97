package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/dnsserver"
	"corewarden/e2e/harness"
	"corewarden/e2e/metakube"
	"corewarden/e2e/parts"
	"corewarden/extraconfig"
)

// A layer is a workload with a real server instead of each pod. A server starts when
// its pod is there, on what the ConfigMap holds then, and ends with it.
type layer struct {
	label  string
	binary string
	base   string

	mu      sync.Mutex
	servers map[string]*dnsserver.Server // by pod
}

// newLayers returns the layers of CoreDNS and of node-local-dns. They follow the pods until
// the test ends.
func (i *installation) newLayers(t *testing.T) (coreDNS, nodeLocalDNS *layer) {
	t.Helper()
	binaries, err := parts.Build(t.Context(), os.Stderr, parts.CoreDNS1150, parts.NodeCache1267)
	if err != nil {
		t.Fatal(err)
	}
	coreDNS = &layer{label: coreDNSPods, binary: binaries[parts.CoreDNS1150], base: i.BaseCorefile(t, "coredns")}
	nodeLocalDNS = &layer{label: nodeLocalDNSPods, binary: binaries[parts.NodeCache1267], base: i.BaseCorefile(t, "node-local-dns")}
	ctx, stop := context.WithCancel(t.Context())
	var following sync.WaitGroup
	for _, l := range []*layer{coreDNS, nodeLocalDNS} {
		l.servers = map[string]*dnsserver.Server{}
		following.Go(func() {
			for ; ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
				if err := i.follow(ctx, l); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	t.Cleanup(func() {
		stop()
		following.Wait()
		for _, l := range []*layer{coreDNS, nodeLocalDNS} {
			for _, server := range l.servers {
				if err := server.Stop(); err != nil {
					t.Error(err)
				}
			}
		}
	})
	return coreDNS, nodeLocalDNS
}

// follow starts and ends servers as pods come and go.
func (i *installation) follow(ctx context.Context, l *layer) error {
	pods, err := i.API.CoreV1().Pods(extraconfig.Namespace).List(ctx, metav1.ListOptions{LabelSelector: l.label})
	if err != nil {
		return err
	}
	cm, err := i.API.CoreV1().ConfigMaps(extraconfig.Namespace).Get(ctx, extraconfig.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	there := map[string]bool{}
	for _, pod := range pods.Items {
		if pod.DeletionTimestamp != nil {
			continue
		}
		there[pod.Name] = true
		if l.servers[pod.Name] == nil {
			server, err := dnsserver.Start(ctx, l.binary, dnsserver.Configuration{Main: l.base, Files: cm.Data})
			if err != nil {
				return err
			}
			l.servers[pod.Name] = server
		}
	}
	for name, server := range l.servers {
		if !there[name] {
			delete(l.servers, name)
			if err := server.Stop(); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask asks every server of the layer. It returns how many there are.
func (l *layer) ask(t *testing.T) (servers int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name, server := range l.servers {
		answer, queryErr := server.Query(t.Context(), "127.0.0.1:53", "a.example.org", dns.TypeA)
		if queryErr == nil && answer.Rcode != dns.RcodeSuccess {
			queryErr = fmt.Errorf("it answers %s", dns.RcodeToString[answer.Rcode])
		}
		if queryErr != nil {
			err = errors.Join(err, fmt.Errorf("the server of pod %s: %w", name, queryErr))
		}
	}
	return len(l.servers), err
}

// answers asks the layer that is not being restarted, all through a rollout. Not one lookup
// may fail.
func (i *installation) answers(t *testing.T) {
	if !dnsserver.Isolated() {
		t.Log("the servers cannot have the ports of pods here, so they are not asked")
		return
	}
	if *rolloutNodes > metakube.Nodes {
		t.Log("a real server for each node is too much for one machine, so they are asked with as many nodes as MetaKube's manifests have")
		return
	}
	content := func(n int) string { return fmt.Sprintf("example.org x%d.example.org {\n    whoami\n}\n", n) }
	i.Apply(t, harness.Manifest(t, content(1)))
	i.AwaitSettled(t)
	coreDNS, nodeLocalDNS := i.newLayers(t)
	eventually(t, "both layers answer", func() error {
		c, errC := coreDNS.ask(t)
		n, errN := nodeLocalDNS.ask(t)
		if c != 2 || n != metakube.Nodes {
			return fmt.Errorf("there are %d servers of CoreDNS and %d of node-local-dns", c, n)
		}
		return errors.Join(errC, errN)
	})

	// Or it would be over before anybody was asked.
	i.Run(t, "patch", "daemonset", "node-local-dns", "--namespace=kube-system", `--patch={"spec":{"minReadySeconds":2}}`)
	before := i.Rollouts(t)["node-local-dns"]
	i.Apply(t, harness.Manifest(t, content(2)))
	first, second := 0, 0 // lookups while the one layer, and then the other, is restarted
	for hash := i.Stored(t).Hash(); ; {
		resting, lookups := nodeLocalDNS, &first
		if i.Rollouts(t)["node-local-dns"] != before {
			resting, lookups = coreDNS, &second
		}
		n, err := resting.ask(t)
		if resting == nodeLocalDNS && i.Rollouts(t)["node-local-dns"] != before {
			continue // its rollout began meanwhile
		}
		if err != nil {
			t.Errorf("a lookup failed on the layer that is not being restarted: %v", err)
		}
		*lookups += n
		if i.Rollouts(t)["node-local-dns"].Stamp != hash {
			continue
		}
		if _, done := i.Settled(t); done { // looked at after the stamp, or it is the one of before
			break
		}
	}
	i.Run(t, "patch", "daemonset", "node-local-dns", "--namespace=kube-system", `--patch={"spec":{"minReadySeconds":0}}`)
	if first == 0 || second == 0 {
		t.Errorf("%d lookups while CoreDNS was restarted and %d while node-local-dns was; want some of both", first, second)
	}
	t.Logf("no lookup failed of %d while CoreDNS was restarted, and of %d while node-local-dns was", first, second)
}
