// Package benchmark measures the webhook and the controller on a real control plane.
package benchmark_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
	"corewarden/extraconfig"
)

// BenchmarkStamp is the time from the return of a write of the ConfigMap until a client
// that watches has seen the new stamp on CoreDNS. Every operation is a write and all of the
// rollout of both workloads that follows, of which the calls of the API server are counted.
func BenchmarkStamp(b *testing.B) {
	i := harness.NewInstallation(b)
	api, product := i.API, i.Product
	deployments := watchCoreDNS(b, api)
	w := benchWriter{b: b, api: api}

	var took []time.Duration
	methods := []string{"PATCH", "GET", "POST"} // stamps, lists of pods, events
	before := calls(b, product, methods)
	for n := 1; b.Loop(); n++ {
		hash, written := w.write()
		took = append(took, awaitStamp(b, deployments, hash).Sub(written))
		complete := func() error {
			done, err := product.Metric(b.Context(), "corewarden_rollouts_total", "workload=node-local-dns", "result=complete")
			if err == nil && int(done) < n {
				err = errors.New("it is not")
			}
			return err
		}
		for complete() != nil {
			time.Sleep(100 * time.Millisecond)
		}
	}
	report(b, took)
	for i, count := range calls(b, product, methods) {
		b.ReportMetric((count-before[i])/float64(b.N), methods[i]+"s/op")
	}
}

// BenchmarkStampFloor is the least that a stamp can take: a client that does nothing but
// watch the ConfigMap patches the Deployment with what the ConfigMap says. In the place of
// Corewarden's hash is the version.
func BenchmarkStampFloor(b *testing.B) {
	api := harness.NewCluster(b).API(b)
	deployments := watchCoreDNS(b, api)
	w := benchWriter{b: b, api: api}
	w.write()
	configMaps, err := api.CoreV1().ConfigMaps(extraconfig.Namespace).Watch(b.Context(), only(extraconfig.Name))
	if err != nil {
		b.Fatal(err)
	}
	defer configMaps.Stop()
	go func() {
		for event := range configMaps.ResultChan() {
			cm, ok := event.Object.(*corev1.ConfigMap)
			if !ok {
				return
			}
			value := extraconfig.ConfigMap{Data: cm.Data}
			patch := fmt.Sprintf(`{"apiVersion":"apps/v1","kind":"Deployment","spec":{"template":{"metadata":{"annotations":{%q:%q}}}}}`, extraconfig.HashAnnotation, value.Hash())
			force := true
			_, _ = api.AppsV1().Deployments(extraconfig.Namespace).Patch(b.Context(), "coredns", types.ApplyPatchType, []byte(patch),
				metav1.PatchOptions{FieldManager: "floor", Force: &force})
		}
	}()
	var took []time.Duration
	for b.Loop() {
		hash, written := w.write()
		took = append(took, awaitStamp(b, deployments, hash).Sub(written))
		time.Sleep(3 * time.Second) // for the pods to be replaced
	}
	report(b, took)
}

// BenchmarkRest is what the process needs while nothing happens. Every operation is ten
// seconds of that.
func BenchmarkRest(b *testing.B) {
	i := harness.NewInstallation(b)
	product := i.Product
	time.Sleep(5 * time.Second) // for it to lead and to look at things
	metric := func(name string, labels ...string) float64 {
		value, err := product.Metric(b.Context(), name, labels...)
		if err != nil {
			b.Fatal(err)
		}
		return value
	}
	methods := []string{"PATCH", "GET", "POST", "PUT"} // PUT and GET are the lease's
	cpu, before, began := metric("process_cpu_seconds_total"), calls(b, product, methods), time.Now()
	for b.Loop() {
		time.Sleep(10 * time.Second)
	}
	seconds := time.Since(began).Seconds()
	b.ReportMetric((metric("process_cpu_seconds_total")-cpu)/seconds*1000, "millicores")
	b.ReportMetric(metric("process_resident_memory_bytes")/1e6, "RSS-MB")
	for i, count := range calls(b, product, methods) {
		b.ReportMetric((count-before[i])/seconds*60, methods[i]+"s/min")
	}
}

// calls returns how many requests of each method the product has sent to the API server.
func calls(b *testing.B, product *corewarden.Product, methods []string) []float64 {
	b.Helper()
	var counts []float64
	for _, method := range methods {
		count, err := product.Metric(b.Context(), "rest_client_requests_total", "method="+method)
		if err != nil {
			b.Fatal(err)
		}
		counts = append(counts, count)
	}
	return counts
}

func only(name string) metav1.ListOptions {
	return metav1.ListOptions{FieldSelector: "metadata.name=" + name}
}

func watchCoreDNS(b *testing.B, api kubernetes.Interface) watch.Interface {
	b.Helper()
	deployments, err := api.AppsV1().Deployments(extraconfig.Namespace).Watch(b.Context(), only("coredns"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(deployments.Stop)
	return deployments
}

// A benchWriter writes the ConfigMap, each time with other content.
type benchWriter struct {
	b   *testing.B
	api kubernetes.Interface
	cm  *corev1.ConfigMap
	n   int
}

// write returns the hash of what it has written, and when.
func (w *benchWriter) write() (hash string, written time.Time) {
	w.b.Helper()
	w.n++
	data := map[string]string{"Corefile": harness.Forwarding(fmt.Sprintf("10.%d.%d.%d", w.n>>16&0xff, w.n>>8&0xff, w.n&0xff))}
	configMaps, err := w.api.CoreV1().ConfigMaps(extraconfig.Namespace), error(nil)
	if w.cm == nil {
		w.cm, err = configMaps.Create(w.b.Context(), harness.NewConfigMap(data), metav1.CreateOptions{})
	} else {
		w.cm.Data = data
		w.cm, err = configMaps.Update(w.b.Context(), w.cm, metav1.UpdateOptions{})
	}
	if err != nil {
		w.b.Fatal(err)
	}
	return extraconfig.ConfigMap{Data: data}.Hash(), time.Now()
}

// awaitStamp returns when a watch has told of the stamp.
func awaitStamp(b *testing.B, events watch.Interface, stamp string) time.Time {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	for {
		select {
		case event := <-events.ResultChan():
			workload, ok := event.Object.(*appsv1.Deployment)
			if !ok {
				b.Fatalf("the watch ended with %T %v", event.Object, event.Object)
			}
			if workload.Spec.Template.Annotations[extraconfig.HashAnnotation] == stamp {
				return time.Now()
			}
		case <-ctx.Done():
			b.Fatalf("no stamp %s: %v", stamp, ctx.Err())
		}
	}
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
