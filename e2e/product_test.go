package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"corewarden/e2e"
	"corewarden/e2e/controlplane"
	"corewarden/extraconfig"
)

// typo is a Corefile that is refused, and typoProblem is why.
const (
	typo        = "example.org {\n    forwrad . 10.0.0.53\n}\n"
	typoProblem = `line 2, column 5: unknown plugin "forwrad"; did you mean "forward"?`
)

// forwarding returns a Corefile that is accepted. The address tells it from others.
func forwarding(address string) string {
	return "example.org {\n    forward . " + address + "\n}\n"
}

// An installation is a cluster with Corewarden in it and its webhook on this machine.
type installation struct {
	cluster
	product *e2e.Product
	api     kubernetes.Interface
	// expected is what the steps so far should have made of the workloads.
	expected map[string]rollout
}

// A rollout tells of the pod templates that a workload has had.
type rollout struct {
	stamp string
	// generation counts them, where nothing else about the workload changes.
	generation int64
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	return install(t, newCluster(t))
}

// install installs Corewarden in a cluster, with the given flags.
func install(t *testing.T, c cluster, flags ...string) *installation {
	t.Helper()
	return installBy(t, c, e2e.Install, flags...)
}

func installBy(t *testing.T, c cluster, by func(context.Context, *controlplane.Cluster, ...string) (*e2e.Product, error), flags ...string) *installation {
	t.Helper()
	config := c.Config()
	config.QPS = -1 // tests look often
	config.WarningHandler = rest.NoWarnings{}
	api, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	i := &installation{cluster: c, api: api}
	i.expected = i.rollouts(t)
	if i.product, err = by(t.Context(), c.Cluster, flags...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.product.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the webhook logged:\n%s", stackTrace.ReplaceAllString(i.product.Log(), ""))
		}
	})
	return i
}

// stackTrace is what log lines of errors end with.
var stackTrace = regexp.MustCompile(`,"stacktrace":"[^"]*(\\.[^"]*)*"`)

// rollouts returns how the workloads are, by name.
func (i *installation) rollouts(t *testing.T) map[string]rollout {
	t.Helper()
	rollouts := map[string]rollout{}
	for _, w := range i.workloads(t) {
		rollouts[w.GetName()] = rollout{w.stamp(), w.GetGeneration()}
	}
	return rollouts
}

// A workload is a Deployment or a DaemonSet.
type workload struct {
	metav1.Object
	template corev1.PodTemplateSpec
}

func (w workload) stamp() string { return w.template.Annotations[extraconfig.HashAnnotation] }

// workloads returns those that there are.
func (i *installation) workloads(t *testing.T) []workload {
	t.Helper()
	var workloads []workload
	deployment, err := i.api.AppsV1().Deployments(extraconfig.Namespace).Get(t.Context(), "coredns", metav1.GetOptions{})
	if err == nil {
		workloads = append(workloads, workload{deployment, deployment.Spec.Template})
	} else if !apierrors.IsNotFound(err) {
		t.Fatal(err)
	}
	daemonSet, err := i.api.AppsV1().DaemonSets(extraconfig.Namespace).Get(t.Context(), "node-local-dns", metav1.GetOptions{})
	if err == nil {
		workloads = append(workloads, workload{daemonSet, daemonSet.Spec.Template})
	} else if !apierrors.IsNotFound(err) {
		t.Fatal(err)
	}
	return workloads
}

// asExpected checks that nothing was rolled out but by the steps that meant to.
func (i *installation) asExpected(t *testing.T) {
	t.Helper()
	if now := i.rollouts(t); !maps.Equal(now, i.expected) {
		t.Fatalf("the workloads are\n%v\nbut what was done so far makes them\n%v", now, i.expected)
	}
}

// rollsOut makes a change after which each workload has to get one new pod template, with
// the stamp of what is stored then.
func (i *installation) rollsOut(t *testing.T, change func()) {
	t.Helper()
	i.asExpected(t)
	change()
	for name := range i.expected {
		i.expectStamp(t, name)
	}
	i.awaitStamps(t)
}

