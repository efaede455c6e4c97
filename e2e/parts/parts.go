// Package parts builds the real programs that the end-to-end tests run against:
// Kubernetes, etcd, kwok, containerd, CoreDNS and GitOps tools.
//
// Each sub-folder is a Go module that pins one program, so that none of it gets
// into the product's go.mod. A module says with `tool` directives what it builds.
// Finished binaries are kept in .cache/parts at the root of the repository, in a
// folder whose name changes with everything that goes into them.
//
// To add a part, add its module, and its name here and in All.
package parts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Part is the name of a program: that of its binary, and of the sub-folder with
// its module.
type Part string

// The programs that can be built.
const (
	ArgoCD                Part = "argocd"
	Bridge                Part = "bridge"
	CAInjector            Part = "cert-manager-cainjector"
	CertManagerController Part = "cert-manager-controller"
	CertManagerWebhook    Part = "cert-manager-webhook"
	Containerd            Part = "containerd"
	ContainerdShim        Part = "containerd-shim-runc-v2"
	CoreDNS1150           Part = "coredns-1.15.0"
	Ctr                   Part = "ctr"
	Etcd                  Part = "etcd"
	Flux                  Part = "flux"
	Helm                  Part = "helm"
	HostLocal             Part = "host-local"
	KubeAPIServer         Part = "kube-apiserver"
	KubeControllerManager Part = "kube-controller-manager"
	KubeScheduler         Part = "kube-scheduler"
	KubeProxy             Part = "kube-proxy"
	Kubectl               Part = "kubectl"
	Kubelet               Part = "kubelet"
	Kustomize             Part = "kustomize"
	Kwok                  Part = "kwok"
	Loopback              Part = "loopback"
	NodeCache1267         Part = "node-cache-1.26.7"
	NodeCacheStandIn      Part = "node-cache-stand-in"
	Portmap               Part = "portmap"
	Promtool              Part = "promtool"

	CoreDNS1113   Part = "coredns-1.11.3"
	CoreDNS1121   Part = "coredns-1.12.1"
	CoreDNS1131   Part = "coredns-1.13.1"
	CoreDNS1143   Part = "coredns-1.14.3"
	NodeCache1264 Part = "node-cache-1.26.4"
	NodeCacheHead Part = "node-cache-head"
)

// All returns every part that the tests need.
func All() []Part {
	return []Part{
		CoreDNS1150, Etcd, KubeAPIServer, KubeControllerManager, KubeProxy, KubeScheduler, Kubectl, Kubelet, Kwok, NodeCache1267, NodeCacheStandIn, Promtool,
		ArgoCD, Flux, Helm, Kustomize,
		Bridge, Containerd, ContainerdShim, Ctr, HostLocal, Loopback, Portmap,
		CAInjector, CertManagerController, CertManagerWebhook,
	}
}

// OtherServers returns the releases of the DNS servers that no test needs, only a full
// comparison of our verdicts with theirs: see package conformance.
func OtherServers() []Part {
	return []Part{CoreDNS1113, CoreDNS1121, CoreDNS1131, CoreDNS1143, NodeCache1264, NodeCacheHead}
}

const batch = "-batch"

// Batch returns the part that starts the DNS server of this one on many configurations, one
// after the other, in one process: see package batch. Each comparison builds its own.
func (p Part) Batch() Part { return p + batch }

func (p Part) isBatch() bool { return strings.HasSuffix(string(p), batch) }

// folder returns the sub-folder of the part's module. Kubernetes' programs share
// most of their packages and are in one module, and so do the GitOps tools, containerd
// and the network plugins, cert-manager's, and node-cache's CoreDNS and its stand-in.
func (p Part) folder() string {
	switch p {
	case KubeAPIServer, KubeControllerManager, KubeProxy, KubeScheduler, Kubectl, Kubelet:
		return "kubernetes"
	case ArgoCD, Flux, Helm, Kustomize:
		return "gitops"
	case Bridge, Containerd, ContainerdShim, Ctr, HostLocal, Loopback, Portmap:
		return "containerd"
	case NodeCacheStandIn:
		return string(NodeCache1267)
	case CAInjector, CertManagerController, CertManagerWebhook:
		return "cert-manager"
	default:
		return strings.TrimSuffix(string(p), batch)
	}
}

// Binaries gives the absolute path of each part's binary.
type Binaries map[Part]string

// Build returns the binaries of the wanted parts. What is not in the cache is built
// first, which takes minutes on an empty machine and is reported on out; otherwise
// nothing is written. Several processes may ask for the same part at once.
//
// Where the environment variable KUBEBUILDER_ASSETS names a folder that has a binary
// of a part's name, that one is used and nothing is built for it.
func Build(ctx context.Context, out io.Writer, wanted ...Part) (Binaries, error) {
	b, err := inRepository(ctx)
	if err != nil {
		return nil, err
	}
	b.Output = out
	return b.Build(ctx, wanted...)
}

// Source returns the folder that holds the source of the part's pinned module, for
// parts that need files of it at run time. It is downloaded if it has to be.
func Source(ctx context.Context, p Part) (string, error) {
	b, err := inRepository(ctx)
	if err != nil {
		return "", err
	}
	m, err := readModule(ctx, filepath.Join(b.Modules, p.folder()))
	if err != nil {
		return "", err
	}
	return m.source(ctx)
}

// A Builder builds parts from modules in one folder into another.
type Builder struct {
	Modules string    // has one sub-folder for each module
	Cache   string    // keeps the finished binaries; made when it is missing
	Assets  string    // has prebuilt binaries that are preferred; empty for none
	Output  io.Writer // gets the progress of builds
}

// inRepository returns the builder for the repository that the working directory
// is in.
func inRepository(ctx context.Context) (*Builder, error) {
	gomod, err := goOutput(ctx, "", "env", "GOMOD")
	if err != nil {
		return nil, err
	}
	root := filepath.Dir(gomod)
	modules := filepath.Join(root, "e2e", "parts")
	if _, err := os.Stat(modules); err != nil {
		return nil, fmt.Errorf("the parts are built from inside the repository: %w", err)
	}
	return &Builder{
		Modules: modules,
		Cache:   filepath.Join(root, ".cache", "parts"),
		Assets:  os.Getenv("KUBEBUILDER_ASSETS"),
		Output:  io.Discard,
	}, nil
}

// Build returns the binaries of the wanted parts, building those that are missing.
func (b *Builder) Build(ctx context.Context, wanted ...Part) (Binaries, error) {
	binaries := make(Binaries, len(wanted))
	together := make(map[string][]Part) // what is wanted of a module's folder; a batch is built by itself
	for _, p := range wanted {
		if path := filepath.Join(b.Assets, string(p)); b.Assets != "" && isExecutable(path) {
			binaries[p] = path
			continue
		}
		key := p.folder()
		if p.isBatch() {
			key = string(p)
		}
		together[key] = append(together[key], p)
	}
	for _, key := range slices.Sorted(maps.Keys(together)) {
		parts := together[key]
		m, err := readModule(ctx, filepath.Join(b.Modules, parts[0].folder()))
		if err != nil {
			return nil, err
		}
		dir, err := b.build(ctx, m, parts)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			binaries[p] = filepath.Join(dir, string(p))
		}
	}
	return binaries, nil
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// goOutput runs the go command in a folder and returns what it prints, trimmed.
func goOutput(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := goCommand(ctx, dir, args...)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
		}
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// goCommand prepares the go command so that what it builds depends on the module
// alone: no C compiler, no workspace around the repository.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	// An interrupt lets go remove its own temporary files.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = interruptGrace
	return cmd
}
