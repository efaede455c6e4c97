// Package corewarden installs Corewarden in a cluster and runs its webhook on the host, for
// tests and for `make run`.
package corewarden

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	certutil "k8s.io/client-go/util/cert"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/process"
)

// Product is Corewarden installed in a cluster, with its webhook running on the host.
type Product struct {
	cluster   *controlplane.Cluster
	binary    string
	manifests string   // what is installed, as one JSON list
	args      []string // of the webhook, whichever replica it is
	addresses          // of this replica

	mu      sync.Mutex
	process *process.Process // nil when it never ran, or was ended
}

// stopGrace is how long the webhook may take to end before it is killed.
const stopGrace = time.Minute

// addresses are where a webhook listens: the admission webhooks, /metrics, and /healthz
// and /readyz.
type addresses struct{ webhook, metrics, health string }

func newAddresses() (addresses, error) {
	free, err := controlplane.FreeAddresses(3)
	if err != nil {
		return addresses{}, err
	}
	return addresses{webhook: free[0], metrics: free[1], health: free[2]}, nil
}

// Install builds the webhook, applies what deploy/base holds and starts the webhook with
// no credentials but its ServiceAccount's, and with the given flags besides those that it
// needs. It returns when the webhook is ready.
func Install(ctx context.Context, cluster *controlplane.Cluster, flags ...string) (*Product, error) {
	return install(ctx, cluster, filepath.Join(repository(), "deploy", "base"), flags)
}

// InstallPinned is Install with the component deploy/pinned.
func InstallPinned(ctx context.Context, cluster *controlplane.Cluster, flags ...string) (*Product, error) {
	overlay := filepath.Join(cluster.Dir(), "overlay")
	if err := Overlay(overlay, "base", "pinned"); err != nil {
		return nil, err
	}
	return install(ctx, cluster, overlay, append([]string{"-content=pinned"}, flags...))
}

func install(ctx context.Context, cluster *controlplane.Cluster, kustomization string, flags []string) (*Product, error) {
	p, caBundle, err := newProduct(ctx, cluster, "127.0.0.1")
	if err != nil {
		return nil, err
	}
	objects, err := Manifests(ctx, cluster.Kubectl, kustomization)
	if err != nil {
		return nil, err
	}
	objects, err = ForHost(objects, "https://"+p.webhook, caBundle)
	if err != nil {
		return nil, err
	}
	if p.manifests, err = Encode(objects); err != nil {
		return nil, err
	}
	if err := p.Apply(ctx); err != nil {
		return nil, err
	}
	return p, p.run(ctx, flags)
}

// Serve builds and starts the webhook in the place of the pods of a cluster that deploy/ is
// applied to, for connections to its Service. It returns what the API server has to trust.
func Serve(ctx context.Context, cluster *controlplane.Cluster, flags ...string) (p *Product, caBundle []byte, err error) {
	p, caBundle, err = newProduct(ctx, cluster, "corewarden-webhook.corewarden.svc")
	if err != nil {
		return nil, nil, err
	}
	return p, caBundle, p.run(ctx, flags)
}

// newProduct builds the webhook, and a serving certificate for a host.
func newProduct(ctx context.Context, cluster *controlplane.Cluster, host string) (p *Product, caBundle []byte, err error) {
	p = &Product{cluster: cluster}
	if p.binary, err = Build(ctx); err != nil {
		return nil, nil, err
	}
	if p.addresses, err = newAddresses(); err != nil {
		return nil, nil, err
	}
	caBundle, err = selfSigned(CertDir(p.cluster), host)
	return p, caBundle, err
}

// Address returns where the webhooks are served, such as 127.0.0.1:9443.
func (p *Product) Address() string { return p.webhook }

// run starts the webhook for the first time.
func (p *Product) run(ctx context.Context, flags []string) error {
	kubeconfig, err := p.cluster.ServiceAccountKubeconfig(ctx, "corewarden", "corewarden")
	if err != nil {
		return err
	}
	p.args = append([]string{
		"-kubeconfig=" + kubeconfig,
		"-cert-dir=" + CertDir(p.cluster),
		"-service-account=corewarden/corewarden",
		"-shutdown-delay=0s", // there is no other replica to turn to
		// As short as a test may have it: times in the API are in whole seconds.
		"-rollout-soak=1s",
		"-rollout-interval=0s",
	}, flags...)
	return p.Start(ctx)
}

