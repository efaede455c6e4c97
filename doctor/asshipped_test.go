package doctor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// asShipped is an installation of what this version ships, as far as webhooks go.
func asShipped() *installation {
	i := &installation{shipped: readShipped(false)}
	i.mutating.value = i.shipped.mutating.DeepCopy()
	i.validating.value = i.shipped.validating.DeepCopy()
	i.kubeSystem.value = &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "kube-system", Labels: map[string]string{"kubernetes.io/metadata.name": "kube-system", "control-plane": "true"},
	}}
	return i
}

func TestWebhooksAreComparedWithTheManifests(t *testing.T) {
	t.Parallel()
	requirement := func(key string, operator metav1.LabelSelectorOperator, values ...string) metav1.LabelSelectorRequirement {
		return metav1.LabelSelectorRequirement{Key: key, Operator: operator, Values: values}
	}
	with := func(r metav1.LabelSelectorRequirement) func(*installation) {
		return func(i *installation) {
			s := i.validating.value.Webhooks[0].NamespaceSelector
			s.MatchExpressions = append(s.MatchExpressions, r)
		}
	}
	guard := func(change func(*admissionregistrationv1.ValidatingWebhook)) func(*installation) {
		return func(i *installation) { change(&i.validating.value.Webhooks[0]) }
	}
	for _, test := range []struct {
		name   string
		change func(*installation)
		status Status
		wants  []string // of the causes and remedies
	}{
		{"what is shipped is ok", func(*installation) {}, OK, nil},
		{
			"AKS takes kube-system out",
			with(requirement("control-plane", metav1.LabelSelectorOpDoesNotExist)), Failed,
			[]string{"AKS's Admissions Enforcer changed the namespaceSelector of validate.corewarden.io: it leaves out kube-system", "admissions.enforcer/disabled=true"},
		},
		{
			"AKS adds what leaves kube-system in",
			with(requirement("kubernetes.azure.com/managedby", metav1.LabelSelectorOpNotIn, "aks")), Warning,
			[]string{"AKS's Admissions Enforcer", "which still selects kube-system"},
		},
		{
			"Gardener or GKE takes kube-system out",
			with(requirement("kubernetes.io/metadata.name", metav1.LabelSelectorOpNotIn, "kube-system")), Failed,
			[]string{"GKE Autopilot, or Gardener's", "remediation.webhook.shoot.gardener.cloud/exclude=true"},
		},
		{
			"Gardener takes its namespaces out",
			with(requirement("gardener.cloud/purpose", metav1.LabelSelectorOpNotIn, "kube-system")), Warning,
			[]string{"Gardener's webhook remediator"},
		},
		{
			"another namespace is selected",
			guard(func(w *admissionregistrationv1.ValidatingWebhook) {
				w.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}
			}),
			Failed,
			[]string{"somebody changed the namespaceSelector", "asked about nothing", "apply the manifests"},
		},
		{
			"the guard fails open",
			guard(func(w *admissionregistrationv1.ValidatingWebhook) {
				ignore := admissionregistrationv1.Ignore
				w.FailurePolicy = &ignore
			}), Warning,
			[]string{"failurePolicy Ignore instead of Fail", "any content is stored"},
		},
		{
			"an operation is gone",
			guard(func(w *admissionregistrationv1.ValidatingWebhook) { w.Rules[0].Operations = w.Rules[0].Operations[:1] }),
			Failed,
			[]string{"is not asked about every [CREATE UPDATE] of configmaps"},
		},
		{
			"the rules ask for more",
			guard(func(w *admissionregistrationv1.ValidatingWebhook) {
				w.Rules[0].Operations = []admissionregistrationv1.OperationType{"*"}
			}),
			Warning,
			[]string{"other rules"},
		},
		{
			"objects need a label",
			guard(func(w *admissionregistrationv1.ValidatingWebhook) {
				w.ObjectSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}
			}),
			Failed,
			[]string{"another objectSelector"},
		},
		{
			"the time is short",
			guard(func(w *admissionregistrationv1.ValidatingWebhook) { *w.TimeoutSeconds = 1 }),
			Warning,
			[]string{"another timeoutSeconds"},
		},
		{
			"another path is called",
			guard(func(w *admissionregistrationv1.ValidatingWebhook) { *w.ClientConfig.Service.Path = "/" }),
			Failed,
			[]string{`the path "/" instead of "/validate-configmap"`},
		},
		{
			"without webhooks nothing is compared",
			func(i *installation) { i.mutating.err, i.validating.err = errors.New("x"), errors.New("x") }, Skipped, nil,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := asShipped()
			test.change(i)
			wantOutcome(t, webhooksAsShipped.look(context.Background(), i), test.status, test.wants...)
		})
	}
}

// wantOutcome requires a status, and texts in the causes and remedies.
func wantOutcome(t *testing.T, out outcome, status Status, texts ...string) {
	t.Helper()
	said := ""
	for _, f := range out.findings {
		said += f.Cause + "\n-> " + f.Remedy + "\n"
	}
	if out.status() != status {
		t.Errorf("status %s, want %s:\n%s", out.status(), status, said)
	}
	for _, text := range texts {
		if !strings.Contains(said, text) {
			t.Errorf("does not say %q:\n%s", text, said)
		}
	}
}

func TestWhatIsShippedToPinPods(t *testing.T) {
	t.Parallel()
	shared, pinned := readShipped(false), readShipped(true)
	if n := len(pinned.mutating.Webhooks) - len(shared.mutating.Webhooks); n != 1 || pinned.mutating.Webhooks[len(pinned.mutating.Webhooks)-1].Name != pinningWebhook {
		t.Errorf("there are %d more webhooks: %+v", n, pinned.mutating.Webhooks)
	}
	if n := len(pinned.roles) - len(shared.roles); n != 1 {
		t.Errorf("there are %d more roles", n)
	}
	if args := pinned.deployment.Spec.Template.Spec.Containers[0].Args; !slices.Contains(args, "--content=pinned") {
		t.Errorf("the flags are %q", args)
	}
	if len(shared.policies) != 1 || len(pinned.policies) != 2 {
		t.Fatalf("there are %d and %d policies", len(shared.policies), len(pinned.policies))
	}
	for _, s := range []struct {
		shipped
		coreDNS bool
	}{{shared, false}, {pinned, true}} {
		if got := strings.Contains(s.policies[0].Spec.Validations[0].Expression, "ReplicaSet"); got != s.coreDNS {
			t.Errorf("the policy is %q", s.policies[0].Spec.Validations[0].Expression)
		}
	}
}
