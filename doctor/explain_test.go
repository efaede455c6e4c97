package doctor

import (
	"errors"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// TestARefusalIsExplained has the API server's own words, as releases 1.30 to 1.37 say them.
func TestARefusalIsExplained(t *testing.T) {
	t.Parallel()
	internal := func(text string) error {
		return apierrors.NewInternalError(errors.New(`failed calling webhook "validate.corewarden.io": failed to call webhook: Post "https://corewarden-webhook.corewarden.svc:443/validate-configmap?timeout=5s": ` + text))
	}
	forbidden := func(text string) error {
		return apierrors.NewForbidden(schema.GroupResource{Resource: "configmaps"}, "dns-extra-configs", errors.New(text))
	}
	for _, test := range []struct {
		name   string
		err    error
		status Status
		wants  []string
	}{
		{"another CA", internal("tls: failed to verify certificate: x509: certificate signed by unknown authority"), Failed, []string{"does not trust the certificate", "caBundle"}},
		{"an expired certificate", internal("tls: failed to verify certificate: x509: certificate has expired or is not yet valid"), Failed, []string{"its certificate has expired", "issue a new certificate"}},
		{"no endpoints", internal(`no endpoints available for service "corewarden-webhook"`), Failed, []string{"no pod is ready", "kubectl describe pods"}},
		{"nothing listens", internal("dial tcp 10.0.0.1:443: connect: connection refused"), Failed, []string{"nothing listens there"}},
		{"a firewall", internal("context deadline exceeded"), Failed, []string{"the network does not let it through", "NetworkPolicies"}},
		{"no Service", internal(`service "corewarden-webhook" not found`), Failed, []string{"its Service is not there"}},
		{"a fault", internal("EOF"), Failed, []string{"cannot call validate.corewarden.io", "EOF", "kubectl logs"}},
		{"a quota", forbidden("exceeded quota: x, requested: configmaps=1, used: configmaps=1, limited: configmaps=1"), Skipped, []string{"a quota refuses"}},
		{"no right", forbidden(`User "x" cannot patch resource "configmaps" in API group "" in the namespace "kube-system"`), Skipped, []string{"you may not patch"}},
		{"another webhook", forbidden(`admission webhook "other.example.org" denied the request: no`), Failed, []string{"something other than Corewarden", "other.example.org"}},
		{"content that is stored", invalid("data[x]", `line 1, column 1: unknown plugin (unknown-plugin; stops CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7))`), Failed, []string{"rejects what is stored already", "data[x]"}},
		{"something else", errors.New("etcdserver: no leader"), Failed, []string{"etcdserver: no leader"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := asShipped()
			i.issuer.err = errors.New("certificates are issued by hand")
			wantOutcome(t, i.explain(test.err), test.status, test.wants...)
		})
	}
}

func invalid(field, message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: 422, Reason: metav1.StatusReasonInvalid, Message: message,
		Details: &metav1.StatusDetails{Causes: []metav1.StatusCause{{Field: field, Message: message}}},
	}}
}

func TestTheRuleOfARejectionIsFound(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"line 2, column 5: unknown plugin (unknown-plugin; stops CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7))": "unknown-plugin",
		"unknown plugin (unknown-plugin; stops CoreDNS 1.15.0)":                                                          "unknown-plugin",
		"key (a) is wrong (key-name)": "key-name",
		"no rule":                     "",
	} {
		rule := ""
		for _, c := range causes(invalid("data", message)) {
			rule = c.rule
		}
		if rule != want {
			t.Errorf("rule of %q is %q, want %q", message, rule, want)
		}
	}
	if rejectedBy(invalid("data[other]", "x (unknown-plugin)"), probeKey, "unknown-plugin") {
		t.Error("a rejection for another key counts")
	}
	if !rejectedBy(invalid("data["+probeKey+"]", "x (unknown-plugin)"), probeKey, "unknown-plugin") {
		t.Error("a rejection for the key does not count")
	}
}
