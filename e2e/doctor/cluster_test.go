package doctor

import (
	"context"
	"os"
	"strings"
	"testing"

	"corewarden/doctor"
	"corewarden/e2e/controlplane"
	"corewarden/e2e/metakube"
)

// A cluster has DNS as a MetaKube cluster has it, and kubectl with the plugin on its PATH.
type cluster struct {
	*controlplane.Cluster
	kubectl *Plugin
}

func newCluster(t *testing.T) cluster {
	t.Helper()
	c, err := controlplane.Start(t.Context(), controlplane.Options{Output: os.Stderr, TempDir: t.TempDir()})
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
	plugin, err := Build(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return cluster{c, plugin}
}

// run runs kubectl, which has to succeed.
func (c cluster) run(t *testing.T, args ...string) string {
	t.Helper()
	return c.runInput(t, "", args...)
}

func (c cluster) runInput(t *testing.T, input string, args ...string) string {
	t.Helper()
	out, err := c.KubectlInput(t.Context(), input, args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// plugin runs "kubectl corewarden" with the arguments.
func (c cluster) plugin(t *testing.T, args ...string) Result {
	t.Helper()
	r, err := c.kubectl.Run(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// awaits runs the doctor until it says what is wanted.
func (c cluster) awaits(t *testing.T, wants ...Want) {
	t.Helper()
	run := func(ctx context.Context) (doctor.Report, error) { return c.kubectl.Report(ctx) }
	if err := Await(t.Context(), run, wants...); err != nil {
		t.Fatal(err)
	}
}
