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
	err := w.Wait()
	shown := w.output.String()
	if _, reason, missing := strings.Cut(shown, realnode.NoNodes); missing && !realnode.Required() {
		t.Skip(realnode.NoNodes, reason)
	}
	if err != nil || !strings.Contains(shown, "every step did what it should") {
		t.Errorf("it ends with %v and says\n%s", err, shown)
	}
}
