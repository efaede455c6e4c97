package e2e_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"corewarden/e2e"
	"corewarden/e2e/controlplane"
	"corewarden/e2e/metakube"
	"corewarden/extraconfig"
)

// BenchmarkStamp is the time from the return of a write of the ConfigMap until a client
// that watches has seen the new stamp on each workload. Every operation is a write.
func BenchmarkStamp(b *testing.B) {
	_, api := installed(b)
	configMaps := api.CoreV1().ConfigMaps(extraconfig.Namespace)
	cm, err := configMaps.Create(b.Context(), configMap(nil), metav1.CreateOptions{})
	if err != nil {
		b.Fatal(err)
	}
	only := func(name string) metav1.ListOptions {
		return metav1.ListOptions{FieldSelector: "metadata.name=" + name}
	}
	deployments, err := api.AppsV1().Deployments(extraconfig.Namespace).Watch(b.Context(), only("coredns"))
	if err != nil {
		b.Fatal(err)
	}
	defer deployments.Stop()
	daemonSets, err := api.AppsV1().DaemonSets(extraconfig.Namespace).Watch(b.Context(), only("node-local-dns"))
	if err != nil {
		b.Fatal(err)
	}
	defer daemonSets.Stop()

	var coreDNS, nodeLocalDNS []time.Duration
	for i := 0; b.Loop(); i++ {
		cm.Data = map[string]string{"Corefile": forwarding(fmt.Sprintf("10.%d.%d.%d", i>>16&0xff, i>>8&0xff, i&0xff))}
		hash := extraconfig.ConfigMap{Data: cm.Data}.Hash()
		if cm, err = configMaps.Update(b.Context(), cm, metav1.UpdateOptions{}); err != nil {
			b.Fatal(err)
		}
		written := time.Now()
		coreDNS = append(coreDNS, awaitStamp(b, deployments, hash).Sub(written))
		nodeLocalDNS = append(nodeLocalDNS, awaitStamp(b, daemonSets, hash).Sub(written))
	}
	report(b, "coredns", coreDNS)
	report(b, "node-local-dns", nodeLocalDNS)
}

// installed returns a cluster's Corewarden and a client of it.
func installed(b *testing.B) (*e2e.Product, kubernetes.Interface) {
	b.Helper()
	cluster, err := controlplane.Start(b.Context(), controlplane.Options{Output: os.Stderr, TempDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	stop := func(stop func() error) func() {
		return func() {
			if err := stop(); err != nil {
				b.Error(err)
			}
		}
	}
	b.Cleanup(stop(cluster.Stop))
	if err := metakube.Install(b.Context(), cluster); err != nil {
		b.Fatal(err)
	}
	product, err := e2e.Install(b.Context(), cluster)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(stop(product.Stop))
	config := cluster.Config()
	config.QPS = -1
	api, err := kubernetes.NewForConfig(config)
	if err != nil {
		b.Fatal(err)
	}
	return product, api
}

// awaitStamp returns when a watch has told of the stamp.
func awaitStamp(b *testing.B, events watch.Interface, stamp string) time.Time {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	for {
		select {
		case event := <-events.ResultChan():
			var template corev1.PodTemplateSpec
			switch workload := event.Object.(type) {
			case *appsv1.Deployment:
				template = workload.Spec.Template
			case *appsv1.DaemonSet:
				template = workload.Spec.Template
			default:
				b.Fatalf("the watch ended with %T %v", event.Object, event.Object)
			}
			if template.Annotations[extraconfig.HashAnnotation] == stamp {
				return time.Now()
			}
		case <-ctx.Done():
			b.Fatalf("no stamp %s: %v", stamp, ctx.Err())
		}
	}
}

func report(b *testing.B, workload string, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, workload+"-p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, workload+"-p99-ms")
}
