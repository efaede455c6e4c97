package manifests_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"

	"corewarden/e2e/parts"
)

// A value is one that the chart's schema knows.
type value struct {
	name        string // such as image.tag
	description string
}

// schema returns the values of values.schema.json in the order of their names, but for
// global, which is Helm's.
func schema(t *testing.T) []value {
	t.Helper()
	type node struct {
		Description          string          `json:"description"`
		Properties           map[string]node `json:"properties"`
		AdditionalProperties any             `json:"additionalProperties"`
	}
	var root node
	decode(t, chart+"/values.schema.json", &root)
	var values []value
	var visit func(name string, n node)
	visit = func(name string, n node) {
		if n.Properties == nil {
			values = append(values, value{name, n.Description})
			return
		}
		if n.AdditionalProperties != false {
			t.Errorf("%s: other properties are allowed", name)
		}
		for _, property := range slices.Sorted(maps.Keys(n.Properties)) {
			visit(strings.TrimPrefix(name+"."+property, "."), n.Properties[property])
		}
	}
	visit("", root)
	return slices.DeleteFunc(values, func(v value) bool { return v.name == "global" })
}

// decode reads YAML or JSON.
func decode(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// templates returns the text of the chart's templates, by name.
func templates(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(chart + "/templates/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no templates (%v)", err)
	}
	texts := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(file)] = string(text)
	}
	return texts
}

func regexpWord(word string) *regexp.Regexp { return regexp.MustCompile(`\b` + word + `\b`) }

func TestWrongValuesAreRejected(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ value, want string }{
		{`replica=3`, "additional properties 'replica' not allowed"},
		{`image.name="x"`, "additional properties 'name' not allowed"},
		{`flags.rollout-sok="1s"`, "additional properties 'rollout-sok' not allowed"},
		{`resources.request={}`, "additional properties 'request' not allowed"},
		{`certificates.caBundle="x"`, "additional properties 'caBundle' not allowed"},
		{`certificates.mode="certmanager"`, "at '/certificates/mode'"},
		{`flags.key-policy="reject"`, "at '/flags/key-policy'"},
		{`flags.rollout-soak="30"`, "at '/flags/rollout-soak'"},
		{`flags.coredns="latest"`, "at '/flags/coredns'"},
		{`replicas=0`, "at '/replicas'"},
		{`replicas="2"`, "at '/replicas'"},
		{`ports.webhook=70000`, "at '/ports/webhook'"},
		{`image.digest="sha256:1"`, "at '/image/digest'"},
		{`tolerations=[{"operator":"exists"}]`, "at '/tolerations/0/operator'"},
		{`nodeSelector={"a":1}`, "at '/nodeSelector/a'"},
	} {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()
			_, err := tool(t.Context(), t, parts.Helm, "", helmArgs("corewarden", []string{test.value})...)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("helm template: %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestHelmHasNothingAgainstTheChart(t *testing.T) {
	t.Parallel()
	if out, err := tool(t.Context(), t, parts.Helm, "", "lint", "--strict", chart); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestOldKubernetesIsRefused is about kubeVersion.
func TestOldKubernetesIsRefused(t *testing.T) {
	t.Parallel()
	for version, accepted := range map[string]bool{"v1.29.15": false, "v1.30.0": true, "v1.31.4-gke.1183000": true, "v1.30.0-eks-036c24b": true} {
		_, err := tool(t.Context(), t, parts.Helm, "", append(helmArgs("corewarden", nil), "--kube-version="+version)...)
		if (err == nil) != accepted {
			t.Errorf("%s: %v, want it accepted: %t", version, err, accepted)
		}
	}
}

// TestReadmeListsTheValues compares the table in the chart's README with the schema and
// values.yaml.
func TestReadmeListsTheValues(t *testing.T) {
	t.Parallel()
	var defaults map[string]any
	decode(t, chart+"/values.yaml", &defaults)
	table := "| value | default | what it is |\n|---|---|---|\n"
	for _, value := range schema(t) {
		if value.description == "" {
			t.Errorf("%s has no description", value.name)
		}
		table += fmt.Sprintf("| %#q | %s | %s |\n", value.name, defaultOf(t, defaults, value.name), value.description)
	}
	readme, err := os.ReadFile(chart + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "\n"+table) {
		t.Errorf("README.md has not this table:\n%s", table)
	}
}

// defaultOf returns the default of a value as JSON in a code span.
func defaultOf(t *testing.T, defaults any, name string) string {
	t.Helper()
	for part := range strings.SplitSeq(name, ".") {
		object, ok := defaults.(map[string]any)
		if !ok {
			t.Fatalf("values.yaml has no %s", name)
		}
		if defaults, ok = object[part]; !ok {
			if !strings.HasPrefix(name, "flags.") { // flags have defaults of their own
				t.Errorf("values.yaml has no %s", name)
			}
			return ""
		}
	}
	text, err := json.Marshal(defaults)
	if err != nil {
		t.Fatal(err)
	}
	return "`" + string(text) + "`"
}
