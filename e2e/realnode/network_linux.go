package realnode

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"
)

// The network that joins the nodes is a bridge in the namespace of the first node, which
// has the control plane too.
var (
	lan      = netip.MustParsePrefix("192.168.77.0/24")
	upstream = netip.MustParseAddr("192.168.77.254")
	// UpstreamAnswer is the address of every name outside of the cluster.
	UpstreamAnswer = netip.MustParseAddr("192.0.2.1")
)

// nodeAddress returns the address of node number i, from 1.
func nodeAddress(i int) netip.Addr {
	bytes := lan.Addr().As4()
	bytes[3] = byte(i)
	return netip.AddrFrom4(bytes)
}

// podRange returns the addresses of the pods of node number i.
func podRange(i int) string { return fmt.Sprintf("10.241.%d.0/24", i) }

// newLAN makes the bridge in the namespace of this process.
func newLAN() error {
	if err := ips(
		"link add lan type bridge",
		fmt.Sprintf("address add %s/%d dev lan", nodeAddress(1), lan.Bits()),
		"link set lan up",
		"route add default via "+upstream.String(),
	); err != nil {
		return err
	}
	return routeSettings()
}

// connect joins the network namespace of a place to the bridge.
func connect(p *Place, name string, address netip.Addr) error {
	// ip takes the path of a namespace: that of this process' file.
	namespace := fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), p.namespaces[0].file.Fd())
	if err := ips(
		fmt.Sprintf("link add to-%s type veth peer name eth0 netns %s", name, namespace),
		fmt.Sprintf("link set to-%s master lan up", name),
	); err != nil {
		return err
	}
	return p.Do(func() error {
		if err := ips(
			"link set lo up",
			fmt.Sprintf("address add %s/%d dev eth0", address, lan.Bits()),
			"link set eth0 up",
			"route add default via "+nodeAddress(1).String(),
		); err != nil {
			return err
		}
		return routeSettings()
	})
}

// routePods lets a place find the pods of all nodes but its own, which is 0 for no node.
func routePods(own, nodes int) error {
	for i := 1; i <= nodes; i++ {
		if i == own {
			continue
		}
		if err := ips(fmt.Sprintf("route add %s via %s", podRange(i), nodeAddress(i))); err != nil {
			return err
		}
	}
	return nil
}

// routeSettings let the calling thread's namespace pass on what is for others, and Services
// work between pods of one node, whose replies only pass a bridge.
func routeSettings() error {
	for _, setting := range []string{"ipv4/ip_forward", "bridge/bridge-nf-call-iptables"} {
		if err := os.WriteFile("/proc/sys/net/"+setting, []byte("1"), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// ips runs commands of the program ip, in the namespace of the calling thread.
func ips(commands ...string) error {
	for _, command := range commands {
		if err := run("ip", strings.Fields(command)...); err != nil {
			return err
		}
	}
	return nil
}

// newNetwork makes a network namespace that holds nothing else.
func newNetwork(name string) (p *Place, err error) {
	err = onThread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return err
		}
		p, err = newPlace(name, "/proc/thread-self", "net")
		return err
	})
	return p, err
}

// startUpstream starts the DNS of the world outside of the cluster, in a namespace of its
// own. It knows one address, and every name has it.
func startUpstream(nodes int) (*Place, error) {
	p, err := newNetwork("upstream")
	if err != nil {
		return nil, err
	}
	if err := connect(p, "upstream", upstream); err != nil {
		return nil, err
	}
	address := netip.AddrPortFrom(upstream, 53).String()
	return p, p.Do(func() error {
		if err := routePods(0, nodes); err != nil {
			return err
		}
		packets, err := net.ListenPacket("udp", address)
		if err != nil {
			return err
		}
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return err
		}
		for _, server := range []*dns.Server{{PacketConn: packets}, {Listener: listener}} {
			server.Handler = dns.HandlerFunc(answer)
			go func() { // until this process ends
				fmt.Fprintln(os.Stderr, "the world's DNS:", server.ActivateAndServe())
			}()
		}
		return nil
	})
}

func answer(w dns.ResponseWriter, query *dns.Msg) {
	reply := new(dns.Msg).SetReply(query)
	if question := query.Question[0]; question.Qtype == dns.TypeA {
		reply.Answer = []dns.RR{&dns.A{
			Hdr: dns.RR_Header{Name: question.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 5},
			A:   UpstreamAnswer.AsSlice(),
		}}
	}
	_ = w.WriteMsg(reply) // the client may be gone
}
