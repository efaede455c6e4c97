package scenarios

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"

	"k8s.io/client-go/kubernetes"

	"corewarden/e2e/serving"
)

var rounds = flag.Int("serving.rounds", 1, "how often TestServing has all pods of Corewarden replaced; the full form has 20")

// TestServing writes 100 times a second, as dry runs, while the pods of Corewarden are
// replaced by a rollout, the leader is deleted by force and the serving certificate is
// replaced. No write fails, and none goes on without the webhooks.
func TestServing(t *testing.T) {
	i := installed(t)
	api, err := kubernetes.NewForConfig(i.Config())
	if err != nil {
		t.Fatal(err)
	}
	counter := func(name string) float64 {
		n, err := serving.Counter(t.Context(), api, name)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	open, asked := counter("apiserver_admission_webhook_fail_open_count"), counter("apiserver_admission_webhook_request_total")
	load, err := serving.StartLoad(i.Config(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for range *rounds {
		i.kubectl(t, "rollout", "restart", "--namespace=corewarden", "deployment/corewarden-webhook")
		i.awaitCorewarden(t)

		lease := i.kubectl(t, "get", "lease", "--namespace=corewarden", "corewarden", "--output=jsonpath={.spec.holderIdentity}")
		leader, _, _ := strings.Cut(lease, "_")
		i.kubectl(t, "delete", "pod", "--namespace=corewarden", "--force", "--grace-period=0", leader)
		i.awaitCorewarden(t)
		await(t, "another leader", func() error {
			holder, err := i.Kubectl(t.Context(), "get", "lease", "--namespace=corewarden", "corewarden", "--output=jsonpath={.spec.holderIdentity}")
			if err == nil && (holder == "" || strings.HasPrefix(holder, leader+"_")) {
				err = fmt.Errorf("the lease is held by %q", holder)
			}
			return err
		})

		i.kubectl(t, "delete", "secret", "--namespace=corewarden", "corewarden-webhook-tls")
		await(t, "a new certificate", func() error {
			name, err := i.Kubectl(t.Context(), "get", "secret", "--namespace=corewarden", "--ignore-not-found", "corewarden-webhook-tls", "--output=name")
			if err == nil && name == "" {
				err = errors.New("there is none")
			}
			return err
		})
	}
	writes, failures := load.Stop()
	t.Logf("%d of %d writes failed", len(failures), writes)
	if len(failures) > 0 {
		t.Error(serving.Summary(failures))
	}
	if n := counter("apiserver_admission_webhook_fail_open_count") - open; n > 0 {
		t.Errorf("%v writes went on without the webhook for key names", n)
	}
	// Each is one for keys.corewarden.io and one for validate.corewarden.io. Nothing else that
	// nodes and Kubernetes write is asked about.
	if n := counter("apiserver_admission_webhook_request_total") - asked; n != float64(2*writes) {
		t.Errorf("the webhooks were asked %v times about %d writes", n, writes)
	}
}

// awaitCorewarden waits until the webhook has all pods of its last rollout, ready.
func (i *installation) awaitCorewarden(t *testing.T) {
	t.Helper()
	i.kubectl(t, "rollout", "status", "--namespace=corewarden", "deployment/corewarden-webhook", "--timeout="+waitTimeout.String())
}
