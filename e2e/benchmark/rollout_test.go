package benchmark_test

import (
	"errors"
	"testing"
	"time"

	"corewarden/e2e/harness"
	"corewarden/e2e/metakube"
	"corewarden/extraconfig"
)

// BenchmarkRollout is how much longer a rollout that goes well takes on 200 nodes, with the flags
// that deploy/ has, than the workloads' own strategies: `kubectl rollout restart` of both at
// once. It ends when the last pod is new and available. Run it with -benchtime 1x.
func BenchmarkRollout(b *testing.B) {
	const nodes = 200
	cluster := harness.NewCluster(b)
	if err := metakube.AddNodes(b.Context(), cluster.Cluster, nodes-metakube.Nodes); err != nil {
		b.Fatal(err)
	}
	alone := &harness.Installation{Cluster: cluster, API: cluster.API(b)}
	awaitPods(b, alone)
	for b.Loop() {
		began := time.Now()
		cluster.Run(b, "rollout", "restart", "--namespace="+extraconfig.Namespace, "deployment/coredns", "daemonset/node-local-dns")
		awaitPods(b, alone)
		own := time.Since(began)

		staged := harness.Install(b, cluster, "-rollout-soak=30s", "-rollout-interval=5s")
		began = time.Now()
		cluster.Apply(b, harness.Manifest(b, harness.Forwarding("10.0.0.1")))
		staged.AwaitSettled(b)
		took := time.Since(began)
		b.ReportMetric(own.Seconds(), "s-by-own-strategy")
		b.ReportMetric(took.Seconds(), "s-staged")
		b.ReportMetric((took - own).Seconds(), "s-longer")
	}
}

// awaitPods waits until all pods of both workloads are new and available.
func awaitPods(b *testing.B, i *harness.Installation) {
	b.Helper()
	harness.Within(b, 10*time.Minute, "all pods are available", func() error {
		if coreDNS, nodeLocalDNS := i.Settled(b); !coreDNS || !nodeLocalDNS {
			return errors.New("they are not")
		}
		return nil
	})
}
