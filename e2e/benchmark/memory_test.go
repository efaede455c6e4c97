package benchmark_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
	"corewarden/extraconfig"
)

// BenchmarkMemory is the resident memory of the process, and how much more that is beside
// 10,000 ConfigMaps of 2 kB that are none of its business. Beside it is what a watch of all
// of them would hold at the least: their size. Run it with -benchtime 1x.
func BenchmarkMemory(b *testing.B) {
	const others, size = 10_000, 2000
	for b.Loop() {
		i := harness.NewInstallation(b)
		api, product := i.API, i.Product
		// The start is over once a content has been rolled out.
		if _, err := api.CoreV1().ConfigMaps(extraconfig.Namespace).Create(b.Context(), harness.NewConfigMap(nil), metav1.CreateOptions{}); err != nil {
			b.Fatal(err)
		}
		judge(b, product, api, 1)
		before := resident(b, product)
		createConfigMaps(b, api, others, size)
		judge(b, product, api, 2)
		after := resident(b, product)
		b.ReportMetric(before, "MiB")
		b.ReportMetric(after-before, "MiB-more")
		b.ReportMetric(others*size/(1<<20), "MiB-of-ConfigMaps")
	}
}

// judge has the content judged and rolled out 100 times, so that the heap has its size.
func judge(b *testing.B, product *corewarden.Product, api kubernetes.Interface, round int) {
	b.Helper()
	for i := range 100 {
		cm := harness.NewConfigMap(map[string]string{"Corefile": harness.Forwarding(fmt.Sprintf("10.0.%d.%d", round, i))})
		err := product.AfterReconcile(b.Context(), func() error {
			_, err := api.CoreV1().ConfigMaps(extraconfig.Namespace).Update(b.Context(), cm, metav1.UpdateOptions{})
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// resident returns the resident memory in MiB.
func resident(b *testing.B, product *corewarden.Product) float64 {
	b.Helper()
	bytes, err := product.Metric(b.Context(), "process_resident_memory_bytes")
	if err != nil {
		b.Fatal(err)
	}
	return bytes / (1 << 20)
}

func createConfigMaps(b *testing.B, api kubernetes.Interface, n, size int) {
	b.Helper()
	var group errgroup.Group
	group.SetLimit(16)
	for i := range n {
		group.Go(func() error {
			_, err := api.CoreV1().ConfigMaps(extraconfig.Namespace).Create(b.Context(), &corev1.ConfigMap{
				ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("other-%d", i)},
				Data:       map[string]string{"text": strings.Repeat("x", size)},
			}, metav1.CreateOptions{})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}
