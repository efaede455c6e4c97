// Package harness has what the scenarios of the folders beside it share: a cluster with
// Corewarden in it, the steps of a story, and what to look at and to wait for.
package harness

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/metakube"
	"corewarden/e2e/poll"
)

// A Cluster has DNS as a MetaKube cluster has it.
type Cluster struct{ *controlplane.Cluster }

// NewCluster starts a cluster that ends with the test.
func NewCluster(t testing.TB) Cluster {
	t.Helper()
	return NewClusterWith(t, controlplane.Options{})
}

// NewClusterWith is NewCluster with options, but for where its output and its files go.
func NewClusterWith(t testing.TB, options controlplane.Options) Cluster {
	t.Helper()
	options.Output, options.TempDir = os.Stderr, t.TempDir()
	c, err := controlplane.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := metakube.Install(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return Cluster{c}
}

// Run runs kubectl, which has to succeed, and returns what it prints.
func (c Cluster) Run(t testing.TB, args ...string) string {
	t.Helper()
	return c.RunInput(t, "", args...)
}

// RunInput is Run with an input, for `-f -`.
func (c Cluster) RunInput(t testing.TB, input string, args ...string) string {
	t.Helper()
	out, err := c.KubectlInput(t.Context(), input, args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// Step runs a subtest that the rest of the test builds on.
func Step(t *testing.T, name string, run func(*testing.T)) {
	t.Helper()
	if !t.Run(name, run) {
		t.Fatal("the steps that follow build on the one that failed")
	}
}

// Eventually waits until try succeeds, for far longer than it should take on a busy machine.
func Eventually(t testing.TB, what string, try func() error) {
	t.Helper()
	Within(t, 2*time.Minute, what, try)
}

// Within waits until try succeeds.
func Within(t testing.TB, patience time.Duration, what string, try func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience) // also in a cleanup
	defer cancel()
	if err := poll.Until(ctx, what, try); err != nil {
		t.Fatalf("not within %s: %v", patience, err)
	}
}
