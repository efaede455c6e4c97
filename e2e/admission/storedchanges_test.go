package admission_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"corewarden/e2e/harness"
)

// A change is one beside what is stored, after which a server would not start on that.
type change struct {
	name string
	// before makes the cluster one in which all servers start on what is stored, and change
	// one in which they do not. They return what kubectl says.
	before, change func(*testing.T) string
	stored         string // the Corefile
	warned         string // of change, after "would stop"
	event          string // after "not rolled out"
	relieved       string // what kubectl warns of when all is as before; "" for nothing
}

// warnsOfChanges stores ConfigMaps, and makes each one that a server would not start on.
func (i *installation) warnsOfChanges(t *testing.T) {
	const nodeLocalDNS = "daemonset/node-local-dns"
	image := func(version string) func(*testing.T) string {
		return func(t *testing.T) string {
			return i.SetImage(t, nodeLocalDNS, "registry.k8s.io/dns/k8s-dns-node-cache:"+version)
		}
	}
	base := func(name string, oldnew ...string) func(*testing.T) string {
		return func(t *testing.T) string { return i.patchBase(t, name, oldnew...) }
	}
	mount := func(kind, source string) func(*testing.T) string {
		return func(t *testing.T) string { return i.Mount(t, nodeLocalDNS, kind, source) }
	}
	for _, c := range []change{
		{
			name:   "another image of node-local-dns",
			before: image("1.26.7"), change: image("1.24.0"),
			stored: "shop.example {\n    forward . 10.0.0.1 {\n        failover SERVFAIL\n    }\n}\n",
			warned: "node-local-dns (node-cache 1.24.0): line 3, column 9: forward: ",
			event:  "Corefile:3:9: unavailable-property",
		},
		{
			name:   "another Corefile of CoreDNS",
			before: base("coredns", "warehouse.example {\n}\n", ""), change: base("coredns", ".:53 {", "warehouse.example {\n}\n.:53 {"),
			stored: "warehouse.example {\n    whoami\n}\n",
			warned: `CoreDNS 1.15.0: line 1, column 1: "warehouse.example" on port 53 is already served in ` + ownCoreDNS,
			event:  "Corefile:1:1: zone-already-served",
		},
		{
			name:   "another Corefile of node-local-dns",
			before: base("node-local-dns", "harbour.example:53", "in-addr.arpa:53"), change: base("node-local-dns", "in-addr.arpa:53", "harbour.example:53"),
			stored: "harbour.example {\n    whoami\n}\n",
			warned: `node-local-dns (node-cache 1.26.7): line 1, column 1: `,
			event:  "Corefile:1:1: zone-overlap",
		},
		{
			name:   "node-local-dns comes to mount it",
			before: mount("emptyDir", "{}"), change: mount("configMap", `{"name":"dns-extra-configs","optional":true}`),
			stored:   "shop.example {\n    acl\n}\n",
			warned:   `node-local-dns (node-cache 1.26.7): line 2, column 5: node-cache 1.26.7 has no plugin "acl"`,
			event:    "Corefile:2:5: unavailable-plugin",
			relieved: "DaemonSet node-local-dns does not mount this ConfigMap",
		},
	} {
		t.Run(c.name, func(t *testing.T) { i.warnsOf(t, c) })
	}
}

func (i *installation) warnsOf(t *testing.T, c change) {
	c.before(t)
	harness.Eventually(t, "it is stored and rolled out", func() error {
		if _, err := i.KubectlInput(t.Context(), harness.Manifest(t, c.stored), "apply", "--filename=-"); err != nil {
			return err
		}
		if i.Rollouts(t)["coredns"].Stamp != i.Stored(t).Hash() {
			return errors.New("CoreDNS is not stamped")
		}
		return nil
	})
	i.invalid(t, 0)

	want := "Warning: the stored dns-extra-configs, data[Corefile] would stop " + c.warned
	if out := c.change(t); !strings.Contains(out, want) {
		t.Errorf("kubectl says\n%s\nand not\n%s", out, want)
	}
	i.invalid(t, 1)
	i.AwaitDescribe(t, "configmap/dns-extra-configs", "InvalidContent", "not rolled out: "+c.event)

	out := c.before(t)
	if strings.Contains(out, "Warning") != (c.relieved != "") || !strings.Contains(out, c.relieved) {
		t.Errorf("kubectl warns of what fixes it, and should of %q:\n%s", c.relieved, out)
	}
	i.invalid(t, 0)
}

// invalid waits until the metric tells whether servers would start on what is stored.
func (i *installation) invalid(t *testing.T, want float64) {
	t.Helper()
	harness.Eventually(t, "the metric tells", func() error {
		if got := i.Metric(t, "corewarden_invalid_content"); got != want {
			return fmt.Errorf("corewarden_invalid_content is %v, not %v", got, want)
		}
		return nil
	})
}
