package install_test

import (
	"os"
	"strings"
	"testing"

	"corewarden/e2e/harness"
)

// observesFirst has Corewarden observe: it stores what it would refuse, and says so, and restarts
// nothing. Once it enforces, it does what it said.
func (i *installation) observesFirst(t *testing.T) {
	if err := i.Product.Restart(t.Context(), "-mode=observe"); err != nil {
		t.Fatal(err)
	}
	i.WantNoRollout(t, func() {
		out := i.RunInput(t, strings.Replace(harness.Manifest(t, harness.Typo), "Corefile", "example.org", 1), "apply", "--filename=-")
		for _, want := range []string{
			`Warning: key "example.org" would be renamed to "example.org.Corefile"`,
			`Warning: would be rejected: data[example.org.Corefile]: line 2, column 5: unknown plugin "forwrad"`,
			"configmap/dns-extra-configs configured",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("kubectl says\n%s\nand not\n%s", out, want)
			}
		}
		if _, renamed := i.ConfigMap(t).Data["example.org"]; !renamed {
			t.Errorf("the key is not stored as it was sent: %v", i.ConfigMap(t).Data)
		}
		i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.9")))
		i.AwaitDescribe(t, "deployment/coredns", "RolloutObserved", "would stamp Deployment coredns with v1:", "Nothing is done: -rollout-mode=observe")
	})
	for _, labels := range [][]string{{"part=admission", "mode=observe"}, {"part=rollout", "mode=observe"}} {
		if got := i.Metric(t, "corewarden_mode", labels...); got != 1 {
			t.Errorf("corewarden_mode%v is %v, want 1", labels, got)
		}
	}
	if err := i.Product.Restart(t.Context(), "-mode=enforce"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"coredns", "node-local-dns"} {
		i.ExpectStamp(t, name)
	}
	i.AwaitStamps(t)
}

// explainsDryRuns has kubectl show what a write would change for names, as docs/trace.md does.
func (i *installation) explainsDryRuns(t *testing.T) {
	page, err := os.ReadFile("../../docs/trace.md")
	if err != nil {
		t.Fatal(err)
	}
	const manifest = "e2e/walk/examples/changed.yaml"
	_, after, found := strings.Cut(string(page), "$ kubectl apply --dry-run=server --filename "+manifest+"\n")
	want, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatal("docs/trace.md does not show it")
	}
	if out := i.Run(t, "apply", "--dry-run=server", "--filename=../../"+manifest); strings.TrimSpace(out) != strings.TrimSpace(want) {
		t.Errorf("kubectl says\n%s\nand docs/trace.md\n%s", out, want)
	}
	i.CheckRollouts(t)
}
