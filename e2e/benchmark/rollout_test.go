package benchmark_test

import (
	"errors"
	"testing"
	"time"

	"corewarden/e2e/harness"
	"corewarden/e2e/metakube"
	"corewarden/extraconfig"
)

// BenchmarkRollout is how long a rollout that goes well takes on 200 nodes, with the times that
// the webhook has by default, and how long the workloads' own strategies take: `kubectl rollout
// restart` of both at once. Each ends when the last pod is new and available; that of
// node-local-dns begins when CoreDNS is done. Run it with -benchtime 1x.
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
		harness.Within(b, 5*time.Minute, "CoreDNS is done", func() error {
			if staged.Metric(b, "corewarden_rollouts_total", "workload=coredns", "result=complete") == 0 {
				return errors.New("it is not")
			}
			return nil
		})
		second := time.Now()
		staged.AwaitSettled(b)
		b.ReportMetric(own.Seconds(), "s-by-own-strategy")
		b.ReportMetric(time.Since(began).Seconds(), "s-staged")
		b.ReportMetric(time.Since(second).Seconds(), "s-of-node-local-dns")
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
