package harness

import (
	"context"
	"regexp"
	"testing"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/corewarden"
)

// An Installation is a cluster with Corewarden in it and its webhook on this machine.
type Installation struct {
	Cluster
	Product *corewarden.Product
	API     kubernetes.Interface // with every right
	// Expected is what the steps so far should have made of the workloads, by name.
	Expected map[string]Rollout
}

// NewInstallation installs Corewarden in a cluster of its own, with the given flags.
func NewInstallation(t testing.TB, flags ...string) *Installation {
	t.Helper()
	return Install(t, NewCluster(t), flags...)
}

// Install installs Corewarden in a cluster, with the given flags.
func Install(t testing.TB, c Cluster, flags ...string) *Installation {
	t.Helper()
	return install(t, c, corewarden.Install, flags...)
}

// InstallPinned is Install with the component deploy/pinned.
func InstallPinned(t testing.TB, c Cluster, flags ...string) *Installation {
	t.Helper()
	return install(t, c, corewarden.InstallPinned, flags...)
}

func install(t testing.TB, c Cluster, by func(context.Context, *controlplane.Cluster, ...string) (*corewarden.Product, error), flags ...string) *Installation {
	t.Helper()
	i := &Installation{Cluster: c, API: c.API(t)}
	i.Expected = i.Rollouts(t)
	var err error
	if i.Product, err = by(t.Context(), c.Cluster, flags...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Product.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the webhook logged:\n%s", stackTrace.ReplaceAllString(i.Product.Log(), ""))
		}
	})
	return i
}

// stackTrace is what log lines of errors end with.
var stackTrace = regexp.MustCompile(`,"stacktrace":"[^"]*(\\.[^"]*)*"`)

// API returns a client with every right, which hears no warnings.
func (c Cluster) API(t testing.TB) kubernetes.Interface {
	t.Helper()
	config := c.Config()
	config.QPS = -1 // tests look often
	config.WarningHandler = rest.NoWarnings{}
	api, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// Metric returns the sum of a metric's series with the given labels, "name=value" each.
func (i *Installation) Metric(t testing.TB, name string, labels ...string) float64 {
	t.Helper()
	value, err := i.Product.Metric(t.Context(), name, labels...)
	if err != nil {
		t.Fatal(err)
	}
	return value
}
