package controlplane

import (
	"context"
	"fmt"
	"os/exec"
	"strings"

	"corewarden/e2e/parts"
	"corewarden/e2e/process"
)

// KubectlCommand prepares kubectl with every right, or with those of another
// kubeconfig where the arguments name one. It reads no settings of the person who
// runs it, and keeps its caches in the cluster's folder.
func (c *Cluster) KubectlCommand(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.binaries[parts.Kubectl], args...)
	cmd.Env = append(process.Environment(c.dir), FewCollections, "KUBECONFIG="+c.Kubeconfig())
	return cmd
}

// Kubectl runs kubectl and returns all it prints. A failure's error has that as well.
func (c *Cluster) Kubectl(ctx context.Context, args ...string) (string, error) {
	return c.KubectlInput(ctx, "", args...)
}

// KubectlInput is Kubectl with an input, for `-f -`.
func (c *Cluster) KubectlInput(ctx context.Context, input string, args ...string) (string, error) {
	cmd := c.KubectlCommand(ctx, args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("kubectl %s: %w:\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), err
}
