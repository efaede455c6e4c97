package realnode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/parts"
	"corewarden/e2e/poll"
	"corewarden/e2e/process"
)

// startTimeout is for all nodes; an idle machine needs a fiftieth of it.
const startTimeout = 10 * time.Minute

// Options say how to start a cluster.
type Options struct {
	// Nodes is how many; 1 by default.
	Nodes int
	// SyncFrequency is how often kubelets bring what pods mount up to date, more or less; every
	// minute by default, as in most clusters.
	SyncFrequency time.Duration
	// Output gets the progress of building what is missing; nil for nobody.
	Output io.Writer
}

// A Cluster has a control plane and nodes. A process has one: it uses the namespaces of the
// process, and ends with it.
type Cluster struct {
	*controlplane.Cluster
	nodes    []*Node
	upstream *Place
	client   kubernetes.Interface
}

// Start starts a cluster, and returns when its nodes are Ready. It has no pods: DNS and the
// product are the caller's to install. The context is for starting only.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	if !inside() {
		return nil, errors.New("realnode: not in namespaces: call realnode.Main first")
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	out := opts.Output
	if out == nil {
		out = io.Discard
	}
	binaries, err := parts.Build(ctx, out, nodeParts()...)
	if err != nil {
		return nil, err
	}
	c := &Cluster{}
	if err := c.startNetwork(max(opts.Nodes, 1)); err != nil {
		return nil, err
	}
	c.Cluster, err = controlplane.Start(ctx, controlplane.Options{Output: out, Address: nodeAddress(1)})
	if err != nil {
		return nil, err
	}
	if c.client, err = kubernetes.NewForConfig(c.Config()); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	group, groupCtx := errgroup.WithContext(ctx)
	for _, node := range c.nodes {
		group.Go(func() error {
			if err := node.configure(c.Cluster, binaries, opts.SyncFrequency); err != nil {
				return err
			}
			if err := node.start(groupCtx); err != nil {
				return err
			}
			return c.awaitReady(groupCtx, node)
		})
	}
	if err := group.Wait(); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// nodeParts are what nodes are made of.
func nodeParts() []parts.Part {
	return []parts.Part{
		parts.Containerd, parts.ContainerdShim, parts.Ctr, parts.Bridge, parts.HostLocal, parts.Loopback, parts.Portmap,
		parts.Kubelet, parts.KubeProxy,
	}
}

func (c *Cluster) startNetwork(nodes int) (err error) {
	if err := newLAN(); err != nil {
		return err
	}
	if c.upstream, err = startUpstream(nodes); err != nil {
		return err
	}
	for i := 1; i <= nodes; i++ {
		node, err := newNode(i, nodes)
		if err != nil {
			return err
		}
		c.nodes = append(c.nodes, node)
	}
	return nil
}

func (c *Cluster) awaitReady(ctx context.Context, node *Node) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return Poll(ctx, node.name+" to be Ready", func() error {
		if node.Kubelet.PID() == 0 {
			cancel() // no use waiting
			return fmt.Errorf("its kubelet has ended; the end of its log:\n%s", node.Kubelet.LogTail())
		}
		object, err := c.client.CoreV1().Nodes().Get(ctx, node.name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, condition := range object.Status.Conditions {
			if condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue {
				return nil
			}
		}
		return fmt.Errorf("it is not; the end of its kubelet's log:\n%s", node.Kubelet.LogTail())
	})
}

// Nodes returns the nodes, node-1 first, which shares its network with the control plane.
func (c *Cluster) Nodes() []*Node { return c.nodes }

// Stop ends the nodes' processes and the control plane. What runs in containers ends with
// this process.
func (c *Cluster) Stop() error {
	var group errgroup.Group
	for _, node := range c.nodes {
		for _, process := range []*process.Process{node.Kubelet, node.Proxy, node.Containerd} {
			if process != nil {
				group.Go(process.Stop)
			}
		}
	}
	return errors.Join(group.Wait(), c.Cluster.Stop())
}

// Pod returns the place of a running pod. It has the pod's network and is else where this
// process is.
func (c *Cluster) Pod(ctx context.Context, namespace, name string) (*Place, error) {
	pod, err := c.client.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	// All processes of all nodes are in this process' PID namespace. A cgroup is named
	// after its pod.
	files, err := filepath.Glob("/proc/[0-9]*/cgroup")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil && strings.Contains(string(text), "pod"+string(pod.UID)) {
			return newPlace(namespace+"/"+name, filepath.Dir(file), "net")
		}
	}
	return nil, fmt.Errorf("pod %s/%s has no process: it is %s", namespace, name, pod.Status.Phase)
}

// Poll is poll.Until.
func Poll(ctx context.Context, what string, look func() error) error {
	return poll.Until(ctx, what, look)
}
