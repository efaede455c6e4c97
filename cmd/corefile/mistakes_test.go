package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"corewarden/corefile/release"
	"corewarden/extraconfig"
	"corewarden/webhook"
)

var update = flag.Bool("update", false, "write the outputs into testdata/mistakes")

// What the outputs are for. The messages name the releases, so newer ones change nothing.
const (
	forCoreDNS   = "1.15.0"
	forNodeCache = "1.26.7"
)

// TestMistakes shows all that people read of what they get wrong: in the terminal, as an
// annotation of their pull request, and from kubectl. Each file of testdata/mistakes says what
// happened, and has the manifest and these three.
func TestMistakes(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil || len(paths) < 80 {
		t.Fatalf("%d files: %v", len(paths), err)
	}
	validating := contentWebhook(t)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			manifest := archive.Files[0].Data
			folder := written(t, map[string]string{"dns.yaml": string(manifest)})
			check := func(output string) string {
				var out bytes.Buffer
				run([]string{"check", "--output", output, "--coredns", forCoreDNS, "--node-local-dns", forNodeCache, folder + "/dns.yaml"}, nil, &out, &out)
				return strings.ReplaceAll(out.String(), folder+"/", "")
			}
			shown := []txtar.File{
				{Name: "terminal", Data: []byte(check("text"))},
				{Name: "annotation", Data: []byte(check("github"))},
				{Name: "kubectl", Data: []byte(kubectlPrints(t, validating, manifest))},
			}
			for _, file := range shown {
				checkMessages(t, file)
			}
			archive.Files = append(archive.Files[:1:1], shown...)
			if *update {
				if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := txtar.Format(archive); !bytes.Equal(got, want) {
				t.Errorf("it shows\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// A message has a place, what is wrong, and a rule.
var message = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^(?:dns\.yaml:\d+:\d+: \S*Corefile:\d+:\d+: (?:error|warning): |::(?:error|warning) file=dns\.yaml,line=\d+,.*title=[a-z-]+::\S*Corefile:\d+:\d+: |(?:\* |Warning: |The ConfigMap "dns-extra-configs" is invalid: )data\[\S*Corefile\]: line \d+, column \d+: )(.+) \([a-z-]+(?:; (?:stops|on) .+)?\)$`)
})

// longest is what fits into two lines of a wide terminal. Lists of what there is are longer.
const longest = 240

func checkMessages(t *testing.T, file txtar.File) {
	t.Helper()
	found := message().FindAllSubmatch(file.Data, -1)
	if len(found) == 0 {
		t.Errorf("%s has no message with a place and a rule:\n%s", file.Name, file.Data)
	}
	for _, m := range found {
		if text := string(m[1]); len(text) > longest && !regexp.MustCompile(`[Ii]t has \w+, `).MatchString(text) {
			t.Errorf("%s: too long: %s", file.Name, text)
		}
	}
}

// handlers takes the handlers of the webhooks by their paths.
type handlers struct {
	ctrlwebhook.Server // the rest, which nobody calls
	byPath             map[string]admission.Handler
}

// Register is called for each webhook.
func (h handlers) Register(path string, handler http.Handler) {
	if webhook, ok := handler.(*admission.Webhook); ok {
		h.byPath[path] = webhook.Handler
	}
}

// contentWebhook returns the webhook that judges, for a cluster of which only the releases are known.
func contentWebhook(t *testing.T) admission.Handler {
	t.Helper()
	coreDNS, err := release.CoreDNS(forCoreDNS)
	if err != nil {
		t.Fatal(err)
	}
	nodeCache, err := release.NodeCache(forNodeCache)
	if err != nil {
		t.Fatal(err)
	}
	cluster := &extraconfig.Cluster{Servers: []extraconfig.Server{{Workload: "coredns", Release: coreDNS}, {Workload: "node-local-dns", Release: nodeCache}}}
	all := handlers{byPath: map[string]admission.Handler{}}
	err = webhook.Register(all, webhook.Options{
		Cluster: func() *extraconfig.Cluster { return cluster }, Scheme: scheme.Scheme, Registerer: prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.byPath[webhook.ContentPath]
}

// kubectlPrints returns what kubectl makes of the answer. README.md shows one of a real API
// server, which e2e/walk compares.
func kubectlPrints(t *testing.T, handler admission.Handler, manifest []byte) string {
	t.Helper()
	var object any
	if err := yaml.Unmarshal(manifest, &object); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	answer := handler.Handle(t.Context(), admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Kind: metav1.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, Namespace: extraconfig.Namespace, Name: extraconfig.Name,
		Operation: admissionv1.Create, Object: runtime.RawExtension{Raw: raw},
	}})
	var out strings.Builder
	for _, warning := range answer.Warnings {
		fmt.Fprintf(&out, "Warning: %s\n", warning)
	}
	switch {
	case answer.Allowed:
		out.WriteString("configmap/dns-extra-configs created\n")
	case len(answer.Result.Details.Causes) == 1:
		cause := answer.Result.Details.Causes[0]
		fmt.Fprintf(&out, "The ConfigMap \"dns-extra-configs\" is invalid: %s: %s\n", cause.Field, cause.Message)
	default:
		out.WriteString("The ConfigMap \"dns-extra-configs\" is invalid: \n")
		for _, cause := range answer.Result.Details.Causes {
			fmt.Fprintf(&out, "* %s: %s\n", cause.Field, cause.Message)
		}
	}
	return out.String()
}
