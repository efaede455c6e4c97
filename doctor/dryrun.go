package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/corefile/dnsserver"
	"corewarden/extraconfig"
)

// What the dry-runs write. The zone ends in invalid, which no one can own.
const (
	fieldManager = "corewarden-doctor"
	probeKey     = "corewarden-doctor.Corefile"
	wrongName    = "corewarden-doctor"
	rightText    = "corewarden-doctor.invalid {\n    errors\n}\n"
	wrongText    = "corewarden-doctor.invalid {\n    corewarden-doctor\n}\n"
)

// observing is why a check is skipped of what the webhook only tells.
const observing = "the webhook observes (--mode, --admission-mode): it rejects and renames nothing"

// try writes a key of the ConfigMap as a dry-run through the API server and all that it asks,
// and returns the ConfigMap that would be stored.
func (i *installation) try(ctx context.Context, key, text string) (*corev1ac.ConfigMapApplyConfiguration, error) {
	ac := corev1ac.ConfigMap(extraconfig.Name, extraconfig.Namespace).WithData(map[string]string{key: text})
	err := i.Client.Apply(ctx, ac, client.FieldOwner(fieldManager), client.ForceOwnership, client.DryRunAll)
	return ac, err
}

var wrongRejected = check{
	id:    "wrong-rejected",
	title: "a dry-run of a wrong Corefile is rejected",
	look: func(ctx context.Context, i *installation) outcome {
		if i.observes() {
			return skipped(observing)
		}
		_, err := i.try(ctx, probeKey, wrongText)
		switch {
		case err == nil:
			return failed("the API server accepts a Corefile with an unknown plugin: it does not ask the guard", "fix what fails above; else "+applyAgain)
		case rejectedBy(err, probeKey, dnsserver.RuleUnknownPlugin):
			return fine("%s", dnsserver.RuleUnknownPlugin)
		}
		return i.refused(err)
	},
}

var rightAllowed = check{
	id:    "right-allowed",
	title: "a dry-run of a right Corefile is allowed",
	look: func(ctx context.Context, i *installation) outcome {
		_, err := i.try(ctx, probeKey, rightText)
		if err != nil {
			return i.refused(err)
		}
		return outcome{}
	},
}

var keysRenamed = check{
	id:    "keys-renamed",
	title: "a dry-run of a wrong key name is fixed, or rejected by policy",
	look: func(ctx context.Context, i *installation) outcome {
		if i.observes() {
			return skipped(observing)
		}
		stored, err := i.try(ctx, wrongName, rightText)
		switch {
		case err == nil && stored.Data[probeKey] != "":
			return fine("fixed")
		case err == nil:
			return failed(fmt.Sprintf("the key name %q is stored as it is: CoreDNS does not load it", wrongName), applyAgain)
		case rejectedBy(err, wrongName, extraconfig.RuleKeyName) && strings.Contains(err.Error(), "keys.corewarden.io"):
			return fine("rejected")
		case rejectedBy(err, wrongName, extraconfig.RuleKeyName):
			out := outcome{}
			out.warn("webhook keys.corewarden.io does not answer: wrong key names are rejected instead of fixed", "fix what fails above; else "+i.logs())
			return out
		}
		return i.refused(err)
	},
}

// rejectedBy reports whether Corewarden rejected a key by a rule.
func rejectedBy(err error, key, rule string) bool {
	value := extraconfig.ConfigMap{Data: map[string]string{key: ""}}
	return slices.ContainsFunc(causes(err), func(c cause) bool { return c.field == value.Field(key) && c.rule == rule })
}

// refused tells why a dry-run was refused that Corewarden should have judged, once: the next
// ones are mostly refused for the same reason.
func (i *installation) refused(err error) outcome {
	out := i.explain(err)
	if len(out.findings) > 0 && out.findings[0].Status == Failed {
		if out.findings[0].Cause == i.refusal {
			return skipped("it is refused for the same reason")
		}
		i.refusal = out.findings[0].Cause
	}
	return out
}
