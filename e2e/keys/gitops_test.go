package keys_test

import (
	"strings"
	"testing"

	"corewarden/e2e/harness"
	"corewarden/e2e/metakube"
	"corewarden/e2e/parts"
)

// A healer is a tool that puts an object back to what is in Git whenever it drifts from that.
type healer struct {
	part          parts.Part
	apply, drifts string // what it is told, and what it says of a drift
}

// leavesStampsAlone has healers work on the stamped workloads. The stamp is not in Git, and
// no drift either.
func (i keyClients) leavesStampsAlone(t *testing.T) {
	i.startAfresh(t)
	i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.1")))
	i.AwaitSettled(t)
	for _, h := range []healer{
		{parts.Flux, "apply", "configured"},
		{parts.ArgoCD, "apply", "OutOfSync"},
		{parts.ArgoCD, "apply-server-side", "OutOfSync"},
	} {
		t.Run(string(h.part)+" "+h.apply, func(t *testing.T) {
			i.heals(t, h, "deployment/coredns", inGit(t, "Deployment"))
			i.heals(t, h, "daemonset/node-local-dns", inGit(t, "DaemonSet"))
		})
	}
	if n := i.Metric(t, "corewarden_stamps_reimposed_total"); n != 0 {
		t.Errorf("the controller had to set %v stamps again", n)
	}
}

// inGit returns the manifest of the workload of a kind.
func inGit(t *testing.T, kind string) string {
	t.Helper()
	all, err := metakube.Manifests()
	if err != nil {
		t.Fatal(err)
	}
	head := "apiVersion: apps/v1\nkind: " + kind + "\n"
	_, rest, found := strings.Cut(all, head)
	if !found {
		t.Fatalf("there is no %s in\n%s", kind, all)
	}
	manifest, _, _ := strings.Cut(rest, "---\n")
	return head + manifest
}

// heals has a workload drift, and h fix that. The stamp has to stay, all the time.
func (i keyClients) heals(t *testing.T, h healer, workload, manifest string) {
	t.Helper()
	run := func(verb string) string {
		t.Helper()
		out, err := i.tool(t, h.part, manifest, verb)
		if err != nil {
			t.Fatal(err)
		}
		i.AwaitSettled(t) // with the stamp, or what is compared next changes meanwhile
		return out
	}
	drifted := func(want bool) {
		t.Helper()
		if out := run("diff"); strings.Contains(out, h.drifts) != want {
			t.Errorf("%s: it says\n%s\nand should see a drift: %t", workload, out, want)
		}
	}
	run(h.apply)
	drifted(false)
	i.SetImage(t, workload, "example.org/dns:1")
	drifted(true)
	run(h.apply)
	drifted(false)
}
