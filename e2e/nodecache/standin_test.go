package nodecache

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"

	"corewarden/e2e/netns"
	"corewarden/e2e/parts"
	"corewarden/e2e/realnode"
	"corewarden/extraconfig/workload"
)

const (
	device   = "nodelocaldns"
	upstream = "127.0.0.53" // where the Service behind node-cache is, in this network
	patience = 2 * time.Minute
)

// addresses are those of -localip.
var addresses = []string{"169.254.20.10", "169.254.20.11"}

// base has the placeholders, and CoreDNS look for another Corefile as often as it may.
const base = `cluster.local:53 {
    reload 2s 1s
    bind __PILLAR__LOCAL__DNS__
    forward . __PILLAR__CLUSTER__DNS__ {
        force_tcp
    }
    health 169.254.20.10:8080
}
`

func TestStandIn(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.serveUpstream(t, "192.0.2.1")

	t.Run("without CoreDNS there are no rules", func(t *testing.T) {
		n.write(t, n.base(), "cluster.local:53 {\n    nothing\n}\n")
		p := n.start(t, "-syncinterval=1ns")
		p.wait(t, 1)
		if !strings.Contains(p.output(), "nothing") {
			t.Errorf("CoreDNS said\n%s\nwant that there is no such plugin", p.output())
		}
		n.wantAddresses(t, addresses)
		if rules := n.rules(t); len(rules) > 0 {
			t.Errorf("the rules are\n%s\nwant none", strings.Join(rules, "\n"))
		}
	})

	n.write(t, n.base(), base)
	p := n.start(t, "-syncinterval=1ns")
	t.Run("it answers on each of its addresses", func(t *testing.T) {
		for _, address := range addresses {
			for _, protocol := range []string{"udp", "tcp"} {
				n.eventually(t, p, func() error { return n.answers(address, protocol, "svc.cluster.local.", "192.0.2.1") })
			}
		}
	})
	t.Run("an interface holds the addresses", func(t *testing.T) { n.wantAddresses(t, addresses) })
	t.Run("the rules are there, and come back", func(t *testing.T) {
		n.eventually(t, p, func() error { return n.hasRules(t) })
		n.run(t, "iptables", "-t", "raw", "--flush")
		n.eventually(t, p, func() error { return n.hasRules(t) })
	})
	t.Run("the Corefile is what the product says", func(t *testing.T) { n.wantCorefile(t, base) })
	t.Run("a change of the base and of kube-dns is loaded", func(t *testing.T) {
		changed := base + "\ncorp.example:53 {\n    reload 2s 1s\n    bind __PILLAR__LOCAL__DNS__\n    template IN A {\n        answer \"{{ .Name }} 5 IN A 192.0.2.2\"\n    }\n}\n"
		n.write(t, n.base(), changed)
		n.write(t, filepath.Join(n.dir, "kube-dns", "stubDomains"), `{"stub.example": ["`+upstream+`"]}`)
		n.eventually(t, p, func() error { return n.answers(addresses[0], "udp", "www.corp.example.", "192.0.2.2") })
		n.eventually(t, p, func() error { return n.answers(addresses[0], "udp", "www.stub.example.", "192.0.2.1") })
		n.wantCorefile(t, changed)
	})
	t.Run("all is gone at the end", func(t *testing.T) {
		p.signal(t, syscall.SIGTERM)
		p.wait(t, 0)
		n.wantAddresses(t, nil)
		if rules := n.rules(t); len(rules) > 0 {
			t.Errorf("the rules are\n%s\nwant none", strings.Join(rules, "\n"))
		}
	})
}

// A node is a network with the files of a pod of node-local-dns.
type node struct {
	network *netns.Network
	binary  string
	dir     string
}

func newNode(t *testing.T) *node {
	t.Helper()
	if _, err := exec.LookPath("iptables"); err != nil {
		lacks(t, "node-cache-stand-in writes rules by iptables, which is not installed: ", err)
	}
	network, err := netns.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(network.Leave)
	if !network.Isolated() {
		lacks(t, "node-cache-stand-in would change the network of this machine: there is no right to make another")
	}
	binaries, err := parts.Build(t.Context(), os.Stderr, parts.NodeCacheStandIn)
	if err != nil {
		t.Fatal(err)
	}
	n := &node{network: network, binary: binaries[parts.NodeCacheStandIn], dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(n.dir, "kube-dns"), 0o755); err != nil {
		t.Fatal(err)
	}
	return n
}

// lacks skips a test, or has it fail where tests of nodes must run.
func lacks(t *testing.T, reason ...any) {
	t.Helper()
	if realnode.Required() {
		t.Fatal(reason...)
	}
	t.Skip(reason...)
}

func (n *node) base() string { return filepath.Join(n.dir, "Corefile.base") }

// write changes a file at once, as the kubelet does.
func (n *node) write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file+".new", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// args are those of a manifest.
func (n *node) args() []string {
	return []string{
		"-localip", strings.Join(addresses, ","), "-conf", filepath.Join(n.dir, "Corefile"), "-upstreamsvc", "kube-dns-upstream",
		"-basecorefile", n.base(), "-kubednscm", filepath.Join(n.dir, "kube-dns"), "-metrics-listen-address", "127.0.0.1:9353",
	}
}

