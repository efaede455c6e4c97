package manifests_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"corewarden/e2e/corewarden"
)

// The chart leaves the Namespace to `helm install --create-namespace`: a release is kept in
// its namespace, which has to be there first.
const namespace = "Namespace corewarden"

// modes are the values of certificates.mode, with the folder that is the same.
var modes = map[string]string{"cert-manager": "cert-manager", "self-signed": "self-signed", "provided": "base"}

// TestChartEqualsKustomize compares object by object, field by field.
func TestChartEqualsKustomize(t *testing.T) {
	t.Parallel()
	for mode, folder := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			want := kustomize(t, folder)
			maps.Copy(want, kustomize(t, "prometheus"))
			want.get(t, namespace)
			delete(want, namespace)
			got := withoutHelm(t, helmTemplate(t, `certificates.mode="`+mode+`"`, `prometheus.podMonitor=true`, `prometheus.rules=true`))
			if lines := difference(want, got); len(lines) > 0 {
				t.Errorf("- is kustomize's, + is Helm's:\n%s", strings.Join(lines, "\n"))
			} else if !reflect.DeepEqual(want, got) { // in an order, for instance
				t.Errorf("kustomize has\n%v\nand Helm has\n%v", want, got)
			}
		})
	}
}

// TestComponentsEqualKustomize compares the chart with the components.
func TestComponentsEqualKustomize(t *testing.T) {
	t.Parallel()
	for component, value := range map[string]string{"pinned": `content="pinned"`, "observe": `mode="observe"`} {
		t.Run(component, func(t *testing.T) {
			t.Parallel()
			want := withComponent(t, component)
			want.get(t, namespace)
			delete(want, namespace)
			got := withoutHelm(t, helmTemplate(t, `certificates.mode="provided"`, value))
			if lines := difference(want, got); len(lines) > 0 {
				t.Errorf("- is kustomize's, + is Helm's:\n%s", strings.Join(lines, "\n"))
			}
		})
	}
}

// withComponent returns what kustomize makes of the base and a component.
func withComponent(t *testing.T, component string) inventory {
	t.Helper()
	dir := t.TempDir()
	if err := corewarden.Overlay(dir, "base", component); err != nil {
		t.Fatal(err)
	}
	objects, err := corewarden.Manifests(t.Context(), kubectl(t), dir)
	if err != nil {
		t.Fatal(err)
	}
	return byName(t, objects)
}

// withoutHelm takes away the labels that say that Helm has made an object. Each has to have
// them.
func withoutHelm(t *testing.T, objects inventory) inventory {
	t.Helper()
	for key, object := range objects {
		labels := object.GetLabels()
		for label, want := range map[string]string{"helm.sh/chart": "corewarden-0.0.0", "app.kubernetes.io/managed-by": "Helm"} {
			if labels[label] != want {
				t.Errorf("%s has %s=%q, want %q", key, label, labels[label], want)
			}
			unstructured.RemoveNestedField(object.Object, "metadata", "labels", label)
		}
	}
	return objects
}

// TestChartRendersTheSameEverywhere looks for what makes a chart harmful under GitOps, or at
// an upgrade.
func TestChartRendersTheSameEverywhere(t *testing.T) {
	t.Parallel()
	for mode := range modes {
		for key, object := range helmTemplate(t, `certificates.mode="`+mode+`"`) {
			for annotation := range object.GetAnnotations() {
				if strings.HasPrefix(annotation, "helm.sh/hook") {
					t.Errorf("%s is a hook", key)
				}
			}
			if slices.Contains([]string{"Secret", "Job", "CustomResourceDefinition"}, object.GetKind()) {
				t.Errorf("the chart has %s", key)
			}
			for _, line := range lines(object.Object) {
				if strings.Contains(line, "caBundle") {
					t.Errorf("%s has %s: an upgrade would take away what is injected", key, line)
				}
			}
		}
	}
	for name, text := range templates(t) {
		for _, function := range []string{"lookup", "genCA", "genSignedCert", "genSelfSignedCert", "rand", "now"} {
			if regexpWord(function).MatchString(text) {
				t.Errorf("%s calls %s, which gives something else each time", name, function)
			}
		}
	}
}

// TestChartFollowsItsNamespace installs into another one.
func TestChartFollowsItsNamespace(t *testing.T) {
	t.Parallel()
	for mode := range modes {
		want := inventory{}
		for key, object := range helmTemplate(t, `certificates.mode="`+mode+`"`) {
			moved := moved(object.Object).(map[string]any)
			want[strings.Replace(key, " corewarden/", " elsewhere/", 1)] = unstructured.Unstructured{Object: moved}
		}
		got := helmTemplateIn(t, "elsewhere", `certificates.mode="`+mode+`"`)
		if lines := difference(want, got); len(lines) > 0 {
			t.Errorf("%s: - is wanted, + is rendered:\n%s", mode, strings.Join(lines, "\n"))
		}
	}
}

// moved returns an object with the namespace "elsewhere" wherever it says "corewarden".
func moved(value any) any {
	switch value := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, inner := range value {
			object[name] = moved(inner)
			if name == "namespace" && inner == "corewarden" {
				object[name] = "elsewhere"
			}
		}
		return object
	case []any:
		var list []any
		for _, inner := range value {
			list = append(list, moved(inner))
		}
		return list
	case string:
		value = strings.Replace(value, "corewarden-webhook.corewarden.svc", "corewarden-webhook.elsewhere.svc", 1)
		value = strings.Replace(value, "system:serviceaccount:corewarden:", "system:serviceaccount:elsewhere:", 1)
		if value == "corewarden/corewarden-webhook" { // the Certificate whose CA is injected
			value = "elsewhere/corewarden-webhook"
		}
		return value
	default:
		return value
	}
}
