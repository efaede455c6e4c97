package install_test

import (
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
)

// outage puts the webhooks where nobody listens, and writes all sorts of things.
func (d deployment) outage(t *testing.T) {
	gone := httptest.NewTLSServer(nil)
	gone.Close()
	caBundle := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: gone.Certificate().Raw})
	objects, err := corewarden.ForHost(d.manifests(t, deployBase), gone.URL, caBundle)
	if err != nil {
		t.Fatal(err)
	}
	list, err := corewarden.Encode(objects)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.KubectlInput(t.Context(), list, "apply", "--server-side", "--filename=-"); err != nil {
		t.Fatal(err)
	}
	// The API server reads webhook configurations from a cache.
	harness.Eventually(t, "the API server calls "+gone.URL, func() error {
		_, err := d.Kubectl(t.Context(), "label", "configmap", "dns-extra-configs", "a=b", "--namespace=kube-system", "--dry-run=server")
		if err != nil && strings.Contains(err.Error(), gone.URL) {
			return nil
		}
		return fmt.Errorf("kubectl label: %w", err)
	})

	const (
		refused  = `failed calling webhook "validate.corewarden.io"`
		generate = `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "dns-extra-configs", "namespace": "kube-system"}}`
		replace  = `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "dns-extra-configs", "namespace": "kube-system"}, "data": {"Corefile": ""}}`
	)
	tests := []struct {
		name    string
		kubectl string
		input   string
		asks    string // the webhook that fails open
		want    string // in the refusal; empty where the write succeeds
	}{
		{name: "another ConfigMap in kube-system is created", kubectl: "create configmap other -n kube-system"},
		{name: "another ConfigMap in kube-system is updated", kubectl: "label configmap other a=b -n kube-system"},
		{name: "a ConfigMap gets a generated name", kubectl: "create -f -", input: generate},
		{name: "dns-extra-configs in another namespace is created", kubectl: "create configmap dns-extra-configs -n default"},
		{name: "another Deployment in kube-system is created", kubectl: "create deployment other --image=other -n kube-system"},
		{name: "another Deployment in kube-system is updated", kubectl: "set image deployment other *=another -n kube-system"},
		{name: "a Deployment called node-local-dns is created", kubectl: "create deployment node-local-dns --image=other -n kube-system"},
		{name: "a Deployment called node-local-dns is updated", kubectl: "set image deployment node-local-dns *=another -n kube-system"},
		{name: "coredns in another namespace is created", kubectl: "create deployment coredns --image=other -n default"},
		{name: "coredns in another namespace is updated", kubectl: "set image deployment coredns *=another -n default"},
		{name: "coredns is scaled without a question", kubectl: "scale deployment coredns --replicas=3 -n kube-system"},
		{name: "coredns is updated", kubectl: "rollout restart deployment coredns -n kube-system", asks: "stamp.corewarden.io"},
		{name: "node-local-dns is updated", kubectl: "rollout restart daemonset node-local-dns -n kube-system", asks: "stamp.corewarden.io"},
		{name: "dns-extra-configs is not updated", kubectl: "replace -f -", input: replace, asks: "keys.corewarden.io", want: refused},
		{name: "dns-extra-configs is deleted", kubectl: "delete configmap dns-extra-configs -n kube-system"},
		{name: "dns-extra-configs is not created", kubectl: "create configmap dns-extra-configs -n kube-system", asks: "keys.corewarden.io", want: refused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := d.failedOpen(t)
			_, err := d.KubectlInput(t.Context(), tt.input, strings.Fields(tt.kubectl)...)
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("kubectl %s: %v, want an error with %q", tt.kubectl, err, tt.want)
			}
			after := d.failedOpen(t)
			for _, webhook := range []string{"keys.corewarden.io", "stamp.corewarden.io"} {
				if asked := after[webhook] > before[webhook]; asked != (webhook == tt.asks) {
					t.Errorf("%s was asked: %t, want %t", webhook, asked, !asked)
				}
			}
		})
	}
	// A condition that errors would be waved through by a webhook that fails open, and
	// refuse the write of a stranger under one that does not.
	if errors := matchConditionErrors.FindAllString(d.Run(t, "get", "--raw=/metrics"), -1); errors != nil {
		t.Errorf("match conditions have failed:\n%s", strings.Join(errors, "\n"))
	}
}

var matchConditionErrors = regexp.MustCompile(`(?m)^apiserver_admission_match_condition_evaluation_errors_total\{.*$`)

var failOpenCount = regexp.MustCompile(`(?m)^apiserver_admission_webhook_fail_open_count\{name="([^"]+)",.*\} (\d+)$`)

// failedOpen counts, by webhook, the calls that failed and were let through.
func (d deployment) failedOpen(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, match := range failOpenCount.FindAllStringSubmatch(d.Run(t, "get", "--raw=/metrics"), -1) {
		count, err := strconv.Atoi(match[2])
		if err != nil {
			t.Fatal(err)
		}
		counts[match[1]] += count
	}
	return counts
}

// breakGlass does what the page on operation says.
func (d deployment) breakGlass(t *testing.T) {
	page, err := os.ReadFile(operationsPage)
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## Break glass")
	_, section, _ = strings.Cut(section, "```console\n")
	commands, _, found := strings.Cut(section, "```")
	if !found {
		t.Fatalf("%s: no commands under Break glass", operationsPage)
	}
	for command := range strings.Lines(commands) {
		args, isKubectl := strings.CutPrefix(strings.TrimSpace(command), "$ kubectl ")
		if !isKubectl {
			t.Fatalf("%s: %q is no kubectl command", operationsPage, command)
		}
		d.Run(t, strings.Fields(args)...)
	}
	harness.Eventually(t, "dns-extra-configs can be written", func() error {
		_, err := d.Kubectl(t.Context(), "create", "configmap", "dns-extra-configs", "--namespace=kube-system", "--from-literal=Corefile=")
		return err
	})
}
