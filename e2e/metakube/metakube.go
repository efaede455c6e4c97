// Package metakube gives a cluster the DNS of a MetaKube cluster: three nodes, the
// Deployment coredns and the DaemonSet node-local-dns in kube-system, and their base
// Corefiles, which import /etc/coredns/extra-configs/*Corefile.
package metakube

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"corewarden/e2e/controlplane"
)

//go:embed manifests/*.yaml
var manifests embed.FS

// rolloutTimeout is for each thing waited for; an idle machine needs a hundredth of it.
const rolloutTimeout = "5m"

// Install applies the manifests and waits until the nodes are Ready and both workloads
// are rolled out.
func Install(ctx context.Context, cluster *controlplane.Cluster) error {
	text, err := Manifests()
	if err != nil {
		return err
	}
	return apply(ctx, cluster, text)
}

// InstallDNS is Install for a cluster that has nodes already.
func InstallDNS(ctx context.Context, cluster *controlplane.Cluster) error {
	text, err := read("manifests/coredns.yaml", "manifests/node-local-dns.yaml")
	if err != nil {
		return err
	}
	return apply(ctx, cluster, text)
}

func apply(ctx context.Context, cluster *controlplane.Cluster, text string) error {
	// Server-side apply, so that the objects carry no annotation that a real cluster's
	// would not.
	if _, err := cluster.KubectlInput(ctx, text, "apply", "--server-side", "--field-manager=metakube", "-f", "-"); err != nil {
		return fmt.Errorf("install MetaKube's DNS: %w", err)
	}
	for _, wait := range [][]string{
		{"wait", "--for=condition=Ready", "nodes", "--all"},
		{"--namespace=kube-system", "rollout", "status", "deployment/coredns"},
		{"--namespace=kube-system", "rollout", "status", "daemonset/node-local-dns"},
	} {
		if _, err := cluster.Kubectl(ctx, append(wait, "--timeout="+rolloutTimeout)...); err != nil {
			return fmt.Errorf("install MetaKube's DNS: %w", err)
		}
	}
	return nil
}

// Nodes is how many nodes the manifests have.
const Nodes = 3

// AddNodes adds nodes, and waits until node-local-dns runs on them.
func AddNodes(ctx context.Context, cluster *controlplane.Cluster, n int) error {
	if n <= 0 {
		return nil
	}
	var nodes strings.Builder
	for i := range n {
		fmt.Fprintf(&nodes, "---\napiVersion: v1\nkind: Node\nmetadata: {name: more-%d, labels: {kubernetes.io/os: linux}}\n", i)
	}
	if _, err := cluster.KubectlInput(ctx, nodes.String(), "create", "-f", "-"); err != nil {
		return fmt.Errorf("add %d nodes: %w", n, err)
	}
	_, err := cluster.Kubectl(ctx, "--namespace=kube-system", "rollout", "status", "daemonset/node-local-dns", "--timeout=5m")
	return err
}

// Manifests returns all objects as one YAML stream.
func Manifests() (string, error) {
	files, err := fs.Glob(manifests, "manifests/*.yaml")
	if err != nil {
		return "", err
	}
	return read(files...)
}

func read(files ...string) (string, error) {
	var stream strings.Builder
	for _, file := range files {
		text, err := manifests.ReadFile(file)
		if err != nil {
			return "", err
		}
		stream.WriteString("---\n" + string(text))
	}
	return stream.String(), nil
}
