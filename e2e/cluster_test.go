package e2e_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/metakube"
)

// A cluster has DNS as a MetaKube cluster has it.
type cluster struct{ *controlplane.Cluster }

func newCluster(t *testing.T, stages ...string) cluster {
	t.Helper()
	c, err := controlplane.Start(t.Context(), controlplane.Options{Output: os.Stderr, TempDir: t.TempDir(), Stages: stages})
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
	return cluster{c}
}

// run runs kubectl, which has to succeed.
func (c cluster) run(t *testing.T, args ...string) string {
	t.Helper()
	return c.runInput(t, "", args...)
}

// runInput is run with an input, for `-f -`.
func (c cluster) runInput(t *testing.T, input string, args ...string) string {
	t.Helper()
	out, err := c.KubectlInput(t.Context(), input, args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// A step is a subtest that builds on those before it.
type step struct {
	name string
	run  func(*testing.T)
}

func inOrder(t *testing.T, steps []step) {
	t.Helper()
	for _, step := range steps {
		if !t.Run(step.name, step.run) {
			t.Fatal("the steps that follow build on the one that failed")
		}
	}
}

// eventually waits until try succeeds.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	patience := 30*time.Second + time.Duration(*rolloutNodes)*time.Second // replacing pods on many nodes takes long
	deadline := time.After(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %s: %s: %v", patience, what, err)
		}
	}
}
