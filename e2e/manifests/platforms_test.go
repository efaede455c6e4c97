package manifests_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"corewarden/e2e/parts"
)

// TestManagedPlatformsLeaveTheWebhooksOn is about labels that AKS and Gardener read.
func TestManagedPlatformsLeaveTheWebhooksOn(t *testing.T) {
	t.Parallel()
	objects := kustomize(t, "base")
	for _, key := range []string{"MutatingWebhookConfiguration corewarden", "ValidatingWebhookConfiguration corewarden"} {
		object := objects.get(t, key)
		for _, label := range []string{"admissions.enforcer/disabled", "remediation.webhook.shoot.gardener.cloud/exclude"} {
			if got := object.GetLabels()[label]; got != "true" {
				t.Errorf("%s has %s=%q", key, label, got)
			}
		}
	}
}

// TestOldestKubernetesKnowsEveryField decodes what is rendered with the API of Kubernetes
// 1.30.
func TestOldestKubernetesKnowsEveryField(t *testing.T) {
	t.Parallel()
	for _, folder := range kustomizations {
		text, err := kubectl(t)(t.Context(), "kustomize", deploy+"/"+folder)
		if err != nil {
			t.Fatal(err)
		}
		out, err := oldest(t, text)
		if err != nil {
			t.Errorf("%s: %v", folder, err)
		}
		if none := strings.HasPrefix(out, "0 "); none != (folder == "prometheus") { // which has custom resources alone
			t.Errorf("%s: it has checked %s", folder, out)
		}
	}
	for mode := range modes {
		text, err := tool(t.Context(), t, parts.Helm, "", helmArgs("corewarden", []string{`certificates.mode="` + mode + `"`, `hostNetwork=true`})...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := oldest(t, text); err != nil {
			t.Errorf("the chart, %s: %v", mode, err)
		}
	}
	// Resources of a whole pod came with 1.32.
	newer := "apiVersion: v1\nkind: Pod\nmetadata: {name: newer}\nspec: {resources: {limits: {cpu: 1}}}\n"
	if _, err := oldest(t, newer); err == nil || !strings.Contains(err.Error(), `unknown field "spec.resources"`) {
		t.Errorf("a field of a newer Kubernetes: %v", err)
	}
}

// oldest runs tools/oldest.
func oldest(t *testing.T, manifests string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "run", "-C", "../../tools/oldest", ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	cmd.Stdin = strings.NewReader(manifests)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return string(out), err
}
