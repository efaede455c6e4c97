package lifecycle_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"corewarden/e2e/harness"
)

// TestUpgradeRestartsNoDNS goes from the manifests in testdata/before, which had no
// tolerations, no policy and no labels for managed platforms, to today's.
func TestUpgradeRestartsNoDNS(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.run(t, "apply", "--server-side", "--kustomize", "testdata/before/base")
	// It is today's program that runs, and it needs its own rights, which an upgrade applies
	// before it replaces the pods.
	s.run(t, "apply", "--server-side", "--filename="+deploy+"/base/rbac.yaml")
	s.rolledOut(t)
	product, _ := s.serve(t, "cert-manager-cainjector")
	before := s.rollOut(t, forwarding("10.0.0.1"))

	s.run(t, "apply", "--server-side", "--kustomize", deploy+"/base")
	s.rolledOut(t)
	if err := product.Restart(t.Context()); err != nil { // as its pods were
		t.Fatal(err)
	}
	s.writable(t)
	harness.Eventually(t, "the new leader has looked at what is stored", func() error {
		n, err := product.Reconciled(t.Context())
		if err == nil && n == 0 {
			err = errors.New("it has not yet")
		}
		return err
	})
	if after := s.dns(t); !reflect.DeepEqual(after, before) {
		t.Errorf("the upgrade changes the DNS workloads from\n%+v\nto\n%+v", before, after)
	}
	if s.trusted(t) == "" {
		t.Error("the upgrade takes caBundle away")
	}

	// And the new one goes on from there.
	for name, after := range s.rollOut(t, forwarding("10.0.0.2")) {
		if was := before[name]; after.Stamp == was.Stamp || after.Generation != was.Generation+1 {
			t.Errorf("%s: after another write it is\n%+v\nand was\n%+v", name, after, was)
		}
	}
}

const stampAnnotation = "corewarden.io/config-hash"

// A dnsWorkload is what an upgrade must not change of one.
type dnsWorkload struct {
	Stamp      string
	Generation int64
	Template   corev1.PodTemplateSpec
	Pods       string // their UIDs
}

// dns returns the DNS workloads by name.
func (s site) dns(t *testing.T) map[string]dnsWorkload {
	t.Helper()
	workloads := map[string]dnsWorkload{}
	for kind, selector := range map[string]string{"deployment/coredns": "app.kubernetes.io/name=kube-dns", "daemonset/node-local-dns": "k8s-app=node-local-dns"} {
		var object appsv1.Deployment // whose template is where a DaemonSet has it
		if err := json.Unmarshal([]byte(s.run(t, "get", kind, "--namespace=kube-system", "--output=json")), &object); err != nil {
			t.Fatal(err)
		}
		workloads[object.Name] = dnsWorkload{
			Stamp:      object.Spec.Template.Annotations[stampAnnotation],
			Generation: object.Generation,
			Template:   object.Spec.Template,
			Pods:       s.run(t, "get", "pods", "--namespace=kube-system", "--selector="+selector, "--sort-by=.metadata.uid", "--output=jsonpath={.items[*].metadata.uid}"),
		}
	}
	return workloads
}

func forwarding(to string) string {
	return "example.org {\n  forward . " + to + "\n}\n"
}

// rollOut writes dns-extra-configs and waits until both workloads have its stamp and no old
// pod is left.
func (s site) rollOut(t *testing.T, corefile string) map[string]dnsWorkload {
	t.Helper()
	before := s.dns(t)
	if _, err := s.KubectlInput(t.Context(), manifest(corefile), "apply", "--server-side", "--field-manager=store", "--filename=-"); err != nil {
		t.Fatal(err)
	}
	harness.Eventually(t, "both workloads have a new stamp", func() error {
		for name, now := range s.dns(t) {
			if now.Stamp == before[name].Stamp {
				return fmt.Errorf("%s has still %q", name, now.Stamp)
			}
		}
		return nil
	})
	s.run(t, "rollout", "status", "deployment/coredns", "--namespace=kube-system", "--timeout=5m")
	s.run(t, "rollout", "status", "daemonset/node-local-dns", "--namespace=kube-system", "--timeout=5m")
	harness.Eventually(t, "no old pod is left", func() error {
		if ending := s.run(t, "get", "pods", "--namespace=kube-system", "--output=jsonpath={.items[*].metadata.deletionTimestamp}"); ending != "" {
			return errors.New("some are ending")
		}
		return nil
	})
	return s.dns(t)
}

// rolledOut waits until the pods of the webhook are ready.
func (s site) rolledOut(t *testing.T) {
	t.Helper()
	s.run(t, "rollout", "status", "deployment/corewarden-webhook", "--namespace=corewarden", "--timeout=5m")
}
