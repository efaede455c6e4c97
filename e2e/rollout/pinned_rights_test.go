package rollout_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/e2e/harness"
	"corewarden/extraconfig"
)

// pinnedRights tries what the ServiceAccount may do to ConfigMaps and to pods.
func (i *installation) pinnedRights(t *testing.T) {
	kubeconfig, err := i.ServiceAccountKubeconfig(t.Context(), "corewarden", "corewarden")
	if err != nil {
		t.Fatal(err)
	}
	i.Run(t, "create", "configmap", "another", "--namespace=kube-system")
	const copyName = "dns-extra-configs-v1-0123456789abcdef"
	create := func(namespace, name string, immutable bool) []string {
		return []string{"create", "--namespace=" + namespace, "--filename=-", harness.Encode(t, corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Immutable: &immutable,
		})}
	}
	i.RunInput(t, create("kube-system", copyName, true)[3], "create", "--filename=-")
	const (
		onlyCopies = "Corewarden may create and delete copies of its ConfigMaps only"
		onlyPods   = "Corewarden may delete pods of DaemonSet node-local-dns and of Deployment coredns only"
		noRight    = "Error from server (Forbidden)"
	)
	pod := func(selector string) string {
		return strings.Fields(i.Run(t, "get", "pods", "--namespace=kube-system", "--selector="+selector, "--output=name"))[0]
	}
	// A Deployment whose name begins like that of CoreDNS, as its autoscaler's does.
	i.Run(t, "create", "deployment", "coredns-autoscaler", "--namespace=kube-system", "--image=registry.example/a:1")
	eventually(t, "another pod", func() error {
		_, err := i.Kubectl(t.Context(), "wait", "pods", "--namespace=kube-system", "--selector=app=coredns-autoscaler", "--for=condition=Ready", "--timeout=30s")
		return err
	})
	tests := []struct {
		name    string
		args    []string
		refused string
	}{
		{"store a copy", create("kube-system", "dns-extra-configs-v1-fedcba9876543210", true), ""},
		{"of any version", create("kube-system", "coredns-extra-configs-v12-fedcba9876543210", true), ""},
		{"one that is not immutable", create("kube-system", "dns-extra-configs-v1-fedcba9876543210", false), "a copy has to be immutable"},
		{"another name", create("kube-system", "another-v1-fedcba9876543210", true), onlyCopies},
		{"one that begins like a copy's", create("kube-system", "dns-extra-configs-v1-fedcba9876543210-2", true), onlyCopies},
		{"one that ends like a copy's", create("kube-system", "my-dns-extra-configs-v1-fedcba9876543210", true), onlyCopies},
		{"the ConfigMap itself", create("kube-system", extraconfig.Name, true), onlyCopies},
		{"what a server starts on", create("kube-system", "coredns-v1-fedcba9876543210", true), onlyCopies},
		{"a copy elsewhere", create("default", "dns-extra-configs-v1-fedcba9876543210", true), noRight},
		{"in its own namespace", create("corewarden", "dns-extra-configs-v1-fedcba9876543210", true), noRight},
		{"change a copy", []string{"label", "configmap", copyName, "--namespace=kube-system", "a=b"}, noRight},
		{"change the ConfigMap", []string{"label", "configmap", "another", "--namespace=kube-system", "a=b"}, noRight},
		{"delete a copy", []string{"delete", "configmap", copyName, "--namespace=kube-system"}, ""},
		{"delete another", []string{"delete", "configmap", "another", "--namespace=kube-system"}, onlyCopies},
		{"delete what a server starts on", []string{"delete", "configmap", "coredns", "--namespace=kube-system"}, onlyCopies},
		{"delete all", []string{"delete", "configmaps", "--all", "--namespace=kube-system"}, onlyCopies},

		{"delete a pod of node-local-dns", []string{"delete", pod(nodeLocalDNSPods), "--namespace=kube-system"}, ""},
		{"delete a pod of CoreDNS", []string{"delete", pod(coreDNSPods), "--namespace=kube-system"}, ""},
		{"delete one of a namesake", []string{"delete", pod("app=coredns-autoscaler"), "--namespace=kube-system"}, onlyPods},
		{"list ReplicaSets", []string{"get", "replicasets", "--namespace=kube-system"}, ""},
		{"list ControllerRevisions", []string{"get", "controllerrevisions", "--namespace=kube-system"}, ""},
		{"list ReplicaSets elsewhere", []string{"get", "replicasets", "--namespace=default"}, noRight},
	}
	t.Run("asks", func(t *testing.T) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				args, input := tt.args, ""
				if args[0] == "create" {
					args, input = args[:3], args[3]
				}
				args = append(slices.Clone(args), "--kubeconfig="+kubeconfig)
				if args[0] != "get" {
					args = append(args, "--dry-run=server")
				}
				// The API server takes a policy up a moment after it was written.
				eventually(t, "the answer", func() error {
					_, err := i.KubectlInput(t.Context(), input, args...)
					switch {
					case err != nil && (tt.refused == "" || !strings.Contains(err.Error(), tt.refused)):
						return fmt.Errorf("kubectl %s, want %q: %w", strings.Join(args, " "), tt.refused, err)
					case err == nil && tt.refused != "":
						return fmt.Errorf("kubectl %s is allowed, want %q", strings.Join(args, " "), tt.refused)
					}
					return nil
				})
			})
		}
	})
	i.Run(t, "delete", "configmap", "another", copyName, "--namespace=kube-system")
	i.Run(t, "delete", "deployment", "coredns-autoscaler", "--namespace=kube-system")
}
