package doctor

import (
	"context"
	"testing"

	"corewarden/doctor"
	"corewarden/e2e/harness"
)

// A cluster has DNS as a MetaKube cluster has it, and kubectl with the plugin on its PATH.
type cluster struct {
	harness.Cluster
	kubectl *Plugin
}

func newCluster(t *testing.T) cluster {
	t.Helper()
	c := harness.NewCluster(t)
	plugin, err := Build(t.Context(), c.Cluster)
	if err != nil {
		t.Fatal(err)
	}
	return cluster{c, plugin}
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