// expectStamp expects one more pod template of a workload, with the stamp of what is stored.
func (i *installation) expectStamp(t *testing.T, name string) {
	t.Helper()
	i.expected[name] = rollout{i.stored(t).Hash(), i.expected[name].generation + 1}
}

// awaitStamps waits until the workloads have the stamps that they are expected to have.
func (i *installation) awaitStamps(t *testing.T) {
	t.Helper()
	eventually(t, "the workloads are stamped", func() error {
		for name, now := range i.rollouts(t) {
			if want := i.expected[name].stamp; now.stamp != want {
				return fmt.Errorf("%s has %q, not %q", name, now.stamp, want)
			}
		}
		return nil
	})
	i.asExpected(t)
}

// restartsNothing makes a change of the ConfigMap that the rollout controller has to look
// at and to leave alone.
func (i *installation) restartsNothing(t *testing.T, change func()) {
	t.Helper()
	err := i.product.AfterReconcile(t.Context(), func() error { change(); return nil })
	if err != nil {
		t.Fatal(err)
	}
	i.asExpected(t)
}

// refuses makes a write of the ConfigMap that has to fail for the given reasons, and to
// leave everything as it was.
func (i *installation) refuses(t *testing.T, write func() error, reasons ...string) {
	t.Helper()
	before := i.version(t)
	err := write()
	if err == nil {
		t.Error("the write was not refused")
	}
	for _, reason := range reasons {
		if err != nil && !strings.Contains(err.Error(), reason) {
			t.Errorf("the refusal does not say\n%s\nbut\n%v", reason, err)
		}
	}
	if after := i.version(t); after != before {
		t.Errorf("the stored ConfigMap went from version %q to %q", before, after)
	}
	i.asExpected(t)
}

// configMap returns what is stored, or nil.
func (i *installation) configMap(t *testing.T) *corev1.ConfigMap {
	t.Helper()
	cm, err := i.api.CoreV1().ConfigMaps(extraconfig.Namespace).Get(t.Context(), extraconfig.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return cm
}

// version returns the resource version of what is stored, or "" where nothing is.
func (i *installation) version(t *testing.T) string {
	t.Helper()
	if cm := i.configMap(t); cm != nil {
		return cm.ResourceVersion
	}
	return ""
}

// stored returns what is stored, as a value.
func (i *installation) stored(t *testing.T) extraconfig.ConfigMap {
	t.Helper()
	cm := i.configMap(t)
	if cm == nil {
		return extraconfig.ConfigMap{}
	}
	return extraconfig.ConfigMap{Data: cm.Data, BinaryData: cm.BinaryData, Annotations: cm.Annotations}
}

// apply applies a manifest with kubectl, which has to succeed.
func (i *installation) apply(t *testing.T, manifest string) {
	t.Helper()
	i.runInput(t, manifest, "apply", "--filename=-")
}

// remove deletes the ConfigMap.
func (i *installation) remove(t *testing.T) {
	t.Helper()
	i.run(t, "delete", "configmap", extraconfig.Name, "--namespace="+extraconfig.Namespace)
}

// metric returns the sum of a metric's series with the given labels, "name=value" each.
func (i *installation) metric(t *testing.T, name string, labels ...string) float64 {
	t.Helper()
	value, err := i.product.Metric(t.Context(), name, labels...)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// manifest returns the ConfigMap with a Corefile as its only key.
func manifest(t *testing.T, corefile string) string {
	t.Helper()
	return encode(t, corev1.ConfigMap{Data: map[string]string{"Corefile": corefile}})
}

// encode returns the manifest of a ConfigMap, which is the guarded one if it has no name.
func encode(t *testing.T, cm corev1.ConfigMap) string {
	t.Helper()
	cm.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}
	if cm.Name == "" && cm.GenerateName == "" {
		cm.Name, cm.Namespace = extraconfig.Name, extraconfig.Namespace
	}
	text, err := json.Marshal(cm)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
