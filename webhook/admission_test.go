package webhook_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/go-logr/logr/funcr"
	"github.com/prometheus/client_golang/prometheus"
	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/log"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"

	"corewarden/corefile/release"
	"corewarden/extraconfig"
	"corewarden/webhook"
)

// logs is all that is logged at the level of the product. Controller-runtime takes one
// logger for the process.
var logs = new(recorder)

func TestMain(m *testing.M) {
	log.SetLogger(funcr.New(func(prefix, args string) { logs.add(prefix + " " + args) }, funcr.Options{}))
	os.Exit(m.Run())
}

type recorder struct {
	mu    sync.Mutex
	lines []string
}

func (r *recorder) add(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
}

// with returns the lines that hold a text.
func (r *recorder) with(text string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lines []string
	for _, line := range r.lines {
		if strings.Contains(line, text) {
			lines = append(lines, line)
		}
	}
	return lines
}

const controller = "system:serviceaccount:corewarden:corewarden"

// webhookServer is the webhooks behind HTTP, and their metrics.
type webhookServer struct {
	url     string
	metrics *prometheus.Registry
}

// serve serves the webhooks for a cluster of which nothing is known but its releases.
func serve(t *testing.T) webhookServer {
	t.Helper()
	return serveWith(t, webhook.Options{})
}

// serveWith is serve with some options set.
func serveWith(t *testing.T, o webhook.Options) webhookServer {
	t.Helper()
	cluster := &extraconfig.Cluster{Servers: servers(t)}
	o.Cluster = func() *extraconfig.Cluster { return cluster }
	return serveOptions(t, o)
}

// serveFor serves the webhooks for a cluster of which that is known.
func serveFor(t *testing.T, cluster *extraconfig.Cluster) webhookServer {
	t.Helper()
	return serveOptions(t, webhook.Options{Cluster: func() *extraconfig.Cluster { return cluster }})
}

func servers(t testing.TB) []extraconfig.Server {
	t.Helper()
	coreDNS, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	nodeCache, err := release.NodeCache("1.26.7")
	if err != nil {
		t.Fatal(err)
	}
	return []extraconfig.Server{{Workload: "coredns", Release: coreDNS}, {Workload: "node-local-dns", Release: nodeCache}}
}

func serveOptions(t *testing.T, o webhook.Options) webhookServer {
	t.Helper()
	s := webhookServer{metrics: prometheus.NewRegistry()}
	webhooks := ctrlwebhook.NewServer(ctrlwebhook.Options{})
	o.Controller, o.Scheme, o.Registerer = controller, scheme.Scheme, s.metrics
	if err := webhook.Register(webhooks, o); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(webhooks.WebhookMux())
	t.Cleanup(web.Close)
	s.url = web.URL
	return s
}

// request is what the API server asks a webhook.
type request struct {
	operation   admissionv1.Operation // Create, unless there is an old object
	old, object string                // JSON; empty: none
	user        string
	dryRun      bool
	kind        string // ConfigMap, unless set
	namespace   string // kube-system, unless set
}

const uid = "4f0c1d3e-0000-4000-8000-000000000001"

// review returns the JSON of the AdmissionReview.
func (r request) review(t *testing.T) []byte {
	t.Helper()
	raw := func(object string) json.RawMessage {
		if object == "" {
			return json.RawMessage("null")
		}
		return json.RawMessage(object)
	}
	operation := r.operation
	switch {
	case operation != "":
	case r.old != "":
		operation = admissionv1.Update
	default:
		operation = admissionv1.Create
	}
	or := func(value, standard string) string {
		if value == "" {
			return standard
		}
		return value
	}
	review, err := json.Marshal(map[string]any{
		"apiVersion": "admission.k8s.io/v1",
		"kind":       "AdmissionReview",
		"request": map[string]any{
			"uid":       uid,
			"kind":      map[string]string{"version": "v1", "kind": or(r.kind, "ConfigMap")},
			"resource":  map[string]string{"version": "v1", "resource": "configmaps"},
			"namespace": or(r.namespace, "kube-system"),
			"operation": operation,
			"userInfo":  map[string]string{"username": or(r.user, "kubernetes-admin")},
			"object":    raw(r.object),
			"oldObject": raw(r.old),
			"dryRun":    r.dryRun,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return review
}

// ask sends a request to a webhook and returns its answer.
func (s webhookServer) ask(t *testing.T, path string, r request) *admissionv1.AdmissionResponse {
	t.Helper()
	response := s.post(t, path, "application/json", r.review(t))
	if response.UID != uid {
		t.Errorf("the answer is for %q, want %q", response.UID, uid)
	}
	return response
}

func (s webhookServer) post(t *testing.T, path, contentType string, body []byte) *admissionv1.AdmissionResponse {
	t.Helper()
	reply, err := http.Post(s.url+path, contentType, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var review admissionv1.AdmissionReview
	if err := json.NewDecoder(reply.Body).Decode(&review); err != nil || review.Response == nil {
		t.Fatalf("the answer, with status %s, is no AdmissionReview: %v", reply.Status, err)
	}
	return review.Response
}

// configMap returns the JSON of the ConfigMap dns-extra-configs with the given data.
func configMap(t *testing.T, data map[string]string) string {
	t.Helper()
	return object(t, map[string]any{"data": data})
}

// object returns the JSON of the ConfigMap dns-extra-configs with the given fields.
func object(t *testing.T, fields map[string]any) string {
	t.Helper()
	all := map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": "dns-extra-configs", "namespace": "kube-system"},
	}
	for name, value := range fields {
		all[name] = value
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
