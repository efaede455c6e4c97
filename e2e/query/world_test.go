package query

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"corewarden/corefile/release"
	"corewarden/e2e/controlplane"
	"corewarden/e2e/dnsserver"
	"corewarden/e2e/netns"
	"corewarden/e2e/parts"
	"corewarden/extraconfig"
)

// The addresses of the cluster. Interfaces of the networks have them, in this order. What leads to
// CoreDNS's pod on the node is the pod itself in its own network.
const (
	clusterDNS = "198.18.0.1" // the Service kube-dns, and the pod in its own network
	upstreamIP = "198.18.0.2" // the Service that node-local-dns asks
	resolver   = "198.18.0.3" // the one in /etc/resolv.conf
	secondIP   = "198.18.0.4" // of node-local-dns
)

// A world is the networks of a node and of CoreDNS's pod, with what they reach.
type world struct {
	realServer
	node, pod          *netns.Network
	podPort            string // where Services lead to
	pair               pair
	binaries           parts.Binaries
	coreDNS, nodeCache release.Release
	kubeconfig         string
}

func newWorld(t *testing.T, p pair, api *controlplane.Cluster) *world {
	t.Helper()
	w := &world{pair: p}
	w.releases(t)
	var err, nodeErr, podErr error
	w.binaries, err = parts.Build(t.Context(), os.Stderr, p.node.Part, p.pod.Part)
	w.node, nodeErr = dnsserver.NewNetwork("one", "two", "three", "four")
	w.pod, podErr = dnsserver.NewNetwork("one", "two", "three")
	if err := errors.Join(err, nodeErr, podErr); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.node.Leave)
	t.Cleanup(w.pod.Leave)
	w.clients = w.node
	for _, in := range []network{w.node, w.pod} {
		for i, address := range upstreams {
			cleanUp(t)(w.upstream(in, address, address, i+1))
		}
		cleanUp(t)(w.upstream(in, resolver+":53", nodesResolver, len(upstreams)+1))
	}
	for _, service := range []string{clusterDNS, upstreamIP} {
		cleanUp(t)(serve(w.node, service+":53", w.relay("udp"), w.relay("tcp")))
	}
	w.reach(t, api)
	return w
}

// releases finds those of the servers.
func (w *world) releases(t *testing.T) {
	t.Helper()
	var podErr, nodeErr error
	w.coreDNS, podErr = w.pair.pod.Release()
	w.nodeCache, nodeErr = w.pair.node.Release()
	if err := errors.Join(podErr, nodeErr); err != nil {
		t.Fatal(err)
	}
}

// cleanUp returns a function that closes what another one opened when the test is over.
func cleanUp(t *testing.T) func(closers []func() error, err error) {
	return func(closers []func() error, err error) {
		t.Helper()
		for _, c := range closers {
			t.Cleanup(func() {
				if err := c(); err != nil {
					t.Error(err)
				}
			})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// relay leads queries to a Service on to the pod, as a node does.
func (w *world) relay(over string) dns.Handler {
	return dns.HandlerFunc(func(from dns.ResponseWriter, m *dns.Msg) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		var conn *dns.Conn
		var err error
		client := &dns.Client{Net: over}
		w.pod.Do(func() { conn, err = client.DialContext(ctx, net.JoinHostPort(clusterDNS, w.podPort)) })
		if err != nil {
			return
		}
		defer conn.Close()
		conn.UDPSize = dns.MaxMsgSize
		deadline, _ := ctx.Deadline()
		if conn.SetDeadline(deadline) != nil {
			return
		}
		if reply := exchange(conn, m); reply != nil {
			_ = from.WriteMsg(reply) // a client that went away needs none
		}
	})
}

// startAPI starts the API of a cluster.
func startAPI(t *testing.T) *controlplane.Cluster {
	t.Helper()
	cluster, err := controlplane.Start(t.Context(), controlplane.Options{Output: os.Stderr, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	if _, err := cluster.KubectlInput(t.Context(), "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n", "apply", "-f", "-"); err != nil {
		t.Fatal(err)
	}
	return cluster
}

// reach lets the pod reach an API at the same address as this process.
func (w *world) reach(t *testing.T, cluster *controlplane.Cluster) {
	t.Helper()
	kubeconfig, err := os.ReadFile(cluster.Kubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	w.kubeconfig = string(kubeconfig)
	api, err := url.Parse(cluster.Config().Host)
	if err != nil {
		t.Fatal(err)
	}
	var listener net.Listener
	w.pod.Do(func() { listener, err = net.Listen("tcp", api.Host) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			go connect(from, api.Host)
		}
	}()
}

// connect joins a connection with another one to an address.
func connect(from net.Conn, address string) {
	defer from.Close()
	to, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer to.Close()
	go func() {
		defer to.Close()
		_, _ = io.Copy(to, from)
	}()
	_, _ = io.Copy(from, to)
}

var kubernetesBlock = regexp.MustCompile(`(?m)^\s+kubernetes [^{\n]*\{$`)

// start starts the servers of a cluster, and returns all their text.
func (w *world) start(t *testing.T, k extraconfig.Cluster, node, pod base) (text string, stop func()) {
	t.Helper()
	var started []*dnsserver.Server
	stop = func() {
		for _, s := range started {
			if err := s.Stop(); err != nil {
				t.Error(err)
			}
		}
	}
	limited, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, s := range []struct {
		in     *netns.Network
		part   parts.Part
		main   string
		bundle string
	}{
		{w.pod, w.pair.pod.Part, pod.text, extraconfig.CoreDNSName},
		{w.node, w.pair.node.Part, k.Workloads[1].Render(node.text, upstreamIP, func(string) (string, bool) { return "", false }), extraconfig.NodeLocalDNSName},
	} {
		conf := dnsserver.Configuration{
			// The files of the machine are not those of a node or a pod.
			Main:  strings.ReplaceAll(kubernetesBlock.ReplaceAllString(s.main, "$0\n        kubeconfig /etc/coredns/kubeconfig"), nodesResolver, "/etc/coredns/resolv.conf"),
			Files: map[string]string{"db.a.test": zoneText},
			Beside: map[string]string{
				"kubeconfig": w.kubeconfig, "resolv.conf": "nameserver " + resolver + "\n", "NodeHosts": k.ConfigMaps["pod"].Data["NodeHosts"],
			},
		}
		text += "# " + s.bundle + "\n" + conf.Main
		for _, bundle := range []string{extraconfig.Name, s.bundle} {
			for key, value := range k.ConfigMaps[bundle].Data {
				conf.Files[key] = value
				text += "# " + key + "\n" + value
			}
		}
		server, err := dnsserver.StartIn(limited, s.in, w.binaries[s.part], conf)
		if err != nil {
			stop()
			t.Fatalf("%v\non\n%s", err, text)
		}
		started = append(started, server)
	}
	return text, stop
}