// serveUpstream answers every query for an A record over TCP, as CoreDNS behind the
// Service would.
func (n *node) serveUpstream(t *testing.T, address string) {
	t.Helper()
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, query *dns.Msg) {
		answer := new(dns.Msg).SetReply(query)
		answer.Answer = []dns.RR{&dns.A{
			Hdr: dns.RR_Header{Name: query.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1},
			A:   net.ParseIP(address),
		}}
		_ = w.WriteMsg(answer)
	})
	var server dns.Server
	var err error
	n.network.Do(func() {
		if server.Listener, err = net.Listen("tcp", upstream+":53"); err != nil {
			return
		}
		server.PacketConn, err = net.ListenPacket("udp", upstream+":53")
	})
	if err != nil {
		t.Fatal(err)
	}
	udp := dns.Server{PacketConn: server.PacketConn, Handler: handler}
	tcp := dns.Server{Listener: server.Listener, Handler: handler}
	for _, s := range []*dns.Server{&udp, &tcp} {
		go func() { _ = s.ActivateAndServe() }()
		t.Cleanup(func() { _ = s.Shutdown() })
	}
}

// answers reports why a name has not the address, asked there.
func (n *node) answers(server, protocol, name, want string) error {
	client := &dns.Client{Net: protocol, Timeout: time.Second}
	var conn *dns.Conn
	var err error
	n.network.Do(func() { conn, err = client.Dial(net.JoinHostPort(server, "53")) })
	if err != nil {
		return err
	}
	defer conn.Close()
	answer, _, err := client.ExchangeWithConn(new(dns.Msg).SetQuestion(name, dns.TypeA), conn)
	if err != nil {
		return err
	}
	if len(answer.Answer) != 1 || !strings.HasSuffix(answer.Answer[0].String(), want) {
		return fmt.Errorf("%s over %s answers %v for %s, want %s", server, protocol, answer.Answer, name, want)
	}
	return nil
}

// run runs a command on the node and returns what it prints.
func (n *node) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out []byte
	var err error
	n.network.Do(func() { out, err = exec.Command(name, args...).CombinedOutput() })
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// rules returns those of node-cache, in order.
func (n *node) rules(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, table := range []string{"raw", "filter"} {
		for line := range strings.Lines(n.run(t, "iptables-save", "-t", table)) {
			if strings.Contains(line, "169.254.20.") {
				found = append(found, table+" "+strings.TrimSpace(line))
			}
		}
	}
	slices.Sort(found)
	return found
}

// hasRules reports what differs from the rules that node-cache writes for its addresses,
// as iptables-save prints them.
func (n *node) hasRules(t *testing.T) error {
	t.Helper()
	var want []string
	for _, ip := range addresses {
		rule := func(where, address, protocol, port, target string) {
			comment := "NodeLocal DNS Cache: skip conntrack"
			if target == "ACCEPT" {
				comment = "NodeLocal DNS Cache: allow DNS traffic"
			}
			want = append(want, fmt.Sprintf("%s %s %s/32 -p %s -m %s %s -m comment --comment %q -j %s", where, address, ip, protocol, protocol, port, comment, target))
		}
		for _, protocol := range []string{"tcp", "udp"} {
			rule("raw -A PREROUTING", "-d", protocol, "--dport 53", "NOTRACK")
			rule("raw -A OUTPUT", "-s", protocol, "--sport 53", "NOTRACK")
			rule("raw -A OUTPUT", "-d", protocol, "--dport 53", "NOTRACK")
			rule("filter -A INPUT", "-d", protocol, "--dport 53", "ACCEPT")
			rule("filter -A OUTPUT", "-s", protocol, "--sport 53", "ACCEPT")
		}
		rule("raw -A OUTPUT", "-d", "tcp", "--dport 8080", "NOTRACK")
		rule("raw -A OUTPUT", "-s", "tcp", "--sport 8080", "NOTRACK")
	}
	slices.Sort(want)
	if got := n.rules(t); !slices.Equal(got, want) {
		return fmt.Errorf("the rules are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	return nil
}

// wantAddresses checks what the interface holds; nil is for no interface.
func (n *node) wantAddresses(t *testing.T, want []string) {
	t.Helper()
	var got []string
	n.network.Do(func() {
		link, err := net.InterfaceByName(device)
		if err != nil {
			return
		}
		held, err := link.Addrs()
		if err != nil {
			t.Error(err)
		}
		for _, address := range held {
			got = append(got, strings.TrimSuffix(address.String(), "/32"))
		}
	})
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the interface %s holds %q, want %q", device, got, want)
	}
}

// wantCorefile compares what was written with what the product says that node-cache
// makes of the same base.
func (n *node) wantCorefile(t *testing.T, base string) {
	t.Helper()
	w := workload.New("DaemonSet", "node-local-dns", workload.Pod{Containers: []workload.Container{{
		Name: "node-cache", Image: "registry.k8s.io/dns/k8s-dns-node-cache:1.26.7", Args: n.args(),
	}}})
	want := w.Render(base, upstream, func(file string) (string, bool) {
		text, err := os.ReadFile(file)
		return string(text), err == nil
	})
	got, err := os.ReadFile(filepath.Join(n.dir, "Corefile"))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("the Corefile is\n%s\nwant\n%s", got, want)
	}
}
