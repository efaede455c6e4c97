package main

import (
	"testing"
	"time"
)

// TestSample is a short run, the same every time. `make chaos` is the long one.
func TestSample(t *testing.T) {
	t.Parallel()
	err := unleash(t.Context(), options{Duration: 30 * time.Second, Seed: 6, Nodes: 3, Output: t.Output(), TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPinnedSample is one in which pods load copies, and a node is broken from the start.
func TestPinnedSample(t *testing.T) {
	t.Parallel()
	err := unleash(t.Context(), options{Duration: 20 * time.Second, Seed: 6, Nodes: 3, Broken: 1, Pinned: true, Output: t.Output(), TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
}
