// Package manifests tests what deploy/ renders to, without a cluster: kustomize and the
// chart, and that they say the same.
package manifests_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"corewarden/e2e/corewarden"
	"corewarden/e2e/parts"
)

const (
	deploy = "../../deploy"
	chart  = deploy + "/chart/corewarden"
)

// kustomizations are what the documentation says to apply.
var kustomizations = []string{"base", "cert-manager", "self-signed", "prometheus"}

// kubectl is corewarden.Kubectl without a cluster.
func kubectl(t *testing.T) corewarden.Kubectl {
	t.Helper()
	return func(ctx context.Context, args ...string) (string, error) {
		return tool(ctx, t, parts.Kubectl, "", args...)
	}
}

// tool runs a part.
func tool(ctx context.Context, t *testing.T, part parts.Part, input string, args ...string) (string, error) {
	t.Helper()
	binaries, err := parts.Build(ctx, os.Stderr, part)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, binaries[part], args...)
	cmd.Env = []string{"HOME=" + t.TempDir()}
	cmd.Stdin = strings.NewReader(input)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s%s", part, strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out), err
}

// An inventory is objects by kind, namespace and name.
type inventory map[string]unstructured.Unstructured

// kustomize renders a folder of deploy/.
func kustomize(t *testing.T, folder string) inventory {
	t.Helper()
	objects, err := corewarden.Manifests(t.Context(), kubectl(t), deploy+"/"+folder)
	if err != nil {
		t.Fatal(err)
	}
	return byName(t, objects)
}

// helmTemplate renders the chart with values, as in `--set-json`, such as replicas=3.
func helmTemplate(t *testing.T, values ...string) inventory {
	t.Helper()
	return helmTemplateIn(t, "corewarden", values...)
}

func helmTemplateIn(t *testing.T, namespace string, values ...string) inventory {
	t.Helper()
	text, err := tool(t.Context(), t, parts.Helm, "", helmArgs(namespace, values)...)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := corewarden.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return byName(t, objects)
}

func helmArgs(namespace string, values []string) []string {
	args := []string{"template", "corewarden", chart, "--namespace=" + namespace}
	for _, value := range values {
		args = append(args, "--set-json="+value)
	}
	return args
}

func byName(t *testing.T, objects []unstructured.Unstructured) inventory {
	t.Helper()
	found := inventory{}
	for _, object := range objects {
		key := object.GetKind() + " " + strings.TrimPrefix(object.GetNamespace()+"/"+object.GetName(), "/")
		if _, ok := found[key]; ok {
			t.Fatalf("there are two of %s", key)
		}
		found[key] = object
	}
	if len(found) == 0 {
		t.Fatal("nothing is rendered")
	}
	return found
}

func (i inventory) names() []string {
	var names []string
	for name := range i {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// get returns the object with a key such as "Service corewarden/corewarden-webhook".
func (i inventory) get(t *testing.T, key string) unstructured.Unstructured {
	t.Helper()
	object, ok := i[key]
	if !ok {
		t.Fatalf("there is no %s, only\n%s", key, strings.Join(i.names(), "\n"))
	}
	return object
}
