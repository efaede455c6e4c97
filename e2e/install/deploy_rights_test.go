package install_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"corewarden/e2e/harness"
)

// rights asks with the service account's own token, so that the answers are the real
// authorizer's.
func (d deployment) rights(t *testing.T) {
	kubeconfig, err := d.ServiceAccountKubeconfig(t.Context(), "corewarden", "corewarden")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("by verb", func(t *testing.T) { d.canI(t, kubeconfig) })
	t.Run("in requests", func(t *testing.T) { d.requests(t, kubeconfig) })
	t.Run("in deletions of pods", func(t *testing.T) { d.deletions(t, kubeconfig) })
}

func (d deployment) canI(t *testing.T, kubeconfig string) {
	tests := []struct{ namespace, verbs, resource, want string }{
		{"kube-system", "get list watch", "configmaps/dns-extra-configs", "yes"},
		{"kube-system", "create update patch delete", "configmaps/dns-extra-configs", "no"},
		{"kube-system", "get list watch", "configmaps/coredns-extra-configs", "yes"},
		{"kube-system", "get list watch", "configmaps/node-local-dns-extra-configs", "yes"},
		{"kube-system", "get list watch", "configmaps/coredns", "yes"},
		{"kube-system", "get list watch", "configmaps/node-local-dns", "yes"},
		{"kube-system", "get list watch", "configmaps/kube-dns", "yes"},
		{"kube-system", "create update patch delete", "configmaps/coredns", "no"},
		{"kube-system", "get", "configmaps/kube-root-ca.crt", "no"},
		{"kube-system", "get list watch", "services/kube-dns", "yes"},
		{"kube-system", "get list watch", "services/kube-dns-upstream", "yes"},
		{"kube-system", "update patch", "services/kube-dns", "no"},
		{"kube-system", "list", "services", "no"},
		{"kube-system", "list watch", "configmaps", "no"},
		{"default", "get", "configmaps/dns-extra-configs", "no"},

		{"kube-system", "get list watch patch", "deployments.apps/coredns", "yes"},
		{"kube-system", "get list watch patch", "daemonsets.apps/node-local-dns", "yes"},
		{"kube-system", "patch", "deployments.apps/coredns/status", "yes"},
		{"kube-system", "patch", "daemonsets.apps/node-local-dns/status", "yes"},
		{"kube-system", "update", "deployments.apps/coredns/status", "no"},
		{"kube-system", "patch", "deployments.apps/other/status", "no"},
		{"kube-system", "create update delete", "deployments.apps/coredns", "no"},
		{"kube-system", "create update delete", "daemonsets.apps/node-local-dns", "no"},
		{"kube-system", "get list watch patch", "deployments.apps/other", "no"},
		{"kube-system", "get list watch patch", "daemonsets.apps/kube-proxy", "no"},
		{"default", "patch", "deployments.apps/coredns", "no"},

		{"kube-system", "create patch", "events", "yes"},
		{"kube-system", "create patch", "events.events.k8s.io", "yes"},
		{"corewarden", "create patch", "events", "yes"},
		{"default", "create", "events", "no"},

		{"corewarden", "create", "leases.coordination.k8s.io", "yes"},
		{"corewarden", "get update patch", "leases.coordination.k8s.io/corewarden", "yes"},
		{"corewarden", "get update", "leases.coordination.k8s.io/other", "no"},
		{"kube-system", "get update", "leases.coordination.k8s.io/corewarden", "no"},

		{"corewarden", "get", "secrets/corewarden-webhook-tls", "no"},
		{"kube-system", "list delete", "pods", "yes"}, // see deletions
		{"kube-system", "get watch create update patch deletecollection", "pods", "no"},
		{"kube-system", "get", "pods//log", "no"},
		{"default", "list delete", "pods", "no"},
		{"kube-system", "list", "secrets", "no"},
	}
	may := harness.MayHolder(t, kubeconfig)
	for _, tt := range tests {
		for verb := range strings.FieldsSeq(tt.verbs) {
			t.Run(verb+" "+tt.resource+" in "+tt.namespace, func(t *testing.T) {
				t.Parallel()
				if got := map[bool]string{true: "yes", false: "no"}[may(t, tt.namespace, verb, tt.resource)]; got != tt.want {
					t.Errorf("the service account may: %s, want %s", got, tt.want)
				}
			})
		}
	}
}

