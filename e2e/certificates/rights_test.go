package certificates_test

import (
	"strings"
	"testing"

	"corewarden/e2e/harness"
)

// rights asks with the tokens of both accounts what each may do.
func (s *site) rights(t *testing.T) {
	t.Run("of the pods that serve", func(t *testing.T) {
		s.may(t, s.webhookAccount, []right{
			{"", "get list watch create update patch delete", "mutatingwebhookconfigurations.admissionregistration.k8s.io/corewarden", "no"},
			{"", "get list watch create update patch delete", "validatingwebhookconfigurations.admissionregistration.k8s.io/corewarden", "no"},
			{namespace, "get list watch create update patch delete", "secrets/corewarden-ca", "no"},
			{namespace, "get list watch create update patch delete", "secrets/corewarden-webhook-tls", "no"},
		})
		s.forbidden(t, s.webhookAccount, [][]string{
			{"get", "secret", caSecret, "--namespace=" + namespace},
			{"patch", "mutatingwebhookconfiguration", configuration, "--patch={}"},
			{"patch", "validatingwebhookconfiguration", configuration, "--patch={}"},
		})
	})
	t.Run("of the pod that keeps the certificates", func(t *testing.T) {
		s.may(t, s.certsAccount, []right{
			{"", "get list watch patch", "mutatingwebhookconfigurations.admissionregistration.k8s.io/corewarden", "yes"},
			{"", "get list watch patch", "validatingwebhookconfigurations.admissionregistration.k8s.io/corewarden", "yes"},
			{"", "create update delete", "mutatingwebhookconfigurations.admissionregistration.k8s.io/corewarden", "no"},
			{"", "create update delete", "validatingwebhookconfigurations.admissionregistration.k8s.io/corewarden", "no"},
			{"", "get list watch patch", "validatingwebhookconfigurations.admissionregistration.k8s.io/other", "no"},
			{"", "list watch", "mutatingwebhookconfigurations.admissionregistration.k8s.io", "no"},
			{namespace, "get list watch update", "secrets/corewarden-ca", "yes"},
			{namespace, "get list watch update", "secrets/corewarden-webhook-tls", "yes"},
			{namespace, "create", "secrets", "yes"},
			{namespace, "patch delete", "secrets/corewarden-ca", "no"},
			{namespace, "get list watch update", "secrets/other", "no"},
			{namespace, "list watch", "secrets", "no"},
			{"kube-system", "get list watch create update patch", "secrets/corewarden-ca", "no"},
			{"kube-system", "get list watch patch", "configmaps/dns-extra-configs", "no"},
			{"kube-system", "get patch", "deployments.apps/coredns", "no"},
			{namespace, "create get", "leases.coordination.k8s.io", "no"},
			{namespace, "create", "serviceaccounts/corewarden/token", "no"},
			{namespace, "create", "pods", "no"},
		})
		s.forbidden(t, s.certsAccount, [][]string{
			{"get", "secrets", "--namespace=" + namespace},
			{"get", "validatingwebhookconfigurations.admissionregistration.k8s.io"},
			{"get", "configmap", "coredns", "--namespace=kube-system"},
			{"delete", "validatingwebhookconfiguration", configuration},
		})
	})
}

// A right is what an account may do in a namespace. The resource is as in harness.MayHolder.
type right struct{ namespace, verbs, resource, want string }

// may asks the API server with the account's own token.
func (s *site) may(t *testing.T, kubeconfig string, rights []right) {
	t.Helper()
	may := harness.MayHolder(t, kubeconfig)
	for _, r := range rights {
		for verb := range strings.FieldsSeq(r.verbs) {
			if got := map[bool]string{true: "yes", false: "no"}[may(t, r.namespace, verb, r.resource)]; got != r.want {
				t.Errorf("%s %s in %q: %s, want %s", verb, r.resource, r.namespace, got, r.want)
			}
		}
	}
}

func (s *site) forbidden(t *testing.T, kubeconfig string, commands [][]string) {
	t.Helper()
	for _, args := range commands {
		_, err := s.Kubectl(t.Context(), append(args, "--kubeconfig="+kubeconfig)...)
		if err == nil || !strings.Contains(err.Error(), "Forbidden") {
			t.Errorf("kubectl %s: %v, want it forbidden", strings.Join(args, " "), err)
		}
	}
}
