package doctor

import (
	"context"
	"fmt"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

var rightsNarrowed = check{
	id:    "policies",
	title: "policies narrow the rights that RBAC cannot",
	look: func(ctx context.Context, i *installation) outcome {
		var out outcome
		var names []string
		for _, want := range i.shipped.policies {
			names = append(names, want.Name)
			out.findings = append(out.findings, i.comparePolicy(ctx, want).findings...)
		}
		if len(out.findings) == 0 {
			out.detail = strings.Join(names, ", ")
		}
		return out
	},
}

// comparePolicy tells what a policy lets through that this version's does not.
func (i *installation) comparePolicy(ctx context.Context, want admissionregistrationv1.ValidatingAdmissionPolicy) outcome {
	name := "ValidatingAdmissionPolicy " + want.Name
	leads := "Corewarden may delete any pod in kube-system"
	if want.Spec.MatchConstraints.ResourceRules[0].Resources[0] == "configmaps" {
		leads = "Corewarden may create and delete any ConfigMap in kube-system"
	}
	have := get[admissionregistrationv1.ValidatingAdmissionPolicy](ctx, i, "", want.Name)
	if have.err != nil {
		return unreadable(name, have.err, failed(fmt.Sprintf("there is no %s: %s", name, leads), applyAgain))
	}
	binding := get[admissionregistrationv1.ValidatingAdmissionPolicyBinding](ctx, i, "", want.Name)
	if binding.err != nil {
		return unreadable("the binding of "+name, binding.err, failed(fmt.Sprintf("%s has no binding: %s", name, leads), applyAgain))
	}
	account := "system:serviceaccount:" + i.Namespace + ":" + i.serviceAccount()
	for n, condition := range want.Spec.MatchConditions {
		want.Spec.MatchConditions[n].Expression = strings.ReplaceAll(condition.Expression, "system:serviceaccount:corewarden:corewarden", account)
	}
	var out outcome
	if !equality.Semantic.DeepEqual(have.value.Spec, want.Spec) {
		out.warn(name+" is not the one that this version installs", applyAgain)
	}
	return out
}