// requests makes the calls that the informers and the controller make, and their next
// of kin that must not work.
func (d deployment) requests(t *testing.T, kubeconfig string) {
	const stamp = `{"spec": {"template": {"metadata": {"annotations": {"corewarden.io/config-hash": "v1:"}}}}}`
	tests := []struct {
		name      string
		args      []string
		forbidden bool
	}{
		{name: "the ConfigMap is listed by name", args: []string{"get", "configmaps", "--field-selector=metadata.name=dns-extra-configs"}},
		{name: "all ConfigMaps are not listed", args: []string{"get", "configmaps"}, forbidden: true},
		{name: "coredns is listed by name", args: []string{"get", "deployments", "--field-selector=metadata.name=coredns"}},
		{name: "all Deployments are not listed", args: []string{"get", "deployments"}, forbidden: true},
		{name: "coredns is stamped", args: []string{"patch", "deployment", "coredns", "--dry-run=server", "--patch=" + stamp}},
		{name: "node-local-dns is stamped", args: []string{"patch", "daemonset", "node-local-dns", "--dry-run=server", "--patch=" + stamp}},
		{name: "coredns is not scaled", args: []string{"scale", "deployment", "coredns", "--replicas=0"}, forbidden: true},
		{name: "another Deployment is not stamped", args: []string{"patch", "deployment", "other", "--patch=" + stamp}, forbidden: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args := slices.Concat(tt.args, []string{"--namespace=kube-system", "--kubeconfig=" + kubeconfig})
			_, err := d.Kubectl(t.Context(), args...)
			switch {
			case !tt.forbidden && err != nil:
				t.Error(err)
			case tt.forbidden && (err == nil || !strings.Contains(err.Error(), "Forbidden")):
				t.Errorf("kubectl %s: %v, want it forbidden", strings.Join(tt.args, " "), err)
			}
		})
	}
}

// deletions shows that the right to delete pods is one over those of node-local-dns alone.
func (d deployment) deletions(t *testing.T, kubeconfig string) {
	const spec = `"spec": {"containers": [{"name": "pause", "image": "registry.example/pause:1"}]}`
	const labels = `{"app": "another"}`
	uid := d.Run(t, "get", "daemonset", "node-local-dns", "--namespace=kube-system", "--output=jsonpath={.metadata.uid}")
	for _, object := range []string{
		`"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"namespace": "kube-system", "name": "another"}, "spec": {"selector": {"matchLabels": ` +
			labels + `}, "template": {"metadata": {"labels": ` + labels + `}, ` + spec + `}}`,
		`"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "kube-system", "name": "of-nobody", "labels": {"app": "of-nobody"}}, ` + spec,
		`"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "kube-system", "name": "beside", "labels": {"app": "beside"}, "ownerReferences": [` +
			`{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "node-local-dns", "uid": "` + uid + `", "controller": false}]}, ` + spec,
	} {
		d.RunInput(t, "{"+object+"}", "create", "--filename=-")
	}
	for _, tt := range []struct {
		name, labels string
		allowed      bool
	}{
		{"of node-local-dns", "k8s-app=node-local-dns", true},
		{"of CoreDNS", "app.kubernetes.io/name=kube-dns", false},
		{"of another DaemonSet", "app=another", false},
		{"that node-local-dns owns and does not control", "app=beside", false},
		{"of nobody", "app=of-nobody", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			// Pods come to be a moment after their DaemonSet, and the API server takes a policy up
			// a moment after it was written.
			const refused = "Corewarden may delete pods of DaemonSet node-local-dns only"
			harness.Eventually(t, "the answer of the policy", func() error {
				pods, err := d.Kubectl(t.Context(), "get", "pods", "--namespace=kube-system", "--selector="+tt.labels, "--output=name")
				if err == nil && pods == "" {
					err = errors.New("there is no pod yet")
				}
				if err != nil {
					return err
				}
				_, err = d.Kubectl(t.Context(), "delete", strings.Fields(pods)[0], "--namespace=kube-system", "--dry-run=server", "--kubeconfig="+kubeconfig)
				switch {
				case tt.allowed && err != nil:
					return err
				case !tt.allowed && (err == nil || !strings.Contains(err.Error(), refused)):
					return fmt.Errorf("the answer is %q, want %q", fmt.Sprint(err), refused)
				}
				return nil
			})
		})
	}
}
