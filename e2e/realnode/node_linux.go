package realnode

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"text/template"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"corewarden/e2e/controlplane"
	"corewarden/e2e/parts"
	"corewarden/e2e/process"
)

//go:embed config
var configFiles embed.FS

var configs = template.Must(template.ParseFS(configFiles, "config/*"))

// nodeGrace is how long a node's process may take to end.
const nodeGrace = 10 * time.Second

// A Node is a machine of the cluster, as far as its pods can see.
type Node struct {
	*Place
	Address netip.Addr
	// Its processes, to be stopped, killed and started again.
	Containerd, Kubelet, Proxy *process.Process

	number   int
	dir      string
	binaries parts.Binaries
}

// settings are what the files in config are filled with.
type settings struct {
	Name, Dir, Address, PodRange, Upstream string
	CAFile, ProxyKubeconfig, Bin, Pause    string
	SyncFrequency                          time.Duration
}

// newNode makes a node's namespaces and network. The first shares its network with the
// control plane.
func newNode(number, nodes int) (*Node, error) {
	name := fmt.Sprintf("node-%d", number)
	n := &Node{Address: nodeAddress(number), number: number, dir: stateDir(name)}
	all, err := hierarchies()
	if err != nil {
		return nil, err
	}
	err = onThread(func() (err error) {
		if err := unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_NEWUTS); err != nil {
			return err
		}
		if number > 1 {
			if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
				return err
			}
			if err := mountSys(all); err != nil { // which shows a network's interfaces
				return err
			}
		}
		if err := unix.Sethostname([]byte(name)); err != nil {
			return err
		}
		if err := mountNode(n.dir); err != nil {
			return err
		}
		n.Place, err = newPlace(name, "/proc/thread-self", "net", "mnt", "uts")
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if number > 1 {
		if err := connect(n.Place, name, n.Address); err != nil {
			return nil, err
		}
	}
	for _, h := range all {
		if err := makeGroup(filepath.Join(h.dir, name)); err != nil {
			return nil, err
		}
	}
	return n, n.Do(func() error { return routePods(number, nodes) })
}

// configure writes the node's files and says how its processes are started.
func (n *Node) configure(control *controlplane.Cluster, binaries parts.Binaries, syncFrequency time.Duration) error {
	n.binaries = binaries
	kubeconfig, err := control.UserKubeconfig(n.name, "system:node:"+n.name, "system:nodes")
	if err != nil {
		return err
	}
	proxyKubeconfig, err := control.UserKubeconfig("kube-proxy-"+n.name, "system:kube-proxy", "")
	if err != nil {
		return err
	}
	err = n.writeConfigs(settings{
		Name: n.name, Dir: n.dir, Address: n.Address.String(), PodRange: podRange(n.number), Upstream: upstream.String(),
		CAFile: control.CAFile(), ProxyKubeconfig: proxyKubeconfig, Bin: filepath.Dir(binaries[parts.Bridge]), Pause: pauseImage,
		SyncFrequency: syncFrequency,
	})
	if err != nil {
		return err
	}
	n.Containerd = n.process(parts.Containerd, func(ctx context.Context) error { return n.ctr(ctx, "version") },
		"--config="+n.path("containerd.toml"))
	n.Kubelet = n.process(parts.Kubelet, n.health("http://127.0.0.1:10248/healthz"),
		"--config="+n.path("kubelet.yaml"),
		"--kubeconfig="+kubeconfig,
		"--hostname-override="+n.name,
		"--node-ip="+n.Address.String(),
		"--cert-dir="+n.path("kubelet-pki"),
		"--v=2")
	n.Proxy = n.process(parts.KubeProxy, n.health("http://"+netip.AddrPortFrom(n.Address, 10256).String()+"/healthz"),
		"--config="+n.path("kube-proxy.yaml"))
	return nil
}

func (n *Node) path(name string) string { return filepath.Join(n.dir, name) }

func (n *Node) writeConfigs(s settings) error {
	if err := os.Mkdir(n.path("cni"), 0o755); err != nil {
		return err
	}
	for name, path := range map[string]string{
		"containerd.toml": "containerd.toml", "kubelet.yaml": "kubelet.yaml", "kube-proxy.yaml": "kube-proxy.yaml",
		"resolv.conf": "resolv.conf", "cni.conflist": "cni/10-pods.conflist",
	} {
		file, err := os.Create(n.path(path))
		if err != nil {
			return err
		}
		if err := errors.Join(configs.ExecuteTemplate(file, name, s), file.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) process(part parts.Part, ready func(context.Context) error, args ...string) *process.Process {
	return process.New(process.Program{
		Name: fmt.Sprintf("%s of %s", part, n.name), Path: n.binaries[part], Args: args,
		Dir: n.dir, Log: n.path(string(part) + ".log"), Ready: ready, Grace: nodeGrace, Enter: n.enter,
	})
}

// health returns a question to a process of the node whether it is well.
func (n *Node) health(url string) func(context.Context) error {
	client := &http.Client{
		Timeout:   2 * time.Second,
		Transport: &http.Transport{DialContext: n.DialContext, DisableKeepAlives: true},
	}
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s answers %s", n.name, url, resp.Status)
		}
		return nil
	}
}

// start starts the node's processes, when it has its images.
func (n *Node) start(ctx context.Context) error {
	if err := n.Containerd.Start(ctx); err != nil {
		return err
	}
	images, err := filepath.Glob(stateDir("images/*.tar"))
	if err != nil {
		return err
	}
	group, groupCtx := errgroup.WithContext(ctx)
	for _, image := range images {
		group.Go(func() error { return n.Import(groupCtx, image) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	group, groupCtx = errgroup.WithContext(ctx)
	group.Go(func() error { return n.Kubelet.Start(groupCtx) })
	group.Go(func() error { return n.Proxy.Start(groupCtx) })
	return group.Wait()
}

// Import gives the node the images of an OCI archive, under the names that it says.
func (n *Node) Import(ctx context.Context, archive string) error {
	return n.ctr(ctx, "--namespace=k8s.io", "images", "import", archive)
}

func (n *Node) ctr(ctx context.Context, args ...string) error {
	_, err := n.Run(ctx, n.binaries[parts.Ctr], args...)
	return err
}
