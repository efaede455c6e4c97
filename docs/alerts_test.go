package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"
)

// An alert is a rule of deploy/prometheus/rules.yaml.
type alert struct {
	Alert       string            `json:"alert"`
	Expr        string            `json:"expr"`
	Annotations map[string]string `json:"annotations"`
}

func alerts(t *testing.T) []alert {
	t.Helper()
	text, err := os.ReadFile("../deploy/prometheus/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Spec struct {
			Groups []struct {
				Rules []alert `json:"rules"`
			} `json:"groups"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	var all []alert
	for _, group := range manifest.Spec.Groups {
		all = append(all, group.Rules...)
	}
	return all
}

func TestEveryAlertHasAPage(t *testing.T) {
	t.Parallel()
	var pages, names []string
	files, err := filepath.Glob("alerts/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		pages = append(pages, strings.TrimSuffix(filepath.Base(file), ".md"))
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "# "+pages[len(pages)-1]+"\n") {
			t.Errorf("%s does not start with the alert's name", file)
		}
	}
	for _, a := range alerts(t) {
		names = append(names, a.Alert)
		if got, want := a.Annotations["runbook_url"], "docs/alerts/"+a.Alert+".md"; got != want {
			t.Errorf("%s: the runbook is %q, want %q", a.Alert, got, want)
		}
	}
	slices.Sort(names)
	if !slices.Equal(names, pages) {
		t.Errorf("there are pages for\n%s\nand alerts\n%s", pages, names)
	}
}

var metricName = regexp.MustCompile(`corewarden_[a-z_]+`)

// TestMetricsExist looks for the metrics of the alerts, and of the page on rollouts, in the
// source.
func TestMetricsExist(t *testing.T) {
	t.Parallel()
	source := ""
	for _, pattern := range []string{"../rollout/*.go", "../webhook/*.go", "../certs/*.go", "../certs/authority/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source += string(text)
		}
	}
	page, err := os.ReadFile("rollout.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	for _, a := range alerts(t) {
		text += a.Expr
	}
	for _, name := range metricName.FindAllString(text, -1) {
		if !strings.Contains(source, `"`+name+`"`) {
			t.Errorf("there is no metric %s", name)
		}
	}
}
