// Package serving is the HTTPS server that the API server calls. Whoever reaches its port
// can use up no more than its limits allow, and it ends without losing a request.
package serving

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const (
	// readHeaderTimeout is also for the TLS handshake and for a connection's first
	// request. The API server sends that at once.
	readHeaderTimeout = 5 * time.Second
	// readTimeout and writeTimeout are for a request and for its answer, both from the
	// request's start. The API server waits for 5 s.
	readTimeout  = 10 * time.Second
	writeTimeout = 10 * time.Second
	// idleTimeout is longer than the API server's 90 s, so that it is the API server that
	// closes an idle connection. Were it ours, a request could be on its way by then.
	idleTimeout = 3 * time.Minute
	// maxHeader is far more than the API server sends, which is some 300 bytes.
	maxHeader = 16 << 10
	// maxConnections idle ones take 132 MiB, measured, half of the memory limit in deploy/. It
	// is not lower, because whoever holds them all keeps the API server out.
	maxConnections = 2048
	// unannounced is how long the server goes on where it ends without Drain. Nobody
	// knows of it then until the readiness probe has failed, twice in 10 s.
	unannounced = 15 * time.Second
)

// Options configure a Server.
type Options struct {
	// Address is where to listen: "host:port" or ":port".
	Address string
	// GetCertificate returns the serving certificate, for each connection.
	GetCertificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Logger gets what goes wrong with connections.
	Logger logr.Logger
	// Registerer takes the metrics.
	Registerer prometheus.Registerer
}

// A Server serves admission webhooks over HTTP/1.1 and TLS.
type Server struct {
	address string
	http    http.Server
	mux     http.ServeMux
	metrics *metrics
	turns   turns

	listening atomic.Bool
	draining  atomic.Bool
	drain     sync.Once
	running   sync.Mutex // held by Start
}

var _ webhook.Server = (*Server)(nil)

// New returns a server. Add it to a manager to start it.
func New(o Options) (*Server, error) {
	metrics, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	s := &Server{address: o.Address, metrics: metrics, turns: newTurns()}
	s.http = http.Server{
		Handler: s,
		// The API server speaks HTTP/1.1 to webhooks anyway, and what HTTP/2 offers to an
		// attacker is not there then.
		Protocols: new(http.Protocols),
		TLSConfig: &tls.Config{
			MinVersion:     tls.VersionTLS13,
			GetCertificate: o.GetCertificate,
		},
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ConnState:         metrics.count,
		ErrorLog:          newErrorLog(o.Logger, metrics),
	}
	s.http.Protocols.SetHTTP1(true)
	return s, nil
}

// Register serves hook under path. An [admission.Webhook] may get larger reviews here than
// its own HTTP handler takes.
func (s *Server) Register(path string, hook http.Handler) {
	if webhook, ok := hook.(*admission.Webhook); ok {
		hook = reviews{webhook}
	}
	s.mux.Handle(path, s.metrics.instrument(path, hook))
}

// WebhookMux returns what the webhooks are registered on.
func (s *Server) WebhookMux() *http.ServeMux { return &s.mux }

// NeedLeaderElection is false: every replica serves.
func (s *Server) NeedLeaderElection() bool { return false }

// Start serves until ctx ends. It drains then, unless that was done before, and returns when
// all requests are answered.
func (s *Server) Start(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		return err
	}
	return s.serve(ctx, listener)
}

func (s *Server) serve(ctx context.Context, listener net.Listener) error {
	s.running.Lock()
	defer s.running.Unlock()
	s.listening.Store(true)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		<-ctx.Done()
		s.Drain(unannounced)
		s.shutDown()
	}()
	if err := s.http.ServeTLS(netutil.LimitListener(listener, maxConnections), "", ""); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	<-ended
	return nil
}

// Drain makes clients go elsewhere: for the time d, the server answers as before and ends
// each connection with its answer. It is not ready any more. A second call waits for the
// end of the first.
//
// It has to come before the end, because [http.Server.Shutdown] closes idle connections at
// once. A request that is on its way over one is lost then, as the API server does not send
// it again.
func (s *Server) Drain(d time.Duration) {
	s.drain.Do(func() {
		s.draining.Store(true)
		time.Sleep(d)
	})
}

// Wait returns when the server does not run, or no longer.
func (s *Server) Wait() {
	s.running.Lock()
	s.running.Unlock() //nolint:gocritic,staticcheck // nothing is to be done in between
}

func (s *Server) shutDown() {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		s.http.Close() // they are too late to be answered
	}
}

// StartedChecker returns a readiness check. It does not connect to the server: as long as
// all connections are taken, a new one has to wait, but would not find another replica
// in a better state.
func (s *Server) StartedChecker() healthz.Checker {
	return func(*http.Request) error {
		switch {
		case !s.listening.Load():
			return errors.New("the webhook server does not listen yet")
		case s.draining.Load():
			return errors.New("the webhook server is about to end")
		}
		return nil
	}
}

// ServeHTTP serves a request within the limits for bodies. A connection ends with an answer
// that is not "200 OK", as the API server sends nothing that gets one, and with every answer
// once the server drains.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, release := s.turns.newBody(w, r)
	defer release()
	r.Body = body
	s.mux.ServeHTTP(&closer{ResponseWriter: w, always: &s.draining}, r)
}

// A closer ends the connection with an answer that is not "200 OK", or with every answer.
type closer struct {
	http.ResponseWriter
	always *atomic.Bool
	begun  bool
}

func (c *closer) WriteHeader(status int) {
	// Not by SetKeepAlivesEnabled(false), which closes idle connections at once.
	if c.begun = true; status != http.StatusOK || c.always.Load() {
		c.Header().Set("Connection", "close")
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *closer) Write(p []byte) (int, error) {
	if !c.begun {
		c.WriteHeader(http.StatusOK)
	}
	return c.ResponseWriter.Write(p)
}
