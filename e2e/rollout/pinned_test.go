package rollout_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrlclient "sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/doctor"
	"corewarden/e2e/harness"
	"corewarden/e2e/metakube"
	"corewarden/extraconfig"
	"corewarden/status"
)

// TestPinned installs deploy/pinned, where pods load copies of what was staged for them.
func TestPinned(t *testing.T) {
	t.Parallel()
	i := &installation{harness.InstallPinned(t, harness.NewCluster(t))}
	harness.Step(t, "the ServiceAccount may touch nothing but copies, and pods of the two workloads", i.pinnedRights)
	harness.Step(t, "pods mount the copies for their stamps", i.mountsCopies)
	harness.Step(t, "the status and the doctor tell which", i.tellsCopies)
	harness.Step(t, "whatever their volumes are like", i.mountsAnyVolume)
	harness.Step(t, "an operator that puts the template back changes nothing of that", i.mountsCopiesOverPuts)
	harness.Step(t, "a leader that is killed before it stamps leaves a copy that the next one finds", i.killedWithCopy)
	harness.Step(t, "a deletion is content like any other, also where the volume is not optional", i.mountsNone)
	harness.Step(t, "a pod that was created while no webhook answered is replaced", i.replacesUnpinned)
	harness.Step(t, "copies that an undo goes back to stay, others go", i.collects)
}

// wantCopies waits until all pods of both workloads mount the copies of what is stored, by the
// stamps of their templates.
func (i *installation) wantCopies(t *testing.T) {
	t.Helper()
	eventually(t, "the pods mount copies", func() error {
		for _, w := range i.Workloads(t) {
			pods, err := i.API.CoreV1().Pods(extraconfig.Namespace).List(t.Context(), metav1.ListOptions{
				LabelSelector: map[string]string{"coredns": coreDNSPods, "node-local-dns": nodeLocalDNSPods}[w.GetName()],
			})
			if err != nil {
				return err
			}
			for _, pod := range pods.Items {
				if got, want := judged(pod.Spec), judgedCopies(w); !slices.Equal(got, want) || pod.DeletionTimestamp != nil {
					return fmt.Errorf("%s mounts %v, want %v", pod.Name, got, want)
				}
			}
		}
		return nil
	})
}

// judgedCopies returns what the pods of a workload should mount in the place of what its template says.
func judgedCopies(w harness.Workload) []string {
	names := judged(w.Template.Spec)
	for n, name := range names {
		names[n] = extraconfig.CopyName(name, w.Stamp())
	}
	return names
}

// judged returns the names of the judged ConfigMaps, or of their copies, in the volumes of a
// pod, in their order.
func judged(pod corev1.PodSpec) []string {
	var names []string
	add := func(name string) {
		if slices.Contains(extraconfig.Bundles(), name) || extraconfig.CopyOf(name) != "" {
			names = append(names, name)
		}
	}
	for _, volume := range pod.Volumes {
		if volume.ConfigMap != nil {
			add(volume.ConfigMap.Name)
		}
		if volume.Projected == nil {
			continue
		}
		for _, source := range volume.Projected.Sources {
			if source.ConfigMap != nil {
				add(source.ConfigMap.Name)
			}
		}
	}
	return names
}

