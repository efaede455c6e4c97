package rollout_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"corewarden/e2e/harness"
	"corewarden/e2e/metakube"
	"corewarden/extraconfig"
)

// TestStampKept has everybody who writes the workloads meet the stamp.
func TestStampKept(t *testing.T) {
	t.Parallel()
	i := &installation{harness.NewInstallation(t)}
	harness.Step(t, "a change sets it", func(t *testing.T) {
		i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.1"))) })
	})
	harness.Step(t, "the controller owns it and nothing else", i.ownsTheStamp)
	harness.Step(t, "whatever writes the workloads", i.keepsTheStamp)
	harness.Step(t, "a change after all that rolls out as ever", func(t *testing.T) {
		i.Expected = i.Rollouts(t)
		i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.2"))) })
	})
	harness.Step(t, "the controller owns it still", i.ownsTheStamp)
	harness.Step(t, "an operator that knows of no stamp is not fought", i.fightsNobody)
	harness.Step(t, "an autoscaler may come in the middle", i.standsScaling)
	harness.Step(t, "the same annotation elsewhere is anybody's", i.leavesOtherWorkloadsAlone)
	harness.Step(t, "forged where no webhook keeps it, it is set again", i.reimposes)
	harness.Step(t, "again and again, that is left, and reported", i.leavesContested)
}

// ownsTheStamp looks at the managed fields, by which server-side apply and GitOps tools
// tell whose a field is. What is kept of rollouts is of the subresource status.
func (i *installation) ownsTheStamp(t *testing.T) {
	const want = `{"f:spec":{"f:template":{"f:metadata":{"f:annotations":{"f:corewarden.io/config-hash":{}}}}}}`
	kept := regexp.MustCompile(`^\{"f:metadata":\{"f:annotations":\{("f:corewarden\.io/[a-z-]+":\{\},?)+\}\}\}$`)
	for _, workload := range i.Workloads(t) {
		found := false
		for _, entry := range workload.GetManagedFields() {
			switch fields := entry.FieldsV1.GetRawString(); {
			case entry.Manager == "corewarden" && entry.Subresource == "status":
				if entry.Operation != metav1.ManagedFieldsOperationApply || !kept.MatchString(fields) {
					t.Errorf("%s: corewarden owns, by %s of the status, %s; want, by Apply, annotations of its own", workload.GetName(), entry.Operation, fields)
				}
			case entry.Manager == "corewarden":
				found = true
				if entry.Operation != metav1.ManagedFieldsOperationApply || fields != want {
					t.Errorf("%s: corewarden owns, by %s, %s; want, by Apply, %s", workload.GetName(), entry.Operation, fields, want)
				}
			case strings.Contains(fields, extraconfig.HashAnnotation):
				t.Errorf("%s: %s owns the stamp, too", workload.GetName(), entry.Manager)
			}
		}
		if !found {
			t.Errorf("%s: corewarden owns nothing", workload.GetName())
		}
	}
}

