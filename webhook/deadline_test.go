package webhook_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/kubernetes/scheme"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"

	"corewarden/extraconfig"
	"corewarden/webhook"
)

// TestVerdictsEndBeforeTheirDeadline judges with more time and with less than an answer takes.
func TestVerdictsEndBeforeTheirDeadline(t *testing.T) {
	t.Parallel()
	const tooLong = "checking this ConfigMap takes longer than the API server waits. Write fewer zones, plugins and imports, or try again when the webhook is less busy (too-large)"
	stored := configMap(t, map[string]string{"Corefile": good})
	for _, test := range []struct {
		name     string
		timeout  time.Duration
		request  request
		cause    string
		warnings int
	}{
		{name: "time enough", timeout: time.Hour, request: request{object: stored}},
		{name: "too little", timeout: 900 * time.Millisecond, request: request{object: stored}, cause: tooLong},
		{name: "too little for what is stored", timeout: 900 * time.Millisecond, request: request{old: stored, object: stored}, warnings: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := serveWithin(t, test.timeout)
			response := s.ask(t, webhook.ContentPath, test.request)
			cause := ""
			if response.Result != nil && response.Result.Details != nil && len(response.Result.Details.Causes) == 1 {
				cause = response.Result.Details.Causes[0].Message
			}
			if cause != test.cause || response.Allowed != (test.cause == "") || len(response.Warnings) != test.warnings {
				t.Errorf("allowed: %v, cause %q, warnings %q; want cause %q and %d warnings", response.Allowed, cause, response.Warnings, test.cause, test.warnings)
			}
		})
	}
}

// serveWithin is serve where each request has a deadline.
func serveWithin(t *testing.T, timeout time.Duration) webhookServer {
	t.Helper()
	cluster := &extraconfig.Cluster{Servers: servers(t)}
	s := webhookServer{metrics: prometheus.NewRegistry()}
	webhooks := ctrlwebhook.NewServer(ctrlwebhook.Options{})
	if err := webhook.Register(webhooks, webhook.Options{
		Cluster: func() *extraconfig.Cluster { return cluster }, Scheme: scheme.Scheme, Registerer: s.metrics,
	}); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		webhooks.WebhookMux().ServeHTTP(w, r.WithContext(ctx))
	}))
	t.Cleanup(web.Close)
	s.url = web.URL
	return s
}
