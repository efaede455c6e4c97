// Package controlplane runs a real Kubernetes cluster without machines: etcd,
// kube-apiserver, kube-controller-manager and kube-scheduler as child processes on
// free loopback ports, and kwok instead of every kubelet. Nodes become Ready and
// pods Running without a container being started.
package controlplane

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"corewarden/e2e/parts"
	"corewarden/e2e/process"
)

const (
	// startAttempts is how often a cluster is started afresh because one of its
	// ports was taken by somebody else between choosing and using it.
	startAttempts = 3
	// startTimeout is for one attempt; a busy machine needs a tenth of it.
	startTimeout = 2 * time.Minute
	// stopGrace is how long a process may take to end before it is killed.
	stopGrace = 10 * time.Second
)

// Options say how to start a cluster. The zero value is good for a test.
type Options struct {
	// Output gets the progress of building the programs, the first time; nil for
	// nobody.
	Output io.Writer
	// TempDir is the folder that gets the cluster's own folder; the system's by
	// default.
	TempDir string
	// Address is where kubelets reach the API server, beside 127.0.0.1. Nodes are the
	// caller's then, and kwok does not run. By default there is none.
	Address netip.Addr
	// Stages are files with more of kwok's stages. One with a weight goes before the
	// usual ones, which have none.
	Stages []string
	// Tunnel is the Unix socket of a proxy through which the API server reaches Services,
	// such as package services has; by default it reaches none.
	Tunnel string
}

// nodeGrace is how long a node may be silent until its pods count as unready.
func (o Options) nodeGrace() time.Duration {
	if o.Address.IsValid() {
		return 50 * time.Second // Kubernetes' default
	}
	// On a busy machine kwok is late with the nodes' heartbeats. Pods of a silent node stay
	// unready for good: kwok does not bring them back.
	return 24 * time.Hour
}

// clients returns the parts that run in the cluster beside etcd and the API server.
func (o Options) clients() []parts.Part {
	clients := []parts.Part{parts.KubeControllerManager, parts.KubeScheduler}
	if !o.Address.IsValid() {
		clients = append(clients, parts.Kwok)
	}
	return clients
}

// Parts returns what a cluster with these options is made of.
func (o Options) Parts() []parts.Part {
	return append(o.clients(), parts.Etcd, parts.KubeAPIServer, parts.Kubectl)
}

// A Cluster is a running control plane. Its methods may be called from several
// goroutines.
type Cluster struct {
	dir       string
	binaries  parts.Binaries
	pki       *pki
	processes map[parts.Part]*process.Process
	server    clientcmdapi.Cluster // how clients reach the API server
	admin     *rest.Config
}

// Start builds what is missing and starts a cluster; it returns when the API server
// is ready and the others have connected to it. The context is for starting only: the
// cluster runs until Stop, or until this process ends.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	out := opts.Output
	if out == nil {
		out = io.Discard
	}
	binaries, err := parts.Build(ctx, out, opts.Parts()...)
	if err != nil {
		return nil, err
	}
	var stages []string
	if !opts.Address.IsValid() {
		if stages, err = kwokStages(ctx); err != nil {
			return nil, err
		}
	}
	for attempt := 1; ; attempt++ {
		c, err := start(ctx, opts, binaries, append(stages, opts.Stages...))
		if err == nil {
			return c, nil
		}
		if attempt == startAttempts || !errors.Is(err, process.ErrPortTaken) {
			return nil, err
		}
	}
}

// start makes one attempt. When it fails, nothing is left.
func start(ctx context.Context, opts Options, binaries parts.Binaries, stages []string) (_ *Cluster, err error) {
	dir, err := os.MkdirTemp(opts.TempDir, "corewarden-cluster-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, binaries: binaries}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Stop())
		}
	}()
	ports, err := freePorts()
	if err != nil {
		return nil, err
	}
	if c.pki, err = newPKI(dir, opts.Address); err != nil {
		return nil, fmt.Errorf("certificates: %w", err)
	}
	if err := c.writeKubeconfigs(opts.Address, ports); err != nil {
		return nil, err
	}
	tunnel, err := c.tunnelArgs(opts.Tunnel)
	if err != nil {
		return nil, err
	}
	c.processes = c.newProcesses(opts, c.pki, ports, stages, tunnel)

	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	// The API server waits for etcd by itself.
	if err := c.startTogether(ctx, parts.Etcd, parts.KubeAPIServer); err != nil {
		return nil, err
	}
	if err := c.startTogether(ctx, opts.clients()...); err != nil {
		return nil, err
	}
	return c, nil
}

// startTogether starts processes and waits until all are ready.
func (c *Cluster) startTogether(ctx context.Context, names ...parts.Part) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, name := range names {
		group.Go(func() error { return c.processes[name].Start(ctx) })
	}
	return group.Wait()
}

// Process returns the process of a part, such as parts.Etcd, to stop, kill and
// restart it. It is nil for a part that does not run in the cluster.
func (c *Cluster) Process(name parts.Part) *process.Process { return c.processes[name] }

// Dir returns the cluster's own folder. It goes with the cluster.
func (c *Cluster) Dir() string { return c.dir }

// Config returns a client configuration with every right.
func (c *Cluster) Config() *rest.Config { return rest.CopyConfig(c.admin) }

// Kubeconfig returns the path of a kubeconfig with every right.
func (c *Cluster) Kubeconfig() string { return c.kubeconfigPath(adminName) }

// CAFile returns the path of the certificate authority, which clients and servers trust.
func (c *Cluster) CAFile() string { return c.pki.caFile }

// Stop ends the cluster's processes and removes its folder.
func (c *Cluster) Stop() error {
	// In this order each finds what it needs to end well: the API server hangs
	// when etcd goes first.
	err := errors.Join(
		c.stopTogether(parts.KubeControllerManager, parts.KubeScheduler, parts.Kwok),
		c.stopTogether(parts.KubeAPIServer),
		c.stopTogether(parts.Etcd),
	)
	return errors.Join(err, os.RemoveAll(c.dir))
}

func (c *Cluster) stopTogether(names ...parts.Part) error {
	var group errgroup.Group
	for _, name := range names {
		if p := c.processes[name]; p != nil {
			group.Go(p.Stop)
		}
	}
	return group.Wait()
}

func (c *Cluster) path(elem ...string) string {
	return filepath.Join(append([]string{c.dir}, elem...)...)
}
