// Package alerts tests the alerts of deploy/prometheus with the real promtool.
package alerts_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"

	"corewarden/e2e/parts"
)

// TestAlerts checks the rules, and that they fire when testdata/alerts.yaml says so and at
// no other time.
func TestAlerts(t *testing.T) {
	t.Parallel()
	binaries, err := parts.Build(t.Context(), os.Stderr, parts.Promtool)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write(t, filepath.Join(folder, "rules.yaml"), rules(t))
	tests, err := os.ReadFile("testdata/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "alerts.yaml"), tests)
	for _, args := range []string{"check rules --lint=all --lint-fatal rules.yaml", "test rules alerts.yaml"} {
		promtool := exec.CommandContext(t.Context(), binaries[parts.Promtool], strings.Fields(args)...)
		promtool.Dir = folder
		if out, err := promtool.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", args, err, out)
		}
	}
}

// rules returns what the manifest holds as Prometheus itself has it: the operator writes
// the spec into a file.
func rules(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../deploy/prometheus/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Kind string `json:"kind"`
		Spec any    `json:"spec"`
	}
	if err := yaml.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Kind != "PrometheusRule" {
		t.Fatalf("the kind is %q", manifest.Kind)
	}
	spec, err := json.Marshal(manifest.Spec) // which is YAML, too
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
