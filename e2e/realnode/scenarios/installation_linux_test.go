package scenarios

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"corewarden/e2e/metakube"
	"corewarden/e2e/realnode"
	"corewarden/extraconfig"
)

func TestMain(m *testing.M) { realnode.Main(m) }

const (
	nodeLocal = "169.254.20.10:53" // what pods ask
	kubeDNS   = "10.240.16.10:53"  // CoreDNS, behind a Service
	inCluster = "kubernetes.default.svc.cluster.local."

	// waitTimeout is for one thing that is waited for; an idle machine needs a tenth of it.
	waitTimeout = 8 * time.Minute
)

// An installation is the cluster of all scenarios: MetaKube's DNS and Corewarden.
type installation struct{ *realnode.Cluster }

var install = sync.OnceValues(func() (*installation, error) {
	// Not a test's context: the cluster is for all of them.
	ctx := context.Background()
	options := realnode.Options{Nodes: 3, Output: os.Stderr, SyncFrequency: 10 * time.Second}
	if *outages > 0 {
		options.SyncFrequency = 0 // TestStaleMounts measures how long what is mounted stays old
	}
	cluster, err := realnode.Start(ctx, options)
	if err != nil {
		return nil, err
	}
	i := &installation{cluster}
	if err := metakube.InstallDNS(ctx, cluster.Cluster); err != nil {
		return i, err
	}
	return i, i.installCorewarden(ctx)
})

// installed returns the installation, or skips the test where there can be none. When the
// test ends, there is no ConfigMap of extra configs, and DNS works everywhere.
func installed(t *testing.T) *installation {
	t.Helper()
	realnode.Need(t)
	i, err := install()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.cleanUp(t) })
	return i
}

func (i *installation) cleanUp(t *testing.T) {
	if t.Failed() {
		i.describe(t)
	}
	ctx, cancel := context.WithTimeout(context.Background(), waitTimeout)
	defer cancel()
	if _, err := i.Kubectl(ctx, "delete", "--namespace=kube-system", "--ignore-not-found", "configmap",
		"dns-extra-configs", "coredns-extra-configs", "node-local-dns-extra-configs"); err != nil {
		t.Error(err)
	}
	if err := i.awaitRollout(ctx, extraconfig.EmptyHash); err != nil {
		t.Error(err)
	}
	for _, node := range i.Nodes() {
		if err := realnode.Poll(ctx, "DNS of "+node.String(), func() error { return works(ctx, node.Place, inCluster) }); err != nil {
			t.Error(err)
		}
	}
}

// describe logs what explains a failure.
func (i *installation) describe(t *testing.T) {
	t.Helper()
	for _, args := range [][]string{
		{"get", "pods", "--all-namespaces", "--output=wide"},
		{"get", "events", "--all-namespaces", "--sort-by=.lastTimestamp"},
		{"logs", "--namespace=corewarden", "--selector=app.kubernetes.io/component=webhook", "--tail=40", "--prefix"},
	} {
		out, err := i.Kubectl(context.Background(), args...)
		t.Logf("kubectl %s:\n%s(%v)", strings.Join(args, " "), out, err)
	}
}

// kubectl runs kubectl, which has to succeed, and returns what it prints.
func (i *installation) kubectl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := i.Kubectl(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// apply applies the ConfigMap dns-extra-configs with one key.
func (i *installation) apply(ctx context.Context, key, corefile string, flags ...string) (string, error) {
	manifest := fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs, namespace: kube-system}\ndata:\n  %s: |\n", key)
	for line := range strings.Lines(corefile) {
		manifest += "    " + line
	}
	return i.KubectlInput(ctx, manifest, append(flags, "apply", "--filename=-")...)
}

// mustApply applies a ConfigMap that has to be accepted.
func (i *installation) mustApply(t *testing.T, key, corefile string) string {
	t.Helper()
	out, err := i.apply(t.Context(), key, corefile)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// works returns what is wrong with the DNS that pods at a place have.
func works(ctx context.Context, place *realnode.Place, name string) error {
	reply, err := place.Lookup(ctx, "udp", nodeLocal, name, dns.TypeA)
	if err == nil && (reply.Rcode != dns.RcodeSuccess || len(reply.Answer) == 0) {
		err = fmt.Errorf("%s: %s with %d answers", name, dns.RcodeToString[reply.Rcode], len(reply.Answer))
	}
	return err
}
