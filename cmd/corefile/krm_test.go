package main

import (
	"bytes"
	"strings"
	"testing"
)

// A resourceList has what Kustomize adds to a ConfigMap.
func resourceList(corefile string) string {
	return `apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata:
      name: dns-extra-configs
      namespace: kube-system
      annotations:
        internal.config.kubernetes.io/path: dns/extra.yaml
        internal.config.kubernetes.io/index: "2"
    data:
      shop.Corefile: |
        shop.example {
            ` + corefile + `
        }
  - apiVersion: v1
    kind: Service # any other resource
`
}

func TestKRM(t *testing.T) {
	t.Parallel()
	const wrong = `shop.Corefile:2:5: unknown plugin "forwrad"; did you mean "forward"? (unknown-plugin; stops CoreDNS 1.15.0)`
	function := []string{"krm", "--coredns", forCoreDNS, "--node-local-dns", "none"}
	for _, tt := range []struct {
		name, input   string
		args          []string
		code          int
		added, errors string // to the list, and on standard error
	}{
		{"right", resourceList("forward . 192.0.2.53"), function, exitClean, "", ""},
		{"wrong", resourceList("forwrad . 192.0.2.53"), function, exitProblems, `results:
  - message: '` + wrong + `'
    severity: error
    resourceRef:
      apiVersion: v1
      kind: ConfigMap
      namespace: kube-system
      name: dns-extra-configs
    field:
      path: data[shop.Corefile]
    file:
      path: dns/extra.yaml
      index: 2
    tags:
      rule: unknown-plugin
`, "dns/extra.yaml: ConfigMap dns-extra-configs: error: " + wrong + "\n"},
		{"a warning that fails", resourceList("forward . 192.0.2.53:70000"), append(function, "--fail-on=warning"), exitProblems, `results:
  - message: 'shop.Corefile:2:15: forward: port "70000" is out of range, so this upstream never answers. Write one from 1 to 65535 (ignored-text)'
    severity: warning
    resourceRef:
      apiVersion: v1
      kind: ConfigMap
      namespace: kube-system
      name: dns-extra-configs
    field:
      path: data[shop.Corefile]
    file:
      path: dns/extra.yaml
      index: 2
    tags:
      rule: ignored-text
`, "dns/extra.yaml: ConfigMap dns-extra-configs: warning: shop.Corefile:2:15: forward: port \"70000\" is out of range, so this upstream never answers. Write one from 1 to 65535 (ignored-text)\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out, errors bytes.Buffer
			if code := run(tt.args, strings.NewReader(tt.input), &out, &errors); code != tt.code {
				t.Errorf("the exit code is %d, not %d", code, tt.code)
			}
			if got, want := out.String(), tt.input+tt.added; got != want {
				t.Errorf("it writes\n%s\nnot\n%s", got, want)
			}
			if errors.String() != tt.errors {
				t.Errorf("it says\n%s\nnot\n%s", &errors, tt.errors)
			}
		})
	}
}

func TestKRMTakesNothingElse(t *testing.T) {
	t.Parallel()
	var out, errors bytes.Buffer
	if code := run([]string{"krm"}, strings.NewReader(goodManifest), &out, &errors); code != exitUsage || out.Len() > 0 || !strings.Contains(errors.String(), `no ResourceList, but of kind "ConfigMap"`) {
		t.Errorf("exit code %d, output %q, and it says %s", code, &out, &errors)
	}
}
