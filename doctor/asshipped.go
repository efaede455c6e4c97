package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

var webhooksAsShipped = check{
	id:    "webhooks-as-shipped",
	title: "the webhooks are asked about what this version asks for",
	look: func(_ context.Context, i *installation) outcome {
		if len(i.webhooks()) == 0 {
			return skipped("there is no webhook to compare")
		}
		var out outcome
		for _, want := range i.shipped.webhooks() {
			if have := i.webhook(want.Name); have != nil {
				i.compareNamespaces(&out, *have, want)
				compareRules(&out, *have, want)
				comparePolicies(&out, *have, want)
				compareOthers(&out, *have, want)
			}
		}
		return out
	},
}

// platforms are those that change webhook configurations of others, by what they add to
// namespace selectors.
var platforms = []struct {
	name   string
	added  func(metav1.LabelSelectorRequirement) bool
	remedy string
}{
	{
		"AKS's Admissions Enforcer",
		func(r metav1.LabelSelectorRequirement) bool {
			return r.Key == "control-plane" || strings.HasPrefix(r.Key, "kubernetes.azure.com/")
		},
		"label both webhook configurations admissions.enforcer/disabled=true, delete them, and apply them again: terms that were added stay",
	},
	{
		"Gardener's webhook remediator",
		func(r metav1.LabelSelectorRequirement) bool { return strings.Contains(r.Key, "gardener.cloud/") },
		"label both webhook configurations remediation.webhook.shoot.gardener.cloud/exclude=true and apply them again",
	},
	{
		"GKE Autopilot, or Gardener's webhook remediator,",
		func(r metav1.LabelSelectorRequirement) bool {
			return r.Operator == metav1.LabelSelectorOpNotIn && slices.Contains(r.Values, "kube-system")
		},
		"on Gardener label both webhook configurations remediation.webhook.shoot.gardener.cloud/exclude=true and apply them again; " +
			"GKE Autopilot lets no webhook into kube-system: check in the pipeline, with corefile check",
	},
}

// compareNamespaces tells of a selector that leaves out the namespace of the DNS servers, or
// is another.
func (i *installation) compareNamespaces(out *outcome, have, want webhook) {
	if equality.Semantic.DeepEqual(have.NamespaceSelector, want.NamespaceSelector) {
		return
	}
	who, remedy := "somebody", applyAgain
	for _, r := range added(have.NamespaceSelector, want.NamespaceSelector) {
		for _, p := range platforms {
			if who == "somebody" && p.added(r) {
				who, remedy = p.name, p.remedy
			}
		}
	}
	selector, err := metav1.LabelSelectorAsSelector(have.NamespaceSelector)
	switch {
	case err != nil || i.kubeSystem.err != nil:
		out.warn(fmt.Sprintf("%s changed the namespaceSelector of %s", who, have.Name), remedy)
	case selector.Matches(labels.Set(i.kubeSystem.value.Labels)):
		out.warn(fmt.Sprintf("%s changed the namespaceSelector of %s, which still selects %s", who, have.Name, i.kubeSystem.value.Name), remedy)
	default:
		out.fail(fmt.Sprintf("%s changed the namespaceSelector of %s: it leaves out %s, so that the webhook is asked about nothing",
			who, have.Name, i.kubeSystem.value.Name), remedy)
	}
}

// added returns the requirements that only the first of two selectors has.
func added(have, want *metav1.LabelSelector) []metav1.LabelSelectorRequirement {
	if have == nil || want == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(have.MatchExpressions), func(r metav1.LabelSelectorRequirement) bool {
		return slices.ContainsFunc(want.MatchExpressions, func(w metav1.LabelSelectorRequirement) bool { return equality.Semantic.DeepEqual(r, w) })
	})
}

// compareRules tells of operations and resources that a webhook is not asked about.
func compareRules(out *outcome, have, want webhook) {
	if equality.Semantic.DeepEqual(have.Rules, want.Rules) {
		return
	}
	for _, rule := range want.Rules {
		if !slices.ContainsFunc(have.Rules, func(r admissionregistrationv1.RuleWithOperations) bool { return covers(r, rule) }) {
			out.fail(fmt.Sprintf("%s is not asked about every %v of %s", have.Name, rule.Operations, strings.Join(rule.Resources, " and ")), applyAgain)
			return
		}
	}
	out.warn(fmt.Sprintf("%s has other rules than this version installs", have.Name), applyAgain)
}

func covers(have, want admissionregistrationv1.RuleWithOperations) bool {
	return containsAll(have.Operations, want.Operations, admissionregistrationv1.OperationAll) &&
		containsAll(have.Resources, want.Resources, "*") && containsAll(have.APIGroups, want.APIGroups, "*") &&
		containsAll(have.APIVersions, want.APIVersions, "*")
}

func containsAll[T comparable](have, want []T, all T) bool {
	return slices.Contains(have, all) || !slices.ContainsFunc(want, func(w T) bool { return !slices.Contains(have, w) })
}

// comparePolicies tells of another failure policy and what it leads to.
func comparePolicies(out *outcome, have, want webhook) {
	if equality.Semantic.DeepEqual(have.FailurePolicy, want.FailurePolicy) {
		return
	}
	leads := "while no webhook answers, writes are refused that need not be"
	if *want.FailurePolicy == admissionregistrationv1.Fail {
		leads = "while no webhook answers, any content is stored"
	}
	out.warn(fmt.Sprintf("%s has failurePolicy %s instead of %s: %s", have.Name, *have.FailurePolicy, *want.FailurePolicy, leads), applyAgain)
}

// compareOthers tells of other fields by their names.
func compareOthers(out *outcome, have, want webhook) {
	if !equality.Semantic.DeepEqual(have.ObjectSelector, want.ObjectSelector) {
		out.fail(fmt.Sprintf("%s has another objectSelector: it is not asked about objects without those labels", have.Name), applyAgain)
	}
	var others []string
	for _, f := range []struct {
		name       string
		have, want any
	}{
		{"matchConditions", have.MatchConditions, want.MatchConditions},
		{"matchPolicy", have.MatchPolicy, want.MatchPolicy},
		{"sideEffects", have.SideEffects, want.SideEffects},
		{"timeoutSeconds", have.TimeoutSeconds, want.TimeoutSeconds},
		{"admissionReviewVersions", have.AdmissionReviewVersions, want.AdmissionReviewVersions},
		{"reinvocationPolicy", have.ReinvocationPolicy, want.ReinvocationPolicy},
	} {
		if !equality.Semantic.DeepEqual(f.have, f.want) {
			others = append(others, f.name)
		}
	}
	if path := servedPath(have); path != servedPath(want) {
		out.fail(fmt.Sprintf("%s calls the path %q instead of %q", have.Name, path, servedPath(want)), applyAgain)
	}
	if len(others) > 0 {
		out.warn(fmt.Sprintf("%s has another %s than this version installs", have.Name, strings.Join(others, ", ")), applyAgain)
	}
}
