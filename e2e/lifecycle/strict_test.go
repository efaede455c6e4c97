package lifecycle_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// definitions are the folders with the definitions of custom resources, by their module in
// e2e/parts.
var definitions = map[string]string{
	"github.com/cert-manager/cert-manager":               "deploy/crds",
	"github.com/prometheus-operator/prometheus-operator": "example/prometheus-operator-crd",
}

// TestStrict has the API server validate all that deploy/ renders, with no tolerance for
// fields that it does not know, in a namespace that admits nothing but restricted pods.
func TestStrict(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.applyDefinitions(t)
	s.run(t, "apply", "--server-side", "--filename="+deploy+"/base/namespace.yaml")
	for _, folder := range []string{"base", "cert-manager", "self-signed", "prometheus"} {
		s.run(t, "apply", "--server-side", "--dry-run=server", "--validate=strict", "--kustomize", deploy+"/"+folder)
	}
	for _, mode := range []string{"cert-manager", "self-signed", "provided"} {
		out, err := s.shell(t.Context(), "../..", "helm template corewarden "+chart+" --namespace corewarden "+
			"--set certificates.mode="+mode+",prometheus.podMonitor=true,prometheus.rules=true | kubectl apply --server-side --dry-run=server --validate=strict --filename -")
		if err != nil || strings.Contains(out, "Warning") {
			t.Errorf("the chart, %s: %v\n%s", mode, err, out)
		}
	}
	// Pods show what the namespace admits.
	s.run(t, "apply", "--server-side", "--kustomize", deploy+"/self-signed")
	s.rolledOut(t)
	s.run(t, "rollout", "status", "deployment/corewarden-certs", "--namespace=corewarden", "--timeout=5m")
}

// modulePath returns the folder of a module that is pinned in e2e/parts.
func modulePath(t *testing.T, module string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", module)
	cmd.Dir = "../parts/" + module[strings.LastIndex(module, "/")+1:]
	out, err := cmd.Output()
	var downloaded struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &downloaded); err != nil || jsonErr != nil {
		t.Fatalf("go mod download %s: %v %v %s", module, err, jsonErr, downloaded.Error)
	}
	return downloaded.Dir
}
