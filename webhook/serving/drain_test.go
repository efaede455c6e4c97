package serving

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

func TestDrainEndsConnectionsWithTheirAnswers(t *testing.T) {
	t.Parallel()
	inBubble(t, allow, func(t *testing.T, n *network) {
		client, ready := n.client(t), n.server.StartedChecker()
		if err := ready(nil); err != nil || allowed(t, client) {
			t.Fatalf("before it drains: ready: %v", err)
		}
		begin, drained := time.Now(), make(chan struct{})
		go func() {
			n.server.Drain(5 * time.Second)
			close(drained)
		}()
		time.Sleep(4 * time.Second)
		for range 2 { // the first over a connection from before, the second over a new one
			if !allowed(t, client) {
				t.Error("a connection stays open in the drain")
			}
		}
		if err := ready(nil); err == nil || !strings.Contains(err.Error(), "about to end") {
			t.Errorf("in the drain: ready: %v", err)
		}
		<-drained
		since(t, begin, 5*time.Second)
		n.end() // drains no more
		if err := <-n.ended; err != nil {
			t.Error(err)
		}
		since(t, begin, 5*time.Second)
		if _, err := client.Get("https://webhook/"); err == nil { //nolint:bodyclose // there is no answer
			t.Error("it still answers")
		}
	})
}

func TestServerThatIsEndedWithoutNoticeDrainsByItself(t *testing.T) {
	t.Parallel()
	inBubble(t, allow, func(t *testing.T, n *network) {
		begin := time.Now()
		n.end()
		time.Sleep(unannounced - time.Second)
		if !allowed(t, n.client(t)) {
			t.Error("a connection stays open in the drain")
		}
		if err := <-n.ended; err != nil {
			t.Error(err)
		}
		since(t, begin, unannounced)
	})
}

func TestRequestUnderWayIsAnsweredBeforeTheEnd(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	slow := func(ctx context.Context, _ admission.Request) admission.Response {
		close(asked)
		time.Sleep(8 * time.Second)
		if ctx.Err() != nil {
			return admission.Denied("the request was cancelled")
		}
		return admission.Allowed("")
	}
	inBubble(t, slow, func(t *testing.T, n *network) {
		asked = make(chan struct{}) // the bubble's own
		go func() {
			<-asked
			n.server.Drain(0)
			n.end()
		}()
		allowed(t, n.client(t))
		if err := <-n.ended; err != nil {
			t.Error(err)
		}
	})
}

func TestServerIsReadyOnlyOnceItListens(t *testing.T) {
	t.Parallel()
	server, _ := newServer(t, allow)
	if err := server.StartedChecker()(nil); err == nil || !strings.Contains(err.Error(), "does not listen yet") {
		t.Errorf("ready: %v", err)
	}
	server.Wait() // as it does not run
}

// The two tests below are one experiment: with the drain no request is lost, and without
// it some are. They are in real time and over real connections, which the kernel delays.

func TestRestartsLoseNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for range 50 {
		s.restart(t, s.awaitClients)
	}
	if lost := s.lost.Load(); lost != 0 {
		t.Errorf("%d of %d requests were lost; the last: %v", lost, s.sent(), s.last.Load())
	}
	t.Logf("sent %d requests", s.sent())
}

func TestRestartsWithoutADrainLoseRequests(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for restarts := 1; restarts <= 2000; restarts++ {
		s.restart(t, func() {})
		if lost := s.lost.Load(); lost > 0 {
			t.Logf("%d of %d requests were lost after %d restarts: %v", lost, s.sent(), restarts, s.last.Load())
			return
		}
	}
	t.Errorf("none of %d requests was lost: the other test cannot fail", s.sent())
}

// A service sends new connections to its newest replica. Its clients keep theirs, as the API
// server does.
type service struct {
	address    atomic.Value // of the newest replica
	stopNewest func(drain func())
	clients    [16]atomic.Int64 // how many requests each has made
	lost       atomic.Int64
	last       atomic.Value // error
}

func newService(t *testing.T) *service {
	t.Helper()
	s := new(service)
	s.start(t)
	ctx, stop := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	for i := range s.clients {
		clients.Go(func() { s.use(ctx, &s.clients[i]) })
	}
	t.Cleanup(func() {
		stop()
		clients.Wait()
		s.stopNewest(func() {})
	})
	return s
}

// use is a client.
func (s *service) use(ctx context.Context, made *atomic.Int64) {
	dialer := new(net.Dialer)
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, s.address.Load().(string))
		},
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	for tick := time.NewTicker(time.Millisecond); ctx.Err() == nil; <-tick.C {
		response, err := client.Post("https://webhook"+path, "application/json", strings.NewReader(review))
		if err == nil {
			_, err = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
		if err != nil {
			s.lost.Add(1)
			s.last.Store(err)
		}
		made.Add(1)
	}
}

func (s *service) sent() (n int64) {
	for i := range s.clients {
		n += s.clients[i].Load()
	}
	return n
}

// awaitClients is a drain that is long enough, however slow the machine is: each client has
// made a whole request.
func (s *service) awaitClients() {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for i := range s.clients {
		for enough := s.clients[i].Load() + 2; s.clients[i].Load() < enough; {
			<-tick.C
		}
	}
}

// start starts a replica, which is the newest then.
func (s *service) start(t *testing.T) {
	t.Helper()
	server, _ := newServer(t, allow)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.serve(ctx, listener) }()
	s.address.Store(listener.Addr().String())
	s.stopNewest = func(drain func()) {
		server.Drain(0)
		drain()
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// restart starts a replica and ends the one before it.
func (s *service) restart(t *testing.T, drain func()) {
	t.Helper()
	stop := s.stopNewest
	s.start(t)
	stop(drain)
}
