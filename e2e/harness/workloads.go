package harness

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/extraconfig"
)

// A Rollout tells of the pod templates that a workload has had.
type Rollout struct {
	Stamp string
	// Generation counts them, where nothing else about the workload changes.
	Generation int64
}

// A Workload is a Deployment or a DaemonSet.
type Workload struct {
	metav1.Object
	Template corev1.PodTemplateSpec
}

// Stamp returns the hash that the pod template has, or "".
func (w Workload) Stamp() string { return w.Template.Annotations[extraconfig.HashAnnotation] }

// Workloads returns those that there are.
func (i *Installation) Workloads(t testing.TB) []Workload {
	t.Helper()
	var workloads []Workload
	deployment, err := i.API.AppsV1().Deployments(extraconfig.Namespace).Get(t.Context(), "coredns", metav1.GetOptions{})
	if err == nil {
		workloads = append(workloads, Workload{deployment, deployment.Spec.Template})
	} else if !apierrors.IsNotFound(err) {
		t.Fatal(err)
	}
	daemonSet, err := i.API.AppsV1().DaemonSets(extraconfig.Namespace).Get(t.Context(), "node-local-dns", metav1.GetOptions{})
	if err == nil {
		workloads = append(workloads, Workload{daemonSet, daemonSet.Spec.Template})
	} else if !apierrors.IsNotFound(err) {
		t.Fatal(err)
	}
	return workloads
}

// Rollouts returns how the workloads are, by name.
func (i *Installation) Rollouts(t testing.TB) map[string]Rollout {
	t.Helper()
	rollouts := map[string]Rollout{}
	for _, w := range i.Workloads(t) {
		rollouts[w.GetName()] = Rollout{w.Stamp(), w.GetGeneration()}
	}
	return rollouts
}

// CheckRollouts checks that nothing was rolled out but by the steps that meant to.
func (i *Installation) CheckRollouts(t testing.TB) {
	t.Helper()
	if now := i.Rollouts(t); !maps.Equal(now, i.Expected) {
		t.Fatalf("the workloads are\n%v\nbut what was done so far makes them\n%v", now, i.Expected)
	}
}

// WantRollout makes a change after which each workload has to get one new pod template, with
// the stamp of what is stored then.
func (i *Installation) WantRollout(t testing.TB, change func()) {
	t.Helper()
	i.CheckRollouts(t)
	change()
	for name := range i.Expected {
		i.ExpectStamp(t, name)
	}
	i.AwaitStamps(t)
}

// WantNoRollout makes a change of the ConfigMap that the rollout controller has to look at
// and to leave alone.
func (i *Installation) WantNoRollout(t testing.TB, change func()) {
	t.Helper()
	err := i.Product.AfterReconcile(t.Context(), func() error { change(); return nil })
	if err != nil {
		t.Fatal(err)
	}
	i.CheckRollouts(t)
}

// ExpectStamp expects one more pod template of a workload, with the stamp of what is stored.
func (i *Installation) ExpectStamp(t testing.TB, name string) {
	t.Helper()
	i.Expected[name] = Rollout{i.Stored(t).Hash(), i.Expected[name].Generation + 1}
}

// AwaitStamps waits until the workloads have the stamps that they are expected to have.
func (i *Installation) AwaitStamps(t testing.TB) {
	t.Helper()
	Eventually(t, "the workloads are stamped", func() error {
		for name, now := range i.Rollouts(t) {
			if want := i.Expected[name].Stamp; now.Stamp != want {
				return fmt.Errorf("%s has %q, not %q", name, now.Stamp, want)
			}
		}
		return nil
	})
	i.CheckRollouts(t)
}

// AwaitSettled waits until both workloads have the stamp of what is stored and all their pods.
func (i *Installation) AwaitSettled(t testing.TB) {
	t.Helper()
	hash := i.Stored(t).Hash()
	Within(t, 5*time.Minute, "both workloads are rolled out", func() error { // on 200 nodes
		for name, now := range i.Rollouts(t) {
			if now.Stamp != hash {
				return fmt.Errorf("%s has the stamp %s, not %s", name, now.Stamp, hash)
			}
		}
		if c, n := i.Settled(t); !c || !n {
			return fmt.Errorf("coredns is settled: %v, node-local-dns: %v", c, n)
		}
		return nil
	})
}

// Settled reports whether the status of each workload is that of its newest template, and all
// pods are there.
func (i *Installation) Settled(t testing.TB) (coreDNS, nodeLocalDNS bool) {
	t.Helper()
	d, err := i.API.AppsV1().Deployments(extraconfig.Namespace).Get(t.Context(), "coredns", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := i.API.AppsV1().DaemonSets(extraconfig.Namespace).Get(t.Context(), "node-local-dns", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return d.Status.ObservedGeneration == d.Generation && d.Status.UpdatedReplicas == *d.Spec.Replicas &&
			d.Status.Replicas == *d.Spec.Replicas && d.Status.AvailableReplicas == *d.Spec.Replicas,
		n.Status.ObservedGeneration == n.Generation && n.Status.NumberAvailable == n.Status.DesiredNumberScheduled &&
			n.Status.UpdatedNumberScheduled == n.Status.DesiredNumberScheduled
}

// AwaitDescribe waits until kubectl says something about an object, since events come late.
func (i *Installation) AwaitDescribe(t testing.TB, object string, texts ...string) {
	t.Helper()
	Eventually(t, "kubectl describes "+object, func() error {
		out := i.Run(t, "describe", object, "--namespace=kube-system")
		for _, text := range texts {
			if !strings.Contains(out, text) {
				return fmt.Errorf("there is no %q in\n%s", text, out)
			}
		}
		return nil
	})
}

// SetImage gives the only container of a workload another image, and returns what kubectl
// says of that.
func (c Cluster) SetImage(t testing.TB, workload, image string) string {
	t.Helper()
	return c.Run(t, "set", "image", "--namespace=kube-system", workload, "*="+image)
}

// Mount makes the volume of the ConfigMap in a workload one of another kind, and returns what
// kubectl says of that.
func (c Cluster) Mount(t testing.TB, workload, kind, source string) string {
	t.Helper()
	patch := fmt.Sprintf(`{"spec":{"template":{"spec":{"volumes":[{"$retainKeys":["name",%[1]q],"name":"dns-extra-configs",%[1]q:%[2]s}]}}}}`, kind, source)
	return c.Run(t, "patch", "--namespace=kube-system", workload, "--patch="+patch)
}

// BaseCorefile returns the Corefile of a workload, made to start where there is no
// cluster: the plugin kubernetes, which waits for an API server, is gone, and queries are
// forwarded to where nobody listens. All else is as the cluster has it.
func (i *Installation) BaseCorefile(t testing.TB, workload string) string {
	t.Helper()
	cm, err := i.API.CoreV1().ConfigMaps(extraconfig.Namespace).Get(t.Context(), workload, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	const nobody = "192.0.2.53"
	return strings.NewReplacer(
		"__PILLAR__CLUSTER__DNS__", nobody,
		"__PILLAR__UPSTREAM__SERVERS__", nobody,
		"/etc/resolv.conf", nobody,
	).Replace(kubernetesPlugin.ReplaceAllString(cm.Data["Corefile"], ""))
}

var kubernetesPlugin = regexp.MustCompile(`\n *kubernetes [^}]*}`)