func (i *installation) mountsCopies(t *testing.T) {
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.1"))) })
	i.wantCopies(t)
	copied, err := i.API.CoreV1().ConfigMaps(extraconfig.Namespace).Get(t.Context(), extraconfig.CopyName(extraconfig.Name, i.Stored(t).Hash()), metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := harness.Forwarding("10.0.0.1"); copied.Data["Corefile"] != want || copied.Immutable == nil || !*copied.Immutable {
		t.Errorf("the copy is %+v, want %q, immutable", copied, want)
	}
}

// tellsCopies has the doctor look, and finds what is missing.
func (i *installation) tellsCopies(t *testing.T) {
	i.AwaitSettled(t)
	i.concludes(t)
	c, err := ctrlclient.New(i.Config(), ctrlclient.Options{})
	if err != nil {
		t.Fatal(err)
	}
	options := doctor.Options{Config: i.Config(), Client: c}
	ctx := logr.NewContext(t.Context(), logr.Discard())
	servers, policy := doctor.Settings(ctx, options)
	told, err := status.Read(ctx, c, servers, policy)
	if err != nil {
		t.Fatal(err)
	}
	mounted := extraconfig.CopyName(extraconfig.Name, i.Stored(t).Hash())
	for n, want := range []int{2, metakube.Nodes} {
		if got := told.Servers[n].Mounts; !slices.Equal(got, []status.Mounted{{ConfigMap: mounted, Pods: want}}) {
			t.Errorf("%s is told to mount %v, want %s in %d pods", told.Servers[n].Name, got, mounted, want)
		}
	}
	says := func(id string, want doctor.Status, cause string) {
		t.Helper()
		eventually(t, "what the doctor says", func() error {
			for _, check := range doctor.Run(ctx, options).Checks {
				if check.ID == id && (check.Status != want || !strings.Contains(fmt.Sprint(check.Detail, check.Findings), cause)) {
					return fmt.Errorf("%s: want %s: %s: %+v", id, want, cause, check)
				}
			}
			return nil
		})
	}
	says("webhooks-present", doctor.OK, "5 webhooks")
	says("webhooks-as-shipped", doctor.OK, "")
	says("rights", doctor.OK, "")
	says("policies", doctor.OK, "corewarden, corewarden-pinned")
	says("pods-pinned", doctor.OK, "pinned: coredns "+mounted+" in 2")

	i.Run(t, "delete", "rolebinding", "corewarden-pinned", "--namespace=kube-system")
	says("rights", doctor.Failed, "corewarden/corewarden may not get configmaps in kube-system, list configmaps")
	i.Run(t, "delete", "validatingadmissionpolicybinding", "corewarden")
	i.Run(t, "delete", "validatingadmissionpolicy", "corewarden-pinned")
	says("policies", doctor.Failed, "ValidatingAdmissionPolicy corewarden has no binding: Corewarden may delete any pod in kube-system")
	says("policies", doctor.Failed, "there is no ValidatingAdmissionPolicy corewarden-pinned: Corewarden may create and delete any ConfigMap in kube-system")
	if err := i.Product.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	i.Run(t, "patch", "validatingadmissionpolicy", "corewarden-pinned", "--type=json", `--patch=[{"op": "remove", "path": "/spec/validations/0"}]`)
	says("policies", doctor.Warning, "ValidatingAdmissionPolicy corewarden-pinned is not the one that this version installs")
	if err := i.Product.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	says("policies", doctor.OK, "")
}

// mountsAnyVolume has CoreDNS mount two ConfigMaps in one projected volume, and one with
// items and not optional in another.
func (i *installation) mountsAnyVolume(t *testing.T) {
	i.Mount(t, "deployment/coredns", "projected", `{"sources": [
		{"configMap": {"name": "dns-extra-configs"}}, {"configMap": {"name": "coredns-extra-configs", "optional": true}}]}`)
	i.Run(t, "patch", "deployment/coredns", "--namespace=kube-system", `--patch={"spec": {"template": {"spec": {"volumes": [
		{"name": "with-items", "configMap": {"name": "dns-extra-configs", "items": [{"key": "Corefile", "path": "a"}]}}]}}}}`)
	i.wantCopies(t)
	i.Expected = i.Rollouts(t)

	// What CoreDNS alone loads is a part of its stamp, and of that alone.
	before := i.Rollouts(t)
	i.RunInput(t, harness.CoreDNSAlone(t, "alone.example {\n    whoami\n}\n"), "apply", "--filename=-")
	eventually(t, "CoreDNS is stamped", func() error {
		if now := i.Rollouts(t); now["coredns"] == before["coredns"] || now["node-local-dns"] != before["node-local-dns"] {
			return fmt.Errorf("the workloads were %v and are %v", before, now)
		}
		return nil
	})
	i.wantCopies(t)
	i.Run(t, "delete", "configmap", "coredns-extra-configs", "--namespace=kube-system")
	eventually(t, "CoreDNS has the stamp of what both load", func() error {
		if now := i.Rollouts(t); now["coredns"].Stamp != before["coredns"].Stamp {
			return fmt.Errorf("the stamp is %s", now["coredns"].Stamp)
		}
		return nil
	})
	i.wantCopies(t)
	i.Expected = i.Rollouts(t)
}

func (i *installation) mountsCopiesOverPuts(t *testing.T) {
	write := i.operator(t)
	i.SetImage(t, "deployment/coredns", "example.org/coredns:1")
	write()
	i.wantCopies(t)
	i.Expected = i.Rollouts(t)
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.3"))) })
	write()
	i.CheckRollouts(t)
	i.wantCopies(t)
}

func (i *installation) killedWithCopy(t *testing.T) {
	i.killedMidway(t, "10.0.0.4", "coredns", "node-local-dns")
	i.wantCopies(t)
}

// mountsNone deletes the ConfigMap. Pods cannot start on an empty copy where a volume needs a
// key of it.
func (i *installation) mountsNone(t *testing.T) {
	i.AwaitSettled(t)
	i.Remove(t)
	eventually(t, "CoreDNS is held", func() error {
		if n := i.Metric(t, "corewarden_rollout_held", "workload=coredns", "reason=ConfigMapRequired"); n != 1 {
			return fmt.Errorf("the metric says %v", n)
		}
		return nil
	})
	i.CheckRollouts(t)
	i.Run(t, "patch", "deployment/coredns", "--namespace=kube-system", `--patch={"spec": {"template": {"spec": {"volumes": [
		{"name": "with-items", "configMap": {"name": "dns-extra-configs", "items": null}}]}}}}`)
	i.AwaitSettled(t)
	i.wantCopies(t)
	for name, now := range i.Rollouts(t) {
		if now.Stamp != extraconfig.EmptyHash {
			t.Errorf("%s has the stamp %s", name, now.Stamp)
		}
	}
	i.Expected = i.Rollouts(t)
}

func (i *installation) replacesUnpinned(t *testing.T) {
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.5"))) })
	i.AwaitSettled(t)
	i.wantCopies(t)
	i.kill(t)
	i.Run(t, "delete", "pods", "--namespace=kube-system", "--selector="+coreDNSPods)
	i.Run(t, "rollout", "status", "deployment/coredns", "--namespace=kube-system", "--timeout=5m")
	i.start(t)
	i.wantCopies(t)
	i.CheckRollouts(t)
	i.AwaitDescribe(t, "deployment/coredns", "PodsUnpinned", "2 of the pods of Deployment coredns mount a ConfigMap itself", "PodReplaced")
	eventually(t, "the metric", func() error {
		if n := i.Metric(t, "corewarden_unpinned_pods"); n != 0 {
			return fmt.Errorf("%v pods are unpinned", n)
		}
		return nil
	})
}

// collects counts copies where five former templates are kept of each workload.
func (i *installation) collects(t *testing.T) {
	for _, workload := range []string{"deployment/coredns", "daemonset/node-local-dns"} {
		i.Run(t, "patch", workload, "--namespace=kube-system", `--patch={"spec": {"revisionHistoryLimit": 5}}`)
	}
	var stamps []string
	for n := range 6 {
		i.Apply(t, harness.Manifest(t, harness.Forwarding(fmt.Sprintf("10.0.1.%d", n))))
		i.AwaitSettled(t)
		stamps = append(stamps, i.Stored(t).Hash())
	}
	i.concludes(t)
	eventually(t, "copies that nothing names are deleted", func() error {
		out := i.Run(t, "get", "configmaps", "--namespace=kube-system", "--selector="+extraconfig.CopyLabel, "--output=name")
		for n, stamp := range stamps {
			if !strings.Contains(out, extraconfig.CopyName(extraconfig.Name, stamp)) {
				t.Fatalf("copy %d of %d is gone: %s", n, len(stamps), out)
			}
		}
		if gone := extraconfig.CopyName(extraconfig.Name, extraconfig.ConfigMap{Data: map[string]string{"Corefile": harness.Forwarding("10.0.0.1")}}.Hash()); strings.Contains(out, gone) {
			return fmt.Errorf("%s is left of %s", gone, out)
		}
		return nil
	})
	i.Run(t, "rollout", "undo", "deployment/coredns", "--namespace=kube-system")
	i.Run(t, "rollout", "undo", "daemonset/node-local-dns", "--namespace=kube-system")
	i.AwaitSettled(t)
	i.wantCopies(t)
}
