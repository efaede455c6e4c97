package webhook_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"

	"corewarden/extraconfig"
	"corewarden/webhook"
	"corewarden/webhook/serving"
)

// BenchmarkAdmission is what the webhooks add to a write of the ConfigMap: a review sent
// over TLS on the loopback interface and over one connection, as the API server does,
// until its response is read. The bundle is a typical one of 60 lines, and the cluster one
// like MetaKube's.
func BenchmarkAdmission(b *testing.B) {
	server := serveTLS(b)
	client := server.Client()
	for name, path := range map[string]string{"keys": webhook.KeysPath, "content": webhook.ContentPath} {
		b.Run(name, func(b *testing.B) {
			request := benchmarkReview(b)
			var took []time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				response := post(b, client, server.URL+path, request)
				took = append(took, time.Since(start))
				if !response.Allowed {
					b.Fatal(response.Result)
				}
			}
			report(b, took)
		})
	}
	b.Run("content at 200 a second", func(b *testing.B) {
		request := benchmarkReview(b)
		took := make([]time.Duration, b.N)
		var answers sync.WaitGroup
		start := time.Now()
		for i := range took {
			// One that is late has waited since it was due.
			due := start.Add(time.Duration(i) * time.Second / 200)
			time.Sleep(time.Until(due))
			answers.Go(func() {
				if response := post(b, client, server.URL+webhook.ContentPath, request); !response.Allowed {
					b.Error(response.Result)
				}
				took[i] = time.Since(due)
			})
		}
		answers.Wait()
		report(b, took)
	})
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// serveTLS serves the webhooks as the product does.
func serveTLS(b *testing.B) *httptest.Server {
	b.Helper()
	cluster := knownOf(b, metakube(b), "", "")
	handler, err := serving.New(serving.Options{Registerer: prometheus.NewRegistry()})
	if err != nil {
		b.Fatal(err)
	}
	err = webhook.Register(handler, webhook.Options{
		Cluster:    func() *extraconfig.Cluster { return cluster },
		Scheme:     scheme.Scheme,
		Registerer: prometheus.NewRegistry(),
	})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewTLSServer(handler)
	b.Cleanup(server.Close)
	return server
}

// benchmarkReview returns the review of a new ConfigMap, as the API server sends it.
func benchmarkReview(b *testing.B) []byte {
	b.Helper()
	text, err := os.ReadFile("../extraconfig/testdata/typical.Corefile")
	if err != nil {
		b.Fatal(err)
	}
	cm := corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Namespace: extraconfig.Namespace, Name: extraconfig.Name},
		Data:       map[string]string{"Corefile": string(text)},
	}
	raw, err := json.Marshal(cm)
	if err != nil {
		b.Fatal(err)
	}
	request, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID:       "benchmark",
			Kind:      metav1.GroupVersionKind{Version: "v1", Kind: "ConfigMap"},
			Resource:  metav1.GroupVersionResource{Version: "v1", Resource: "configmaps"},
			Namespace: cm.Namespace,
			Name:      cm.Name,
			Operation: admissionv1.Create,
			Object:    runtime.RawExtension{Raw: raw},
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	return request
}

func post(b *testing.B, client *http.Client, url string, request []byte) *admissionv1.AdmissionResponse {
	b.Helper()
	response, err := client.Post(url, "application/json", bytes.NewReader(request))
	if err != nil {
		panic(err) // it may be another goroutine's
	}
	defer response.Body.Close()
	var review admissionv1.AdmissionReview
	if err := json.NewDecoder(response.Body).Decode(&review); err != nil {
		panic(err)
	}
	return review.Response
}
