package dns_test

import (
	"cmp"
	"errors"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/corefile/release"
	"corewarden/e2e/dnsserver"
	"corewarden/e2e/harness"
	"corewarden/e2e/parts"
	"corewarden/extraconfig"
)

// A realServer is the program in a workload's pods, and what we say it is.
type realServer struct {
	judged extraconfig.Server
	binary string
}

// realServers returns the servers, by workload.
func realServers(t *testing.T) map[string]realServer {
	t.Helper()
	binaries, err := parts.Build(t.Context(), os.Stderr, parts.CoreDNS1150, parts.NodeCache1267)
	if err != nil {
		t.Fatal(err)
	}
	coreDNSRelease, err := release.CoreDNS("1.15.0")
	if err != nil {
		t.Fatal(err)
	}
	nodeCacheRelease, err := release.NodeCache("1.26.7")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]realServer{
		"coredns":        {extraconfig.Server{Workload: "coredns", Release: coreDNSRelease}, binaries[parts.CoreDNS1150]},
		"node-local-dns": {extraconfig.Server{Workload: "node-local-dns", Release: nodeCacheRelease}, binaries[parts.NodeCache1267]},
	}
}

// TestRealServersAgree writes every bundle to the API server. On what that stores, the real
// servers have to start and answer. What it refuses, those of them have to refuse that the
// refusal names.
func TestRealServersAgree(t *testing.T) {
	t.Parallel()
	i := &installation{harness.NewInstallation(t)}
	if _, err := i.API.CoreV1().ConfigMaps(extraconfig.Namespace).Create(t.Context(), harness.NewConfigMap(nil), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	servers := realServers(t)
	bases := map[string]string{}
	for workload := range servers {
		bases[workload] = i.BaseCorefile(t, workload)
	}
	for topic, cases := range bundles() {
		for _, b := range cases {
			t.Run(topic+"/"+b.name, func(t *testing.T) {
				loaded := i.write(t, b, servers)
				t.Parallel() // while others are written
				for workload, server := range servers {
					conf := dnsserver.Configuration{Main: bases[workload], Files: loaded}
					if slices.Contains(b.refusedBy, workload) {
						server.refuses(t, conf)
					} else {
						server.serves(t, conf, b)
					}
				}
			})
		}
	}
}

// write puts the bundle into the ConfigMap, which has to be admitted unless a server
// refuses it. It returns what the pods load from now on, or would load.
func (i *installation) write(t *testing.T, b bundle, servers map[string]realServer) map[string]string {
	t.Helper()
	_, err := i.API.CoreV1().ConfigMaps(extraconfig.Namespace).Update(t.Context(), harness.NewConfigMap(b.keys), metav1.UpdateOptions{})
	if err != nil {
		if !apierrors.IsInvalid(err) {
			t.Fatal(err)
		}
		for workload, server := range servers {
			named := strings.Contains(err.Error(), server.judged.String())
			if want := slices.Contains(b.refusedBy, workload); named != want {
				t.Errorf("the API server says that %s refuses: %t, want %t\n%v", workload, named, want, err)
			}
		}
		return b.keys
	}
	if len(b.refusedBy) > 0 {
		t.Errorf("the API server admits what is to stop %s", b.refusedBy)
	}
	stored, loaded := i.ConfigMap(t), map[string]string{}
	maps.Copy(loaded, stored.Data)
	for key, value := range stored.BinaryData {
		loaded[key] = string(value)
	}
	return loaded
}

func (s realServer) refuses(t *testing.T, conf dnsserver.Configuration) {
	t.Helper()
	err := dnsserver.Check(t.Context(), s.binary, conf)
	refusal, ok := errors.AsType[*dnsserver.Refusal](err)
	if !ok || refusal.CannotListen() {
		t.Errorf("%s starts on what it was to refuse (%v)", s.judged, err)
	}
}

func (s realServer) serves(t *testing.T, conf dnsserver.Configuration, b bundle) {
	t.Helper()
	server, err := dnsserver.Start(t.Context(), s.binary, conf)
	if refusal, ok := errors.AsType[*dnsserver.Refusal](err); ok && refusal.CannotListen() && !dnsserver.Isolated() {
		t.Logf("%s takes the configuration, but is not asked: it cannot have the ports of a pod here", s.judged)
		return
	}
	if err != nil {
		t.Errorf("%s is to start: %v", s.judged, err)
		return
	}
	defer func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	}()
	if b.ask == "" {
		return
	}
	answer, err := server.Query(t.Context(), net.JoinHostPort("127.0.0.1", cmp.Or(b.port, "53")), b.ask, dns.TypeA)
	if err != nil {
		t.Error(err)
		return
	}
	if answer.Rcode != dns.RcodeSuccess || !answer.Authoritative {
		t.Errorf("%s does not serve %s:\n%s\n%s", s.judged, b.ask, answer, server.Output())
	}
}
