package rollout

import (
	"slices"
	"strings"
	"testing"
	"time"

	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// A new version of Corewarden that makes other hashes restarts nothing by itself. What is
// written then gets its hashes.
func TestNewHashVersionRestartsNothing(t *testing.T) {
	t.Parallel()
	c := staged(t)
	second := func(corefile string) string { return strings.Replace(hashOf(corefile), "v1:", "v2:", 1) }
	c.startController()
	c.controller.hashes = func(value extraconfig.ConfigMap) []string {
		return []string{strings.Replace(value.Hash(), "v1:", "v2:", 1), value.Hash()}
	}
	c.finish()
	c.wantPatches(0)
	c.wantEvents()
	c.wantNothingPendingOrHeld()

	c.write(other)
	c.finish()
	c.wantPatches(2)
	c.wantStamps(second(other), second(other))
}

// Where Corewarden is installed beside content that all pods have loaded, nothing is restarted.
func TestWhatRunsIsAdopted(t *testing.T) {
	t.Parallel()
	c := newFakeCluster(t, configMap(example), coredns(), nodeLocalDNS())
	c.stampedAt[extraconfig.Name] = noon.Add(-2 * time.Hour) // the pods are an hour old
	c.policy.Adopt = plan.AdoptAuto
	c.startController()
	c.finish()
	c.wantPatches(0)
	c.wantStamps("", "")
	c.wantNothingPendingOrHeld()
	const want = "Normal Adopted on dns-extra-configs (with node-local-dns): DaemonSet node-local-dns counts as rolled out with "
	if n := len(slices.DeleteFunc(slices.Clone(c.events.events), func(e string) bool { return !strings.HasPrefix(e, want) })); n != 1 || len(c.events.events) != 5 {
		t.Errorf("events are\n%s\nwant that it is valid, and one for each workload, on it and on the ConfigMap", strings.Join(c.events.events, "\n"))
	}
	c.startController()
	c.finish()
	c.wantEvents()

	c.write(other)
	c.finish()
	c.wantPatches(2)
	c.wantStamps(hashOf(other), hashOf(other))
}
