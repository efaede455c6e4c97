package query

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"corewarden/corefile/query"
	"corewarden/e2e/dnsserver"
)

// upstreams are the servers that configurations forward to. Each answers with its number.
var upstreams = []string{"127.0.0.1:5301", "127.0.0.1:5302", "127.0.0.1:5303"}

// A realServer is a real server with its upstreams.
type realServer struct {
	*dnsserver.Server

	mu     sync.Mutex
	asked  []string // upstreams, since the last question
	health bool     // whether to count those that look for a sign of life
}

// start starts real servers, of which the first is the one to ask, and upstreams.
func start(t *testing.T, binaries, texts []string) (_ *realServer, stop func()) {
	t.Helper()
	limited, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var r realServer
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
			launch = r.StartBeside
		}
		s, err := launch(limited, binaries[i], conf)
		if err != nil {
			stop()
			t.Fatalf("%v\non\n%s", err, text)
		}
		if i == 0 {
			r.Server = s
		}
		stops = append(stops, s.Stop)
	}
	for i, address := range upstreams {
		var packets net.PacketConn
		var listener net.Listener
		var packetErr, err error
		r.Do(func() {
			packets, packetErr = net.ListenPacket("udp", address)
			listener, err = net.Listen("tcp", address)
		})
		if err = errors.Join(packetErr, err); err != nil {
			stop()
			t.Fatal(err)
		}
		handler := dns.HandlerFunc(func(w dns.ResponseWriter, m *dns.Msg) {
			r.mu.Lock()
			if q := m.Question[0]; r.health || q.Name != "." || q.Qtype != dns.TypeNS { // which is what forward asks one that gave no answer
				r.asked = append(r.asked, address)
			}
			r.mu.Unlock()
			if err := w.WriteMsg(upstreamReply(m, i+1)); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		})
		for _, server := range []*dns.Server{{PacketConn: packets, Handler: handler}, {Listener: listener, Handler: handler}} {
			go func() { _ = server.ActivateAndServe() }() // until stop closes what it listens on
		}
		stops = append(stops, packets.Close, listener.Close)
	}
	return &r, stop
}

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
	r.Do(func() { conn, err = client.DialContext(t.Context(), address) })
	if err != nil {
		return answer{}
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if err := conn.WriteMsg(new(dns.Msg).SetQuestion(q.Name, q.Type)); err != nil {
		t.Fatal(err)
	}
	reply, err := conn.ReadMsg()
	if err != nil {
		reply = nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return answer{reply, slices.Clone(r.asked)}
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
