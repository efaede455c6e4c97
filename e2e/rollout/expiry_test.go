package rollout_test

import (
	"errors"
	"fmt"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/harness"
	"corewarden/e2e/parts"
	"corewarden/extraconfig"
)

// outlivesWatches freezes a process, changes the ConfigMap and has the API server forget what
// was before. The process does not lead until then, so that it has no lease to lose.
func (i *installation) outlivesWatches(t *testing.T) {
	frozen, err := i.Product.Replica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(frozen.Thaw(), frozen.Stop()); err != nil {
			t.Error(err)
		}
		i.start(t)
	}()
	if err := frozen.Freeze(); err != nil {
		t.Fatal(err)
	}
	i.stop(t)
	i.WantRollout(t, func() {
		last := i.listVersion(t)
		i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.2.3")))
		i.forget(t)
		i.expired(t, last)
		if err := frozen.Thaw(); err != nil {
			t.Fatal(err)
		}
	})
}

// listVersion returns the newest resource version of all that a watch of ConfigMaps can have
// seen by now.
func (i *installation) listVersion(t *testing.T) string {
	t.Helper()
	list, err := i.API.CoreV1().ConfigMaps(extraconfig.Namespace).List(t.Context(), metav1.ListOptions{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	return list.ResourceVersion
}

// forget starts the API server anew. It keeps the history for watches in memory.
func (i *installation) forget(t *testing.T) {
	t.Helper()
	server := i.Process(parts.KubeAPIServer)
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// expired checks that no watch can go on from a version, and hence from none before it.
func (i *installation) expired(t *testing.T, version string) {
	t.Helper()
	eventually(t, "a watch from "+version+" is refused", func() error {
		w, err := i.API.CoreV1().ConfigMaps(extraconfig.Namespace).Watch(t.Context(), metav1.ListOptions{ResourceVersion: version})
		if err != nil {
			return err
		}
		defer w.Stop()
		event := <-w.ResultChan()
		if err := apierrors.FromObject(event.Object); !apierrors.IsResourceExpired(err) {
			return fmt.Errorf("it says %s: %w", event.Type, err)
		}
		return nil
	})
}
