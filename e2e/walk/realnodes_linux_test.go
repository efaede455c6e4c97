package main

import (
	"strings"
	"testing"

	"corewarden/e2e/realnode"
)

// TestOnceOnRealNodes takes the walk as `make run NODES=real ONCE=1` does.
func TestOnceOnRealNodes(t *testing.T) {
	t.Parallel()
	w := start(t, "-once", "-real-nodes")
	<-w.child.Done()
	shown := w.output.String()
	if _, reason, missing := strings.Cut(shown, realnode.NoNodes); missing && !realnode.Required() {
		t.Skip(realnode.NoNodes, reason)
	}
	if !w.child.State().Success() || !strings.Contains(shown, "every step did what it should") {
		t.Errorf("it ends with %s and says\n%s", w.child.State(), shown)
	}
}
