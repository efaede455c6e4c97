package scenarios

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"corewarden/e2e/realnode"
	"corewarden/extraconfig"
)

// overlay is what docs/install.md has a user write where there is no cert-manager, with less
// patience than by default: a scenario need not wait for half a minute whether pods stay up,
// but for longer than a server on a busy machine takes to crash.
const overlay = `
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- %s
components: [%s]
images:
- name: corewarden/webhook
  newName: %s
  newTag: %s
patches:
- target: {kind: Deployment, name: corewarden-webhook}
  patch: |
    - {op: add, path: /spec/template/spec/containers/0/args/-, value: --rollout-soak=5s}
    - {op: add, path: /spec/template/spec/containers/0/args/-, value: --rollout-interval=0s}
`

// installCorewarden does what docs/install.md says, with components of deploy/.
func (i *installation) installCorewarden(ctx context.Context, components ...string) error {
	dir, err := os.MkdirTemp("", "overlay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	selfSigned, err := filepath.Rel(dir, deploy("self-signed"))
	if err != nil {
		return err
	}
	for n, component := range components {
		if components[n], err = filepath.Rel(dir, deploy(component)); err != nil {
			return err
		}
	}
	text := fmt.Sprintf(overlay, selfSigned, strings.Join(components, ", "), realnode.CorewardenImage, realnode.CorewardenTag)
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"apply", "--server-side", "--kustomize", dir},
		{"rollout", "status", "--namespace=corewarden", "deployment/corewarden-webhook", "--timeout=" + waitTimeout.String()},
	} {
		if _, err := i.Kubectl(ctx, args...); err != nil {
			return fmt.Errorf("install Corewarden: %w", err)
		}
	}
	// A pod that is told to end leads on for some seconds, with the flags that it had.
	if err := realnode.Poll(ctx, "a new pod to lead", func() error {
		ending, err := i.Kubectl(ctx, "get", "pods", "--namespace=corewarden", "--selector=app.kubernetes.io/component=webhook", "--output=jsonpath={.items[*].metadata.deletionTimestamp}")
		if err == nil && ending != "" {
			err = errors.New("others are ending")
		}
		if err != nil {
			return err
		}
		leader, err := i.Kubectl(ctx, "get", "lease", "corewarden", "--namespace=corewarden", "--output=jsonpath={.spec.holderIdentity}")
		if err != nil {
			return err
		}
		pod, _, _ := strings.Cut(leader, "_")
		_, err = i.Kubectl(ctx, "get", "pod", pod, "--namespace=corewarden") // the one that led may be gone
		return err
	}); err != nil {
		return err
	}
	return realnode.Poll(ctx, "the API server to trust the webhook", func() error {
		_, err := i.apply(ctx, "Corefile", "", "--dry-run=server")
		return err
	})
}

// deploy returns a folder of the repository's manifests.
func deploy(name string) string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "deploy", name)
}

// hash returns the stamp that a ConfigMap with one Corefile leads to.
func hash(corefile string) string {
	return extraconfig.ConfigMap{Data: map[string]string{"Corefile": corefile}}.Hash()
}

// awaitRollout waits until both workloads have the stamp and all of their pods run it.
func (i *installation) awaitRollout(ctx context.Context, stamp string) error {
	ctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	for _, workload := range []string{"deployment/coredns", "daemonset/node-local-dns"} {
		err := realnode.Poll(ctx, workload+" to have the stamp "+stamp, func() error {
			got, err := i.stamp(ctx, workload)
			if err == nil && got != stamp {
				err = fmt.Errorf("it has %q", got)
			}
			return err
		})
		if err != nil {
			return err
		}
		if _, err := i.Kubectl(ctx, "rollout", "status", "--namespace=kube-system", workload, "--timeout="+waitTimeout.String()); err != nil {
			return err
		}
	}
	return nil
}

// stamp returns the stamp of a workload. One without has not been rolled out yet, for which
// there is no reason while there is no content.
func (i *installation) stamp(ctx context.Context, workload string) (string, error) {
	stamp, err := i.Kubectl(ctx, "get", "--namespace=kube-system", workload,
		`--output=jsonpath={.spec.template.metadata.annotations.corewarden\.io/config-hash}`)
	return cmp.Or(strings.TrimSpace(stamp), extraconfig.EmptyHash), err
}
