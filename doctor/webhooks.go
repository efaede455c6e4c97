package doctor

import (
	"context"
	"fmt"
	"slices"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// A webhook is one entry of a webhook configuration. A validating one has the fields of a
// mutating one but ReinvocationPolicy.
type webhook struct {
	admissionregistrationv1.MutatingWebhook
	configuration string // its kind
}

// webhooks returns the entries that the cluster has.
func (i *installation) webhooks() []webhook {
	var all []webhook
	if i.mutating.err == nil {
		all = append(all, mutatingWebhooks(i.mutating.value)...)
	}
	if i.validating.err == nil {
		all = append(all, validatingWebhooks(i.validating.value)...)
	}
	return all
}

// webhooks returns the entries that this version installs.
func (s *shipped) webhooks() []webhook {
	return append(mutatingWebhooks(&s.mutating), validatingWebhooks(&s.validating)...)
}

const (
	mutatingKind   = "MutatingWebhookConfiguration"
	validatingKind = "ValidatingWebhookConfiguration"
)

func mutatingWebhooks(c *admissionregistrationv1.MutatingWebhookConfiguration) []webhook {
	var all []webhook
	for _, w := range c.Webhooks {
		all = append(all, webhook{w, mutatingKind})
	}
	return all
}

func validatingWebhooks(c *admissionregistrationv1.ValidatingWebhookConfiguration) []webhook {
	var all []webhook
	for _, w := range c.Webhooks {
		all = append(all, webhook{admissionregistrationv1.MutatingWebhook{
			Name: w.Name, ClientConfig: w.ClientConfig, Rules: w.Rules, FailurePolicy: w.FailurePolicy,
			MatchPolicy: w.MatchPolicy, NamespaceSelector: w.NamespaceSelector, ObjectSelector: w.ObjectSelector,
			SideEffects: w.SideEffects, TimeoutSeconds: w.TimeoutSeconds,
			AdmissionReviewVersions: w.AdmissionReviewVersions, MatchConditions: w.MatchConditions,
		}, validatingKind})
	}
	return all
}

// applyAgain is the remedy where objects are not as this version installs them.
const applyAgain = "apply the manifests of this version again: kubectl apply --server-side --force-conflicts -k OVERLAY"

var webhooksPresent = check{
	id:    "webhooks-present",
	title: "both webhook configurations are there",
	look: func(_ context.Context, i *installation) outcome {
		var out outcome
		for _, c := range []struct {
			kind, leads string
			err         error
		}{
			{mutatingKind, "wrong key names are not fixed, and stamps are not kept", i.mutating.err},
			{validatingKind, "any content is stored, however broken", i.validating.err},
		} {
			if c.err != nil {
				name := c.kind + " " + i.shipped.mutating.Name
				missing := failed(fmt.Sprintf("there is no %s: %s", name, c.leads), applyAgain)
				out.findings = append(out.findings, unreadable(name, c.err, missing).findings...)
			}
		}
		have := i.webhooks()
		for _, want := range i.shipped.webhooks() {
			there := slices.ContainsFunc(have, func(w webhook) bool { return w.configuration == want.configuration })
			if there && i.webhook(want.Name) == nil {
				out.fail(fmt.Sprintf("webhook %s is missing in %s %s", want.Name, want.configuration, i.shipped.mutating.Name), applyAgain)
			}
		}
		if len(out.findings) == 0 {
			out.detail = fmt.Sprintf("%d webhooks", len(have))
		}
		return out
	},
}

// webhook returns the entry of a name, or nil.
func (i *installation) webhook(name string) *webhook {
	for _, w := range i.webhooks() {
		if w.Name == name {
			return &w
		}
	}
	return nil
}
