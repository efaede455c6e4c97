package doctor

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"corewarden/extraconfig"
)

// A cause is one problem that Corewarden names in a rejection.
type cause struct{ field, rule, message string }

// ruleOf finds the rule that ends a message: "… (unknown-plugin; stops CoreDNS 1.15.0)".
var ruleOf = regexp.MustCompile(`\(([a-z-]+)(?:; [^()]*(?:\([^()]*\)[^()]*)*)?\)$`)

// causes returns the problems for which Corewarden rejected a write. There are none where it
// failed for another reason.
func causes(err error) []cause {
	var status apierrors.APIStatus
	if !apierrors.IsInvalid(err) || !errors.As(err, &status) || status.Status().Details == nil {
		return nil
	}
	var all []cause
	for _, c := range status.Status().Details.Causes {
		if match := ruleOf.FindStringSubmatch(c.Message); match != nil {
			all = append(all, cause{c.Field, match[1], c.Message})
		}
	}
	return all
}

// called finds the webhook of ours that the API server could not call.
var called = regexp.MustCompile(`failed calling webhook "([a-z.-]+\.corewarden\.io)"`)

// explain tells why a dry-run was refused that Corewarden should have judged.
func (i *installation) explain(err error) outcome {
	text := oneLine(err.Error())
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	if found := causes(err); len(found) > 0 {
		return failed(
			fmt.Sprintf("Corewarden rejects what is stored already: %s: %s", found[0].field, found[0].message),
			"fix that in ConfigMap "+extraconfig.Name+"; until then every other change of it is rejected")
	}
	if match := called.FindStringSubmatch(text); match != nil {
		why := text[strings.Index(text, match[0])+len(match[0]):]
		out := outcome{}
		switch unreachable := "the API server cannot call " + match[1]; {
		case has("certificate has expired"):
			out.fail(unreachable+", as its certificate has expired"+why, i.renewRemedy())
		case has("x509:", "tls:"):
			out.fail(unreachable+", as it does not trust the certificate"+why, i.injectRemedy())
		case has("no endpoints available"):
			out.fail(unreachable+", as no pod is ready"+why, i.describePods())
		case has("connection refused"):
			out.fail(unreachable+", as nothing listens there"+why, i.describePods())
		case has("not found"):
			out.fail(unreachable+", as its Service is not there"+why, applyAgain)
		case has("deadline exceeded", "i/o timeout", "Client.Timeout", "no route to host"):
			out.fail(unreachable+", as the network does not let it through"+why,
				"look at NetworkPolicies and firewalls between the control plane and port 9443 of the webhook's pods")
		default:
			out.fail(unreachable+why, i.logs())
		}
		return out
	}
	switch {
	case apierrors.IsForbidden(err) && has("exceeded quota"):
		return skipped("a quota refuses the ConfigMap: %s", text)
	case apierrors.IsForbidden(err) && has("admission webhook", "ValidatingAdmissionPolicy"):
		return failed("something other than Corewarden refuses the write: "+text, "have who runs it let through dry-runs of field manager "+fieldManager)
	case apierrors.IsForbidden(err):
		return skipped("you may not patch ConfigMap %s/%s, so that no write can be tried", extraconfig.Namespace, extraconfig.Name)
	}
	return failed("the write fails for a reason of its own: "+text, "kubectl get --raw=/readyz?verbose")
}
