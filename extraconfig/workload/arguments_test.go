package workload_test

import (
	"maps"
	"slices"
	"testing"
)

func TestArgumentsAreExpandedAsTheKubeletDoes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, container, conf string
		unknown               []string
	}{
		{"a variable by value", `{args: [-conf, $(DIR)/Corefile], env: [{name: DIR, value: /a}]}`, "/a/Corefile", nil},
		{"a variable of another one", `{args: [-conf, $(FILE)], env: [{name: DIR, value: /a}, {name: FILE, value: $(DIR)/b}]}`, "/a/b", nil},
		{"a variable of one that comes later", `{args: [-conf, $(FILE)], env: [{name: FILE, value: /$(DIR)/b}, {name: DIR, value: a}]}`, "/$(DIR)/b", nil},
		{"the last of two", `{args: [-conf, $(FILE)], env: [{name: FILE, value: /a}, {name: FILE, value: /b}]}`, "/b", nil},
		{"a variable that is not there", `{args: [-conf, /$(FILE)]}`, "/$(FILE)", nil},
		{"an escaped dollar sign", `{args: [-conf, /$$(FILE)$], env: [{name: FILE, value: a}]}`, "/$(FILE)$", nil},
		{"no end", `{args: [-conf, /$(FILE], env: [{name: FILE, value: a}]}`, "/$(FILE", nil},
		{"in the command", `{command: [coredns, -conf=$(FILE)], env: [{name: FILE, value: /a}]}`, "/a", nil},
		{"a variable from elsewhere", `{args: [-conf, /$(FILE)], env: [{name: FILE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]}`, "/{$FILE}", []string{"-conf"}},
		{"a variable of a variable from elsewhere", `{args: [-conf, $(FILE), -dns.port, $(PORT)], env: [{name: A, valueFrom: {}}, {name: FILE, value: /$(A)}, {name: PORT, value: $(A)}]}`, "/{$A}", []string{"-conf", "-dns.port"}},
		{"variables of a ConfigMap", `{args: [-conf, /$(FILE)], envFrom: [{configMapRef: {name: a}}]}`, "/{$FILE}", []string{"-conf"}},
		{"a variable of a Service", `{args: [-localip, $(KUBE_DNS_SERVICE_HOST)]}`, "/Corefile", []string{"-localip"}},
		{"a variable that decides nothing", `{args: [-quiet, $(A)], env: [{name: A, valueFrom: {}}]}`, "/Corefile", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := pod(t, "containers: ["+test.container+"]")
			if conf, _ := w.Corefile(); !slices.Equal(w.Unknown(), test.unknown) || conf != test.conf && test.conf != "/Corefile" || w.Port() != "" {
				t.Errorf("Corefile %s, unknown %v, port %q; want %s, %v and no port", conf, w.Unknown(), w.Port(), test.conf, test.unknown)
			}
		})
	}
}

func TestTheInterfaceOfNodeCache(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, args string
		want       map[string][]string
	}{
		{"by its usual name", `-localip, "169.254.20.10,10.0.0.10"`, map[string][]string{"nodelocaldns": {"169.254.20.10", "10.0.0.10"}}},
		{"by another name", `-localip, 169.254.20.10, -interfacename, dns0`, map[string][]string{"dns0": {"169.254.20.10"}}},
		{"none", `-localip, 169.254.20.10, -setupinterface=false`, nil},
		{"an address that nobody knows", `-localip, "169.254.20.10,$(IP)"`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := pod(t, "containers: [{image: k8s-dns-node-cache:1.26.7, env: [{name: IP, valueFrom: {}}], args: ["+test.args+"]}]")
			if got := w.Interfaces(); !maps.EqualFunc(got, test.want, slices.Equal[[]string]) {
				t.Errorf("interfaces %v, want %v", got, test.want)
			}
		})
	}
}
