package admission_test

import (
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/harness"
	"corewarden/extraconfig"
)

// guardsUntilTheEnd deletes the ConfigMap, which a finalizer keeps. It takes no typo then, but
// the finalizer can be removed.
func (i *installation) guardsUntilTheEnd(t *testing.T) {
	kept := i.ConfigMap(t)
	kept.Data = map[string]string{"Corefile": harness.Forwarding("10.2.0.1")}
	kept.Finalizers = []string{"example.org/kept"}
	if _, err := i.update(t, kept); err != nil {
		t.Fatal(err)
	}
	warnings := i.deletes(t)
	const want = "the deletion will be rolled out: Deployment coredns and DaemonSet node-local-dns will run without the server blocks of dns-extra-configs"
	if !slices.Equal(warnings, []string{want}) {
		t.Errorf("the deletion is warned of with %q, want %q", warnings, want)
	}
	going := i.ConfigMap(t)
	if going == nil || going.DeletionTimestamp == nil {
		t.Fatalf("it is not being deleted: %v", going)
	}
	bad := going.DeepCopy()
	bad.Data = map[string]string{"Corefile": "example.org {\n    forwrad\n}\n"}
	if _, err := i.update(t, bad); !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "forwrad") {
		t.Errorf("a typo is taken: %v", err)
	}
	going.Finalizers = nil
	if _, err := i.update(t, going); err != nil {
		t.Fatal(err)
	}
	if i.ConfigMap(t) != nil {
		t.Error("it is still there")
	}
}

// deletes deletes the ConfigMap and returns the warnings that come with the answer.
func (i *installation) deletes(t *testing.T) []string {
	t.Helper()
	api, warnings := i.listening(t)
	if err := api.CoreV1().ConfigMaps(extraconfig.Namespace).Delete(t.Context(), extraconfig.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	return *warnings
}
