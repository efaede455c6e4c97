package doctor

import (
	"strings"
	"testing"

	"corewarden/doctor"
	"corewarden/e2e/harness"
)

// TestDoctorIsContentWithAnInstall has nothing broken: no check fails or warns.
func TestDoctorIsContentWithAnInstall(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	i := harness.Install(t, c.Cluster)
	c.Run(t, "create", "configmap", "dns-extra-configs", "--namespace=kube-system", "--from-literal=example.org=example.org {\n    forward . 192.0.2.1\n}\n")
	rolledOut := Want{"rolled-out", doctor.OK, "coredns done, node-local-dns done", ""}
	c.awaits(t, rolledOut, Want{"leader", doctor.OK, "", ""})

	t.Run("waiting for it ends at once", func(t *testing.T) {
		r := c.plugin(t, "doctor", "--wait=1m")
		if r.Code != 0 || r.Stderr != "" {
			t.Errorf("ends with %d: %s", r.Code, r.Stderr)
		}
	})
	t.Run("nothing was written", func(t *testing.T) {
		if got := c.Run(t, "get", "configmap", "dns-extra-configs", "--namespace=kube-system", "--output=jsonpath={.data}"); strings.Contains(got, "corewarden-doctor") {
			t.Errorf("the ConfigMap holds what the dry-runs wrote: %s", got)
		}
	})
	t.Run("waiting says once what fails", func(t *testing.T) {
		c.Run(t, "delete", "validatingwebhookconfiguration", "corewarden")
		c.awaits(t, Want{"wrong-rejected", doctor.Failed, "accepts a Corefile", ""})
		r := c.plugin(t, "doctor", "--wait=5s")
		if lines := strings.Count(r.Stderr, "waiting, as "); r.Code != 1 || lines != 1 {
			t.Errorf("ends with %d, says %d times what it waits for:\n%s", r.Code, lines, r.Stderr)
		}
		if err := i.Product.Apply(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("who may only read skips what needs more", func(t *testing.T) { c.reader(t) })
	t.Run("the output for people", func(t *testing.T) {
		c.awaits(t, rolledOut, Want{"wrong-rejected", doctor.OK, "", ""})
		Golden(t, "well-outside", c.plugin(t, "doctor").Stdout)
	})
	t.Run("the status", func(t *testing.T) { Golden(t, "status", c.plugin(t, "status").Stdout) })
	t.Run("what DNS does with a name", func(t *testing.T) { Golden(t, "trace", c.plugin(t, "trace", "www.example.org").Stdout) })
	t.Run("wrong arguments", func(t *testing.T) {
		for _, args := range [][]string{{"trace"}, {"trace", "a..b"}, {"trace", "a.example", "B"}, {"trace", "a.example", "--from=b"}, {"doctor", "--output=yaml"}, {"doctor", "now"}, {"operate"}, {"doctor", "--wait=-1s"}, {"status", "--context=none"}} {
			if r := c.plugin(t, args...); r.Code != 2 || r.Stderr == "" {
				t.Errorf("%v ends with %d, want 2: %s", args, r.Code, r.Stderr)
			}
		}
	})
}

// reader is somebody with the role view, who may read neither webhook configurations nor
// patch anything.
func (c cluster) reader(t *testing.T) {
	c.Run(t, "create", "serviceaccount", "reader", "--namespace=default")
	c.Run(t, "create", "clusterrolebinding", "reader", "--clusterrole=view", "--serviceaccount=default:reader")
	kubeconfig, err := c.ServiceAccountKubeconfig(t.Context(), "default", "reader")
	if err != nil {
		t.Fatal(err)
	}
	report, err := c.kubectl.Report(t.Context(), "--kubeconfig="+kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	wants := []Want{
		{"webhooks-present", doctor.Skipped, "you may not read ValidatingWebhookConfiguration corewarden", ""},
		{"rights", doctor.Skipped, "you may not create subjectaccessreviews", ""},
		{"wrong-rejected", doctor.Skipped, "you may not patch ConfigMap kube-system/dns-extra-configs", ""},
		{"right-allowed", doctor.Skipped, "you may not patch", ""},
		{"loaded", doctor.OK, "", ""},
	}
	if missing := Unmet(report, wants...); len(missing) > 0 {
		t.Errorf("the doctor does not say %+v:\n%+v", missing, report.Checks)
	}
}
