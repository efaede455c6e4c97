package query

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"

	"corewarden/corefile/query"
	"corewarden/e2e/dnsserver"
)

// upstreams are the servers that configurations forward to. Each answers with its number.
var upstreams = []string{"127.0.0.1:5301", "127.0.0.1:5302", "127.0.0.1:5303"}

// nodesResolver is another one after these, as configurations name it.
const nodesResolver = "/etc/resolv.conf"

// A realServer is a real server, or those of a cluster, with its upstreams.
type realServer struct {
	clients network

	mu     sync.Mutex
	asked  []string // upstreams, since the last question
	health bool     // whether to count those that look for a sign of life
}

// A network is one that clients or servers are in.
type network interface{ Do(f func()) }

// start starts real servers, of which the first is the one to ask, and upstreams.
func start(t *testing.T, binaries, texts []string) (_ *realServer, stop func()) {
	t.Helper()
	limited, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var r realServer
	var first *dnsserver.Server
	var stops []func() error
	stop = func() {
		for _, stop := range slices.Backward(stops) {
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
	}
	for i, text := range texts {
		conf := dnsserver.Configuration{Main: text, Files: map[string]string{"db.a.test": zoneText}}
		launch := dnsserver.Start
		if i > 0 {
			launch = first.StartBeside
		}
		s, err := launch(limited, binaries[i], conf)
		if err != nil {
			stop()
			t.Fatalf("%v\non\n%s", err, text)
		}
		if i == 0 {
			first, r.clients = s, s
		}
		stops = append(stops, s.Stop)
	}
	for i, address := range upstreams {
		closers, err := r.upstream(r.clients, address, address, i+1)
		stops = append(stops, closers...)
		if err != nil {
			stop()
			t.Fatal(err)
		}
	}
	return &r, stop
}

// upstream has one listen in a network. It is noted under a name when it is asked.
func (r *realServer) upstream(in network, address, name string, number int) (closers []func() error, err error) {
	handler := dns.HandlerFunc(func(w dns.ResponseWriter, m *dns.Msg) {
		r.note(name, m.Question[0])
		if err := w.WriteMsg(upstreamReply(m, number)); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	})
	return serve(in, address, handler, handler)
}

// serve listens at an address until the closers are called.
func serve(in network, address string, overUDP, overTCP dns.Handler) (closers []func() error, err error) {
	var packets net.PacketConn
	var listener net.Listener
	var packetErr error
	in.Do(func() {
		shared := net.ListenConfig{Control: reusePort} // CoreDNS may listen on every address
		packets, packetErr = shared.ListenPacket(context.Background(), "udp", address)
		listener, err = shared.Listen(context.Background(), "tcp", address)
	})
	if packetErr == nil {
		closers = append(closers, packets.Close)
	}
	if err == nil {
		closers = append(closers, listener.Close)
	}
	if err := errors.Join(packetErr, err); err != nil {
		return closers, err
	}
	for _, server := range []*dns.Server{{PacketConn: packets, Handler: overUDP}, {Listener: listener, Handler: overTCP}} {
		go func() { _ = server.ActivateAndServe() }() // until it is closed
	}
	return closers, nil
}

// reusePort lets others listen on the same port.
func reusePort(_, _ string, conn syscall.RawConn) error {
	var err error
	if controlErr := conn.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1) }); controlErr != nil {
		return controlErr
	}
	return err
}

// note takes note of an upstream that was asked, but for what servers ask on their own: forward
// whether one is alive that gave no answer, and loop whether its query comes back.
func (r *realServer) note(upstream string, q dns.Question) {
	r.mu.Lock()
	defer r.mu.Unlock()
	alive := q.Name == "." && q.Qtype == dns.TypeNS && !r.health
	if !alive && (q.Qtype != dns.TypeHINFO || !probe.MatchString(q.Name)) {
		r.asked = append(r.asked, upstream)
	}
}

// probe is the name that loop asks for, in the zone of its block.
var probe = regexp.MustCompile(`^\d{5,}\.\d{5,}\.`)