// keepsTheStamp writes the workloads in ways that lose or change the stamp where nobody
// keeps it. Other changes of the pod template have to get through.
func (i *installation) keepsTheStamp(t *testing.T) {
	const stampPath = "/spec/template/metadata/annotations/corewarden.io~1config-hash"
	original, err := metakube.Manifests()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		kubectl string
		input   func(t *testing.T, workload string) string
		changes bool // the pod template, other than in the stamp
	}{
		{name: "kubectl set image", kubectl: "set image WORKLOAD *=example.org/dns:1", changes: true},
		{name: "kubectl rollout undo", kubectl: "rollout undo WORKLOAD", changes: true},
		{name: "kubectl rollout undo --to-revision=1", kubectl: "rollout undo WORKLOAD --to-revision=1"},
		{name: "kubectl rollout restart", kubectl: "rollout restart WORKLOAD", changes: true},
		{name: "kubectl patch of the stamp", kubectl: `patch WORKLOAD --type=merge --patch={"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":"v1:forged"}}}}}`},
		{name: "kubectl patch that removes the stamp", kubectl: `patch WORKLOAD --type=json --patch=[{"op":"remove","path":"` + stampPath + `"}]`},
		{name: "kubectl patch that removes all annotations", kubectl: `patch WORKLOAD --type=merge --patch={"spec":{"template":{"metadata":{"annotations":null}}}}`, changes: true},
		{name: "kubectl patch of another annotation", kubectl: `patch WORKLOAD --type=merge --patch={"spec":{"template":{"metadata":{"annotations":{"example.org/note":"1"}}}}}`, changes: true},
		{name: "kubectl replace without the stamp", kubectl: "replace --filename=-", input: func(t *testing.T, workload string) string {
			return i.restamped(t, workload, "")
		}},
		{name: "kubectl replace with a forged stamp", kubectl: "replace --filename=-", input: func(t *testing.T, workload string) string {
			return i.restamped(t, workload, "v1:forged")
		}},
		{name: "kubectl apply of a forged stamp", kubectl: "apply --filename=-", input: func(t *testing.T, workload string) string {
			return i.restamped(t, workload, "v1:forged")
		}},
		{name: "kubectl apply of the original manifests", changes: true, kubectl: "apply --filename=-", input: func(*testing.T, string) string { return original }},
		{name: "kubectl apply --prune of the original manifests", input: func(*testing.T, string) string { return original }, kubectl: "apply --prune --all --namespace=kube-system --prune-allowlist=apps/v1/Deployment --prune-allowlist=apps/v1/DaemonSet --filename=-"},
		{name: "kubectl apply --server-side of the original manifests", kubectl: "apply --server-side --force-conflicts --field-manager=metakube --filename=-", input: func(*testing.T, string) string { return original }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := i.Workloads(t)
			for _, workload := range []string{"deployment/coredns", "daemonset/node-local-dns"} {
				input := ""
				if tt.input != nil {
					input = tt.input(t, workload)
				}
				args := strings.Fields(strings.ReplaceAll(tt.kubectl, "WORKLOAD", workload+" --namespace=kube-system"))
				i.RunInput(t, input, args...)
			}
			for n, now := range i.Workloads(t) {
				if now.Stamp() != before[n].Stamp() {
					t.Errorf("%s: the stamp was %s and is %q", now.GetName(), before[n].Stamp(), now.Stamp())
				}
				if changed := !equality.Semantic.DeepEqual(now.Template, before[n].Template); changed != tt.changes {
					t.Errorf("%s: it got another pod template: %t, want %t", now.GetName(), changed, tt.changes)
				}
			}
		})
	}
	if n := i.Metric(t, "corewarden_stamps_reimposed_total"); n != 0 {
		t.Errorf("the controller had to set %v stamps again; the webhook should have kept them", n)
	}
}

// restamped returns a workload as it is stored, but for the stamp.
func (i *installation) restamped(t *testing.T, workload, stamp string) string {
	t.Helper()
	var object unstructured.Unstructured
	if err := json.Unmarshal([]byte(i.Run(t, "get", workload, "--namespace=kube-system", "--output=json")), &object); err != nil {
		t.Fatal(err)
	}
	object.SetResourceVersion("") // or a replace might meet a conflict
	path := []string{"spec", "template", "metadata", "annotations", extraconfig.HashAnnotation}
	if stamp == "" {
		unstructured.RemoveNestedField(object.Object, path...)
	} else if err := unstructured.SetNestedField(object.Object, stamp, path...); err != nil {
		t.Fatal(err)
	}
	return harness.JSON(t, object.Object)
}

func (i *installation) leavesOtherWorkloadsAlone(t *testing.T) {
	asked := i.Metric(t, "corewarden_webhook_requests_total")
	for _, workload := range []struct{ name, namespace string }{{"other", "kube-system"}, {"coredns", "default"}} {
		i.Run(t, "create", "deployment", workload.name, "--image=other", "--namespace="+workload.namespace)
		for _, stamp := range []string{`"mine"`, `"changed"`, "null"} {
			patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":%s}}}}}`, stamp)
			got := i.Run(t, "patch", "deployment", workload.name, "--namespace="+workload.namespace, "--patch="+patch,
				`--output=jsonpath={.spec.template.metadata.annotations.corewarden\.io/config-hash}`)
			if want := strings.Trim(strings.TrimPrefix(stamp, "null"), `"`); got != want {
				t.Errorf("the annotation of %s/%s is %q, not %q", workload.namespace, workload.name, got, want)
			}
		}
	}
	if now := i.Metric(t, "corewarden_webhook_requests_total"); now != asked {
		t.Errorf("the webhook was asked %v times, want none", now-asked)
	}
}

