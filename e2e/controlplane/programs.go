package controlplane

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"corewarden/e2e/parts"
	"corewarden/e2e/process"
)

// probeTimeout is for one question to a server: what listens on its port may be
// another program that never answers.
const probeTimeout = 2 * time.Second

// ServiceCIDR is the range of the cluster's Service addresses, MetaKube's default.
const ServiceCIDR = "10.240.16.0/20"

// FewCollections has a program of Go collect garbage less often, in its environment. Kubernetes'
// programs and their clients allocate much when they start, and here processors are scarcer
// than memory.
const FewCollections = "GOGC=400"

// newProcesses says how each program is started and how it shows that it is ready.
func (c *Cluster) newProcesses(opts Options, pki *pki, ports ports, stages, tunnel []string) map[parts.Part]*process.Process {
	etcd := "https://" + loopback(ports.etcdClient)
	probe := newProbe(pki)
	processes := make(map[parts.Part]*process.Process)
	add := func(name parts.Part, health string, args ...string) {
		processes[name] = process.New(process.Program{
			Name:  string(name),
			Path:  c.binaries[name],
			Args:  args,
			Dir:   c.dir,
			Env:   []string{FewCollections},
			Log:   c.path(string(name) + ".log"),
			Ready: func(ctx context.Context) error { return probe.get(ctx, health) },
			Grace: stopGrace,
		})
	}
	add(parts.Etcd, etcd+"/health", etcdArgs(pki, c.path("etcd"), etcd, "http://"+loopback(ports.etcdPeer))...)
	add(parts.KubeAPIServer, "https://"+loopback(ports.apiServer)+"/readyz", slices.Concat(
		apiServerArgs(pki, etcd),
		reachableArgs(opts.Address, pki, ports.apiServer),
		tunnel,
	)...)
	add(parts.KubeControllerManager, "https://"+loopback(ports.controllerManager)+"/healthz", append(
		slices.Concat(servingArgs("127.0.0.1", pki, ports.controllerManager), c.clientArgs(parts.KubeControllerManager)),
		// Its default of 20 requests a second makes it take 5 s to get a token for
		// each of its controllers.
		"--kube-api-qps=500",
		"--kube-api-burst=500",
		"--node-monitor-grace-period="+opts.nodeGrace().String(),
		"--use-service-account-credentials=true",
		"--service-account-private-key-file="+pki.serviceAccountKey,
		"--root-ca-file="+pki.caFile,
	)...)
	add(parts.KubeScheduler, "https://"+loopback(ports.scheduler)+"/healthz",
		slices.Concat(servingArgs("127.0.0.1", pki, ports.scheduler), c.clientArgs(parts.KubeScheduler))...)
	if opts.Address.IsValid() {
		return processes
	}
	add(parts.Kwok, "https://"+loopback(ports.kwok)+"/healthz",
		"--kubeconfig="+c.Kubeconfig(),
		"--manage-all-nodes",
		"--server-address="+loopback(ports.kwok),
		"--tls-cert-file="+pki.servingCert,
		"--tls-private-key-file="+pki.servingKey,
		"--config="+strings.Join(stages, ","),
	)
	return processes
}

// etcdArgs make etcd a single member that does not wait for the disk: its data need
// not outlive a power cut.
func etcdArgs(pki *pki, dataDir, client, peer string) []string {
	return []string{
		"--data-dir=" + dataDir,
		"--unsafe-no-fsync",
		"--cert-file=" + pki.servingCert,
		"--key-file=" + pki.servingKey,
		"--listen-client-urls=" + client,
		"--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=default=" + peer,
	}
}

func apiServerArgs(pki *pki, etcd string) []string {
	return []string{
		"--etcd-servers=" + etcd,
		"--etcd-cafile=" + pki.caFile,
		"--authorization-mode=Node,RBAC",
		"--client-ca-file=" + pki.caFile,
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + pki.serviceAccountKey,
		"--service-account-signing-key-file=" + pki.serviceAccountKey,
		"--service-cluster-ip-range=" + ServiceCIDR,
		"--allow-privileged=true", // node-local-dns is
	}
}

// reachableArgs say who can reach the API server: this machine, or also nodes with kubelets,
// which it reaches too.
func reachableArgs(address netip.Addr, pki *pki, port int) []string {
	if !address.IsValid() {
		return append(servingArgs("127.0.0.1", pki, port),
			"--advertise-address=127.0.0.1",
			// The kubernetes Service may have no endpoint on a loopback address.
			"--endpoint-reconciler-type=none")
	}
	return append(servingArgs("0.0.0.0", pki, port),
		"--advertise-address="+address.String(),
		"--enable-admission-plugins=NodeRestriction",
		"--kubelet-preferred-address-types=InternalIP",
		"--kubelet-client-certificate="+pki.kubeletClientCert,
		"--kubelet-client-key="+pki.kubeletClientKey)
}

// servingArgs are common to Kubernetes' servers.
func servingArgs(address string, pki *pki, port int) []string {
	return []string{
		"--bind-address=" + address,
		fmt.Sprintf("--secure-port=%d", port),
		"--tls-cert-file=" + pki.servingCert,
		"--tls-private-key-file=" + pki.servingKey,
	}
}

// clientArgs are common to Kubernetes' servers that are clients of the API server.
func (c *Cluster) clientArgs(name parts.Part) []string {
	kubeconfig := c.kubeconfigPath(string(name))
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--leader-elect=false",
	}
}

// kwokStages returns the files that tell kwok how nodes become and stay Ready, and
// how pods become Running and go, without delay. They are part of kwok's source.
func kwokStages(ctx context.Context) ([]string, error) {
	source, err := parts.Source(ctx, parts.Kwok)
	if err != nil {
		return nil, err
	}
	var stages []string
	for _, set := range []string{"node/fast", "node/heartbeat-with-lease", "pod/fast"} {
		files, err := filepath.Glob(filepath.Join(source, "kustomize", "stage", filepath.FromSlash(set), "*.yaml"))
		if err != nil {
			return nil, err
		}
		files = slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "kustomization.yaml" })
		if len(files) == 0 {
			return nil, fmt.Errorf("kwok's source in %s has no stages %s", source, set)
		}
		stages = append(stages, files...)
	}
	return stages, nil
}

// probe asks servers whether they are well. All of them have certificates of the
// cluster's own authority, so that another cluster's server on the same port is not
// mistaken for the right one.
type probe struct{ client *http.Client }

func newProbe(pki *pki) probe {
	pool := x509.NewCertPool()
	pool.AddCert(pki.ca)
	return probe{&http.Client{
		Timeout: probeTimeout,
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: pool},
			// A server that is told to stop waits for the connections that it has.
			DisableKeepAlives: true,
		},
	}}
}

// get returns nil when the server answers 200 OK.
func (p probe) get(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, resp.Status)
	}
	return nil
}
