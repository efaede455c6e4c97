// Package clients shows what people read of the webhook's answers in the tools they use.
package clients_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/corewarden"
	"corewarden/e2e/metakube"
	"corewarden/e2e/parts"
)

// A cluster has MetaKube's DNS, and Corewarden.
type cluster struct {
	*controlplane.Cluster
	tools parts.Binaries
	home  string // of the tools
}

func newCluster(t *testing.T) cluster {
	t.Helper()
	tools, err := parts.Build(t.Context(), os.Stderr, parts.ArgoCD, parts.Flux, parts.Helm, parts.Kubectl)
	if err != nil {
		t.Fatal(err)
	}
	c, err := controlplane.Start(t.Context(), controlplane.Options{Output: os.Stderr, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := metakube.Install(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	product, err := corewarden.Install(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = product.Kill() })
	return cluster{c, tools, t.TempDir()}
}

// shell runs a line, with the tools in the PATH, and returns what it prints.
func (c cluster) shell(ctx context.Context, dir, stdin, line string) (string, error) {
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = []string{controlplane.FewCollections, "HOME=" + c.home, "KUBECONFIG=" + c.Kubeconfig(), "PATH=" + c.path()}
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w:\n%s", line, err, out)
	}
	return strings.TrimSpace(string(out)), err
}

func (c cluster) path() string {
	var folders []string
	for _, binary := range c.tools {
		folders = append(folders, filepath.Dir(binary))
	}
	return strings.Join(append(folders, os.Getenv("PATH")), ":")
}

// run runs kubectl, which has to succeed.
func (c cluster) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := c.Kubectl(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// forget deletes dns-extra-configs.
func (c cluster) forget(t *testing.T) {
	t.Helper()
	c.run(t, "delete", "configmap", "dns-extra-configs", "--namespace=kube-system", "--ignore-not-found")
}