// reimposes takes the webhook that keeps the stamp away. It fails open, so there are times
// without it.
func (i *installation) reimposes(t *testing.T) {
	i.Run(t, "delete", "mutatingwebhookconfiguration", "corewarden")
	was := i.Rollouts(t)["coredns"]
	// The API server reads webhook configurations from a cache.
	eventually(t, "the stamp is forged", func() error {
		got := i.Run(t, "patch", "deployment", "coredns", "--namespace=kube-system", "--output=jsonpath={.spec.template}",
			`--patch={"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":"v1:forged"}}}}}`)
		if !strings.Contains(got, "v1:forged") {
			return fmt.Errorf("the pod template is %s", got)
		}
		return nil
	})
	eventually(t, "the controller sets it again", func() error {
		if now := i.Rollouts(t)["coredns"]; now != (harness.Rollout{Stamp: was.Stamp, Generation: was.Generation + 2}) {
			return fmt.Errorf("it was %v and is %v", was, now)
		}
		return nil
	})
	eventually(t, "an event tells of it", func() error {
		if events := i.Run(t, "events", "--namespace=kube-system", "--for=deployment/coredns"); !strings.Contains(events, "StampReimposed") {
			return fmt.Errorf("the events are\n%s", events)
		}
		return nil
	})
	if n := i.Metric(t, "corewarden_stamps_reimposed_total", "workload=coredns"); n != 1 {
		t.Errorf("the metric counts %v stamps that were set again, want 1", n)
	}
}

// operator returns what puts the pod template of the Deployment to what it was at first, but
// for the stamp, of which operators know nothing.
func (i *installation) operator(t *testing.T) (write func()) {
	t.Helper()
	deployments := i.API.AppsV1().Deployments(extraconfig.Namespace)
	var own *corev1.PodTemplateSpec
	return func() {
		t.Helper()
		// While a rollout runs its status changes all the time.
		eventually(t, "the operator writes", func() error {
			deployment, err := deployments.Get(t.Context(), "coredns", metav1.GetOptions{})
			if err != nil {
				return err
			}
			if own == nil {
				own = deployment.Spec.Template.DeepCopy()
				delete(own.Annotations, extraconfig.HashAnnotation)
			}
			deployment.Spec.Template = *own
			_, err = deployments.Update(t.Context(), deployment, metav1.UpdateOptions{})
			return err
		})
	}
}

// fightsNobody has an operator write before, in and after a rollout.
func (i *installation) fightsNobody(t *testing.T) {
	write := i.operator(t)
	write()
	i.WantRollout(t, func() {
		i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.3")))
		write()
	})
	for range 5 {
		write()
	}
	i.CheckRollouts(t)
	if n := i.Metric(t, "corewarden_stamps_reimposed_total"); n != 0 {
		t.Errorf("the controller had to set %v stamps again; the webhook should have kept them", n)
	}
}

// standsScaling has CoreDNS scaled, as an autoscaler does, when it was just stamped.
func (i *installation) standsScaling(t *testing.T) {
	before := i.Rollouts(t)
	i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.4")))
	if err := i.Product.AwaitStamp(t.Context(), "deployment/coredns", before["coredns"].Stamp); err != nil {
		t.Fatal(err)
	}
	for _, replicas := range []string{"5", "2"} {
		i.Run(t, "scale", "deployment", "coredns", "--namespace=kube-system", "--replicas="+replicas)
		i.AwaitSettled(t)
	}
	hash := i.Stored(t).Hash()
	i.Expected = map[string]harness.Rollout{
		"coredns":        {Stamp: hash, Generation: before["coredns"].Generation + 3}, // two are the scaling's
		"node-local-dns": {Stamp: hash, Generation: before["node-local-dns"].Generation + 1},
	}
	i.CheckRollouts(t)
}

// leavesContested has an operator write on where no webhook keeps the stamp. Whenever the
// controller sets it again CoreDNS restarts, so that must come to an end.
func (i *installation) leavesContested(t *testing.T) {
	i.Expected = i.Rollouts(t)
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.5"))) })
	reimposed := i.Metric(t, "corewarden_stamps_reimposed_total")
	write := i.operator(t)
	contested := func() float64 {
		return i.Metric(t, "corewarden_rollout_held", "workload=coredns", "reason=StampContested")
	}
	eventually(t, "it is left", func() error {
		if write(); contested() != 1 {
			return errors.New("the metric does not say so")
		}
		return nil
	})
	i.AwaitDescribe(t, "deployment/coredns", "RolloutHeld", "another writer has changed the stamp 3 times", "Find who writes that workload")

	// Taken away four times, and set three times again.
	i.Expected["coredns"] = harness.Rollout{Stamp: "", Generation: i.Expected["coredns"].Generation + 7}
	i.WantNoRollout(t, func() {
		write()
		i.Run(t, "label", "configmap", extraconfig.Name, "--namespace=kube-system", "example.org/note=1")
	})
	if n := i.Metric(t, "corewarden_stamps_reimposed_total") - reimposed; n != 3 {
		t.Errorf("the stamp was set %v times again, want 3", n)
	}
	i.WantRollout(t, func() { i.Apply(t, harness.Manifest(t, harness.Forwarding("10.0.0.6"))) })
	if contested() != 0 {
		t.Error("the metric says that the stamp of newer content is contested, too")
	}
}