// upstreamReply is what an upstream answers: addresses and texts with its number, NXDOMAIN to
// names that start with "nx", and nothing to other types.
func upstreamReply(m *dns.Msg, number int) *dns.Msg {
	reply := new(dns.Msg).SetReply(m)
	q := m.Question[0]
	if strings.HasPrefix(strings.ToLower(q.Name), "nx") {
		reply.Rcode = dns.RcodeNameError
		return reply
	}
	text := map[uint16]string{
		dns.TypeA:    fmt.Sprintf("A 192.0.2.%d", number),
		dns.TypeAAAA: fmt.Sprintf("AAAA 2001:db8::%d", number),
		dns.TypeTXT:  fmt.Sprintf("TXT upstream-%d", number),
	}[q.Qtype]
	if text != "" {
		if rr, err := dns.NewRR(q.Name + " 60 IN " + text); err == nil {
			reply.Answer = []dns.RR{rr}
		}
	}
	return reply
}

// An answer is what a client sees: a reply, or none, and which upstreams were asked.
type answer struct {
	reply *dns.Msg // nil: none
	asked []string
}

// ask asks the server as a client does, without EDNS0.
func (r *realServer) ask(t *testing.T, network, address string, q query.Question, patience time.Duration) answer {
	t.Helper()
	r.mu.Lock()
	r.asked, r.health = nil, q.Name == "." && q.Type == dns.TypeNS
	r.mu.Unlock()
	client := &dns.Client{Net: network, Timeout: patience}
	var conn *dns.Conn
	var err error
	r.clients.Do(func() { conn, err = client.DialContext(t.Context(), address) })
	if err != nil {
		return answer{}
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	reply := exchange(conn, new(dns.Msg).SetQuestion(q.Name, q.Type))
	r.mu.Lock()
	defer r.mu.Unlock()
	return answer{reply, slices.Clone(r.asked)}
}

// exchange returns the reply to a query, or nil if there is none. Replies to others come late, to a
// client whose port is used again.
func exchange(conn *dns.Conn, m *dns.Msg) *dns.Msg {
	if err := conn.WriteMsg(m); err != nil {
		return nil
	}
	for {
		reply, err := conn.ReadMsg()
		if err != nil {
			return nil
		}
		if reply.Id == m.Id {
			return reply
		}
	}
}

// agrees says what is wrong with an end for what a client saw, or "".
func (a answer) agrees(e query.End, q query.Question, cached bool) string {
	if e.Outcome == query.Depends {
		return ""
	}
	if e.Outcome == query.Dropped || a.reply == nil {
		if e.Outcome == query.Dropped && a.reply == nil || e.Outcome == query.Loop {
			return ""
		}
		return "there is a reply only on one side"
	}
	if e.Outcome == query.Loop {
		if a.reply.Rcode == dns.RcodeServerFailure && len(a.asked) == 0 {
			return ""
		}
		return "the query does not go in circles"
	}
	other := !strings.EqualFold(a.reply.Question[0].Name, q.Name) || a.reply.Question[0].Qtype != q.Type
	if other != (e.Outcome == query.Discarded) {
		return "the question of the reply is " + a.reply.Question[0].String()
	}
	for _, u := range a.asked {
		if !slices.Contains(e.Upstreams, u) {
			return "upstream " + u + " was asked"
		}
	}
	switch {
	case e.Outcome == query.Discarded:
		return ""
	case e.Outcome == query.Forward:
		if len(a.asked) == 0 && !cached {
			return "no upstream was asked"
		}
		if by := answering(a.reply); by != "" && !slices.Contains(e.Upstreams, by) {
			return "the answer is that of upstream " + by
		}
		return ""
	case dns.RcodeToString[a.reply.Rcode] != e.Rcode:
		return "the code is " + dns.RcodeToString[a.reply.Rcode]
	}
	got, want := texts(a.reply.Answer), texts(e.Answers)
	if e.Partial {
		if !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(got, w) }) {
			return ""
		}
	} else if slices.Equal(got, want) {
		return ""
	}
	return fmt.Sprintf("the answers are %q", got)
}

// answering returns the upstream whose address is in the reply, perhaps from a cache, or "".
func answering(reply *dns.Msg) string {
	for _, rr := range reply.Answer {
		for i, upstream := range append(upstreams[:len(upstreams):len(upstreams)], nodesResolver) {
			if a, ok := rr.(*dns.A); ok && a.A.String() == fmt.Sprintf("192.0.2.%d", i+1) {
				return upstream
			}
		}
	}
	return ""
}

// texts are records without their TTL, sorted: loadbalance shuffles them.
func texts(records []dns.RR) []string {
	var all []string
	for _, rr := range records {
		rr = dns.Copy(rr)
		rr.Header().Ttl = 0
		all = append(all, strings.Join(strings.Fields(rr.String()), " "))
	}
	slices.Sort(all)
	return all
}
