// Package lifecycle tests what a person does with Corewarden over time: install, look after,
// upgrade, remove, by the commands that the documentation gives.
package lifecycle_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/corewarden"
	"corewarden/e2e/harness"
	"corewarden/e2e/parts"
	"corewarden/e2e/services"
)

const (
	deploy  = "../../deploy"
	service = "corewarden/corewarden-webhook"
)

// A site is a cluster with MetaKube's DNS, whose API server reaches Services: that of the
// webhook leads to a process on this machine as long as a pod behind it is ready.
type site struct {
	harness.Cluster
	proxy *services.Proxy
	home  string // of the programs that are run
}

func newSite(t *testing.T) site {
	t.Helper()
	proxy, err := services.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	cluster := harness.NewClusterWith(t, controlplane.Options{Tunnel: proxy.Socket()})
	return site{cluster, proxy, t.TempDir()}
}

// serve starts the webhook behind the Service of what is installed. The API server trusts
// its certificate, by the hand of the given field manager.
func (s site) serve(t *testing.T, manager string) (product *corewarden.Product, caBundle []byte) {
	t.Helper()
	product, caBundle, err := corewarden.Serve(t.Context(), s.Cluster.Cluster)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = product.Kill() })
	if err := s.proxy.Serve(s.Config(), service, product.Address()); err != nil {
		t.Fatal(err)
	}
	s.inject(t, manager, caBundle)
	s.writable(t)
	return product, caBundle
}

// webhooks are the names of the webhooks by the kind of their configuration.
var webhooks = map[string][]string{
	"MutatingWebhookConfiguration":   {"keys.corewarden.io", "stamp.corewarden.io"},
	"ValidatingWebhookConfiguration": {"validate.corewarden.io", "stored.corewarden.io"},
}

// inject writes caBundle as cert-manager's cainjector does: by server-side apply, and nothing
// else with it.
func (s site) inject(t *testing.T, manager string, caBundle []byte) {
	t.Helper()
	for kind, names := range webhooks {
		var entries []any
		for _, name := range names {
			entries = append(entries, map[string]any{
				"name": name, "clientConfig": map[string]any{"caBundle": base64.StdEncoding.EncodeToString(caBundle)},
			})
		}
		configuration, err := json.Marshal(map[string]any{
			"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind,
			"metadata": map[string]any{"name": "corewarden"}, "webhooks": entries,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.KubectlInput(t.Context(), string(configuration), "apply", "--server-side", "--field-manager="+manager, "--filename=-"); err != nil {
			t.Fatal(err)
		}
	}
}

// trusted returns the caBundle of every webhook.
func (s site) trusted(t *testing.T) string {
	t.Helper()
	return s.run(t, "get", "mutatingwebhookconfiguration/corewarden", "validatingwebhookconfiguration/corewarden",
		"--output=jsonpath={.items[*].webhooks[*].clientConfig.caBundle}")
}

// write asks whether dns-extra-configs can be written, and stores nothing.
func (s site) write(ctx context.Context) error {
	_, err := s.KubectlInput(ctx, manifest("# nothing"), "apply", "--server-side", "--force-conflicts", "--dry-run=server", "--filename=-")
	return err
}

// writable waits until it can be.
func (s site) writable(t *testing.T) {
	t.Helper()
	harness.Eventually(t, "dns-extra-configs can be written", func() error { return s.write(t.Context()) })
}

// manifest returns dns-extra-configs with one Corefile.
func manifest(corefile string) string {
	return fmt.Sprintf(`{"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": {"name": "dns-extra-configs", "namespace": "kube-system"}, "data": {"Corefile": %q}}`, corefile)
}

// run runs kubectl, which has to succeed without a warning.
func (s site) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := s.Kubectl(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out, "Warning") {
		t.Errorf("kubectl %s warns:\n%s", strings.Join(args, " "), out)
	}
	return strings.TrimSpace(out)
}

// shell runs a line of a page in the folder dir, with kubectl and helm in the PATH.
func (s site) shell(ctx context.Context, dir, line string) (string, error) {
	binaries, err := parts.Build(ctx, os.Stderr, parts.Helm, parts.Kubectl)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "sh", "-e", "-c", line)
	cmd.Dir = dir
	cmd.Env = []string{
		controlplane.FewCollections, "HOME=" + s.home, "KUBECONFIG=" + s.Kubeconfig(),
		"PATH=" + strings.Join([]string{filepath.Dir(binaries[parts.Helm]), filepath.Dir(binaries[parts.Kubectl]), os.Getenv("PATH")}, ":"),
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w:\n%s", line, err, out)
	}
	return string(out), err
}

// helm runs helm, which has to succeed.
func (s site) helm(t *testing.T, args string) string {
	t.Helper()
	out, err := s.shell(t.Context(), "../..", "helm "+args)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
