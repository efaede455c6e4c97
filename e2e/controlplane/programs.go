package controlplane

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"corewarden/e2e/parts"
)

// probeTimeout is for one question to a server: what listens on its port may be
// another program that never answers.
const probeTimeout = 2 * time.Second

// ServiceCIDR is the range of the cluster's Service addresses, MetaKube's default.
const ServiceCIDR = "10.240.16.0/20"

// newProcesses says how each program is started and how it shows that it is ready.
func (c *Cluster) newProcesses(pki *pki, ports ports, stages []string) map[parts.Part]*Process {
	etcd := "https://" + loopback(ports.etcdClient)
	probe := newProbe(pki)
	processes := make(map[parts.Part]*Process)
	add := func(name parts.Part, health string, args ...string) {
		processes[name] = &Process{
			name:  string(name),
			path:  c.binaries[name],
			args:  args,
			dir:   c.dir,
			log:   c.path(string(name) + ".log"),
			ready: func(ctx context.Context) error { return probe.get(ctx, health) },
			grace: stopGrace,
		}
	}
	add(parts.Etcd, etcd+"/health", etcdArgs(pki, c.path("etcd"), etcd, "http://"+loopback(ports.etcdPeer))...)
	add(parts.KubeAPIServer, "https://"+loopback(ports.apiServer)+"/readyz", append(
		servingArgs(pki, ports.apiServer),
		"--advertise-address=127.0.0.1",
		// The kubernetes Service may have no endpoint on a loopback address.
		"--endpoint-reconciler-type=none",
		"--etcd-servers="+etcd,
		"--etcd-cafile="+pki.caFile,
		"--authorization-mode=Node,RBAC",
		"--client-ca-file="+pki.caFile,
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file="+pki.serviceAccountKey,
		"--service-account-signing-key-file="+pki.serviceAccountKey,
		"--service-cluster-ip-range="+ServiceCIDR,
		"--allow-privileged=true", // node-local-dns is
	)...)
	add(parts.KubeControllerManager, "https://"+loopback(ports.controllerManager)+"/healthz", append(
		slices.Concat(servingArgs(pki, ports.controllerManager), c.clientArgs(parts.KubeControllerManager)),
		// Its default of 20 requests a second makes it take 5 s to get a token for
		// each of its controllers.
		"--kube-api-qps=500",
		"--kube-api-burst=500",
		// On a busy machine kwok is late with the nodes' heartbeats. Pods of a node that was
		// taken for dead stay unready for good: kwok does not bring them back.
		"--node-monitor-grace-period=24h",
		"--use-service-account-credentials=true",
		"--service-account-private-key-file="+pki.serviceAccountKey,
		"--root-ca-file="+pki.caFile,
	)...)
	add(parts.KubeScheduler, "https://"+loopback(ports.scheduler)+"/healthz",
		slices.Concat(servingArgs(pki, ports.scheduler), c.clientArgs(parts.KubeScheduler))...)
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

// servingArgs are common to Kubernetes' servers.
func servingArgs(pki *pki, port int) []string {
	return []string{
		"--bind-address=127.0.0.1",
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
// taken for the right one.
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
