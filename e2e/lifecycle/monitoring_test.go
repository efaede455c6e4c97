package lifecycle_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// metricName finds the metrics in a query. What begins with kube_ is kube-state-metrics',
// which does not run here.
var metricName = regexp.MustCompile(`\b(corewarden|apiserver|leader_election|process|controller_runtime)_[a-z_]+`)

// TestMetricsOfAlertsAndDashboardExist looks for each in what the webhook and the API server
// export, after a rollout, a rejection and an outage.
func TestMetricsOfAlertsAndDashboardExist(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.run(t, "apply", "--server-side", "--kustomize", deploy+"/base")
	s.rolledOut(t)
	product, _ := s.serve(t, "cert-manager-cainjector")
	s.rollOut(t, forwarding("10.0.0.1"))
	if _, err := s.KubectlInput(t.Context(), manifest("example.org {\n  forwrad . 10.0.0.1\n}\n"), "apply", "--server-side", "--filename=-"); err == nil {
		t.Error("a typo is stored")
	}
	exported, err := product.Metrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := product.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := s.write(t.Context()); err == nil {
		t.Error("without a webhook a write is not rejected")
	}
	exported += s.run(t, "get", "--raw=/metrics")

	queries := ""
	for _, file := range []string{"dashboard.json", "rules.yaml"} {
		text, err := os.ReadFile(deploy + "/prometheus/" + file)
		if err != nil {
			t.Fatal(err)
		}
		queries += string(text)
	}
	names := metricName.FindAllString(queries, -1)
	if len(names) < 20 {
		t.Fatalf("found only %q", names)
	}
	for _, name := range names {
		if strings.HasPrefix(name, "corewarden_certs_") {
			continue // of another process, which e2e/certificates looks at
		}
		name = strings.TrimSuffix(name, "_bucket")
		if !strings.Contains(exported, "# TYPE "+name+" ") {
			t.Errorf("neither the webhook nor the API server exports %s", name)
		}
	}
}