// CertDir returns the folder of the serving certificate in a cluster's own folder.
func CertDir(cluster *controlplane.Cluster) string {
	return filepath.Join(cluster.Dir(), "serving-certificate")
}

// Apply applies what is installed: all but the webhook itself, which is not in a pod.
func (p *Product) Apply(ctx context.Context) error {
	_, err := p.cluster.KubectlInput(ctx, p.manifests, "apply", "--server-side", "--force-conflicts", "--filename=-")
	return err
}

// Replica starts another webhook in the same cluster and returns when it is ready. The API
// server goes on calling the first one, but either may be the leader.
func (p *Product) Replica(ctx context.Context) (*Product, error) {
	addresses, err := newAddresses()
	if err != nil {
		return nil, err
	}
	replica := &Product{cluster: p.cluster, binary: p.binary, manifests: p.manifests, args: p.args, addresses: addresses}
	return replica, replica.Start(ctx)
}

// Restart ends the webhook as the kubelet does and starts it with more flags.
func (p *Product) Restart(ctx context.Context, flags ...string) error {
	if err := p.Stop(); err != nil {
		return err
	}
	p.args = append(p.args, flags...)
	return p.Start(ctx)
}

// Upgrade ends the webhook as the kubelet does and starts another program in its place.
func (p *Product) Upgrade(ctx context.Context, binary string) error {
	if err := p.Stop(); err != nil {
		return err
	}
	p.binary = binary
	return p.Start(ctx)
}

// repository returns the root of the repository, from where this file was compiled.
func repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// selfSigned writes a serving certificate for a host to dir and returns what the API server
// has to trust.
func selfSigned(dir, host string) (caBundle []byte, err error) {
	cert, key, err := certutil.GenerateSelfSignedCertKey(host, nil, nil)
	if err != nil {
		return nil, err
	}
	return cert, errors.Join(
		os.MkdirAll(dir, 0o700),
		os.WriteFile(filepath.Join(dir, "tls.crt"), cert, 0o600),
		os.WriteFile(filepath.Join(dir, "tls.key"), key, 0o600),
	)
}

// Start starts the webhook and waits until it says that it is ready.
func (p *Product) Start(ctx context.Context) error {
	started := process.New(process.Program{
		Name: "the webhook",
		Path: p.binary,
		Args: append(slices.Clip(p.args),
			"-webhook-bind-address="+p.webhook, "-metrics-bind-address="+p.metrics, "-health-bind-address="+p.health),
		Dir:   p.cluster.Dir(),
		Log:   p.logFile(),
		Ready: p.Ready,
		Grace: stopGrace,
	})
	p.mu.Lock()
	p.process = started
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	if err := started.Start(ctx); err != nil {
		return errors.Join(err, p.Kill())
	}
	return nil
}

// Kill ends the webhook as a crash would.
func (p *Product) Kill() error {
	if process := p.forget(); process != nil {
		return process.Kill()
	}
	return nil
}

// Stop ends the webhook as the kubelet does. It is no error if it does not run.
func (p *Product) Stop() error {
	if process := p.forget(); process != nil {
		return errors.Join(process.Stop(), process.Err())
	}
	return nil
}

// Freeze keeps the webhook from doing anything until Thaw. Others see its connections open.
func (p *Product) Freeze() error { return p.running().Signal(syscall.SIGSTOP) }

// Thaw lets a frozen webhook go on.
func (p *Product) Thaw() error { return p.running().Signal(syscall.SIGCONT) }

// AwaitExit waits until the webhook has ended by itself, as one does that lost its lease.
func (p *Product) AwaitExit(ctx context.Context) error {
	if err := p.running().Wait(ctx); err != nil {
		return err
	}
	p.forget()
	return nil
}

func (p *Product) running() *process.Process {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.process
}

// forget returns the process, whose end is the caller's to know.
func (p *Product) forget() *process.Process {
	p.mu.Lock()
	defer p.mu.Unlock()
	process := p.process
	p.process = nil
	return process
}

// Log returns all that the webhook has logged, over restarts.
func (p *Product) Log() string {
	text, err := os.ReadFile(p.logFile())
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	return string(text)
}

// logFile is the replica's own, in the cluster's folder.
func (p *Product) logFile() string {
	_, port, _ := net.SplitHostPort(p.webhook)
	return filepath.Join(p.cluster.Dir(), "webhook-"+port+".log")
}
