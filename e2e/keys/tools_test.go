package keys_test

import (
	"maps"
	"strings"
	"testing"

	"corewarden/e2e/harness"
	"corewarden/e2e/parts"
)

func (i keyClients) fluxSeesNoDrift(t *testing.T) {
	apply, diff := i.applyWith(parts.Flux, "apply"), i.applyWith(parts.Flux, "diff")
	i.startAfresh(t)
	says(t, apply, texts{"a": "# 1\n"}, "created")
	says(t, diff, texts{"a": "# 1\n"}, "unchanged")
	says(t, apply, texts{"a": "# 1\n"}, "unchanged")
	says(t, diff, texts{"a": "# 2\n"}, "configured")
	says(t, apply, texts{"a": "# 2\n"}, "configured")
	says(t, diff, nil, "configured")

	i.Run(t, harness.PatchArgs("merge", `{"data":{"a.Corefile":"# by hand\n"}}`)...)
	says(t, diff, texts{"a": "# 2\n"}, "configured")
	says(t, apply, texts{"a": "# 2\n"}, "configured")
	i.holds(t, texts{"a.Corefile": "# 2\n"})
	says(t, diff, texts{"a": "# 2\n"}, "unchanged")

	// It takes over what kubectl has applied, with all that belongs to it.
	i.startAfresh(t)
	says(t, i.kubectlApply(), texts{"a": "# 1\n", "b": "# 2\n"}, "")
	says(t, apply, texts{"a": "# 1\n", "b": "# 2\n"}, "configured")
	says(t, diff, texts{"a": "# 1\n", "b": "# 2\n"}, "unchanged")
	says(t, apply, texts{"b": "# 2\n"}, "configured")
	i.holds(t, texts{"b.Corefile": "# 2\n"})
}

// argoSeesChanges says which of Argo CD's ways to compare accept a wrong name.
func (i keyClients) argoSeesChanges(t *testing.T) {
	const synced, outOfSync = "Synced", "OutOfSync"
	sees := func(source texts, want map[string]string) {
		t.Helper()
		out, err := i.applyWith(parts.ArgoCD, "diff")(t, source)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for line := range strings.Lines(out) {
			way, verdict, _ := strings.Cut(strings.TrimSpace(line), " ")
			if verdict == synced || verdict == outOfSync { // and no warning
				got[way] = verdict
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("for %q it sees\n%v, not\n%v\n%s", source, got, want, out)
		}
	}
	everyWay := func(clientSide, serverSide string) map[string]string {
		return map[string]string{
			"three-way": clientSide, "structured-merge": clientSide,
			"server-side": serverSide, "server-side,IncludeMutationWebhook=true": serverSide,
		}
	}
	for _, verb := range []string{"apply", "apply-server-side"} {
		apply := i.applyWith(parts.ArgoCD, verb)
		i.startAfresh(t)
		says(t, apply, texts{"a": "# 1\n"}, "")
		sees(texts{"a": "# 1\n"}, everyWay(outOfSync, synced))
		sees(texts{"a": "# 2\n"}, everyWay(outOfSync, outOfSync))
		sees(texts{"a": "# 1\n", "b": "# 2\n"}, everyWay(outOfSync, outOfSync))
		says(t, apply, texts{"a.Corefile": "# 1\n"}, "")
		sees(texts{"a.Corefile": "# 1\n"}, everyWay(synced, synced))
	}
}

// helmWithoutServerSideApply shows a limit: Helm compares with the chart of its last
// release, which is not on the object.
func (i keyClients) helmWithoutServerSideApply(t *testing.T) {
	upgrade := i.helmUpgrade("--server-side=false")
	i.startAfresh(t)
	says(t, upgrade, texts{"a": "# 1\n", "b": "# 2\n"}, "")
	says(t, upgrade, texts{"a": "# 3\n", "b": "# 2\n"}, "")
	i.holds(t, texts{"a.Corefile": "# 3\n", "b.Corefile": "# 2\n"})
	says(t, upgrade, texts{"a.Corefile": "# 3\n", "b": "# 2\n"}, "")
	i.holds(t, texts{"a.Corefile": "# 3\n", "b.Corefile": "# 2\n"})
	says(t, upgrade, texts{"a.Corefile": "# 3\n"}, "")
	i.holds(t, texts{"a.Corefile": "# 3\n", "b.Corefile": "# 2\n"}) // b has been left behind
	says(t, upgrade, texts{"c.Corefile": "# 4\n"}, "")
	i.holds(t, texts{"b.Corefile": "# 2\n", "c.Corefile": "# 4\n"})

	// Server-side apply takes such a release over.
	i.startAfresh(t)
	says(t, upgrade, texts{"a": "# 1\n", "b": "# 2\n"}, "")
	says(t, i.helmUpgrade("--server-side=true"), texts{"a": "# 3\n"}, "")
	i.holds(t, texts{"a.Corefile": "# 3\n"})
}

// rejects restarts the webhook for good, on a ConfigMap with keys that it has renamed.
func (i keyClients) rejects(t *testing.T) {
	i.startAfresh(t)
	says(t, i.kubectlApply(), texts{"a": "# 1\n", "b": "# 2\n"}, "")
	if err := i.Product.Restart(t.Context(), "-key-policy=Reject"); err != nil {
		t.Fatal(err)
	}
	const remedy = `data[a]: CoreDNS loads only keys ending in "Corefile". Rename it to "a.Corefile", or to "a.txt" if it is no Corefile (key-name)`
	i.fails(t, i.kubectlApply(), texts{"a": "# 3\n"}, remedy)
	// The right names take over what the wrong ones have left.
	says(t, i.kubectlApply(), texts{"a.Corefile": "# 3\n"}, "")
	i.holds(t, texts{"a.Corefile": "# 3\n"})
	i.startAfresh(t)
	for _, c := range i.clients() {
		i.fails(t, c.apply, texts{"a": "# 1\n"}, remedy)
	}
}
