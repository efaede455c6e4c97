package serving

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr/funcr"
	"github.com/prometheus/client_golang/prometheus"
	certutil "k8s.io/client-go/util/cert"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const (
	path   = "/judge"
	review = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1"}}`
)

// allow is a webhook that allows everything.
func allow(context.Context, admission.Request) admission.Response { return admission.Allowed("") }

// certificate is the one of all servers. Clients take any.
var certificate = sync.OnceValues(func() (tls.Certificate, error) {
	cert, key, err := certutil.GenerateSelfSignedCertKey("127.0.0.1", nil, nil)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(cert, key)
})

// newServer returns a server of one webhook.
func newServer(t *testing.T, judge admission.HandlerFunc) (*Server, *bytes.Buffer) {
	t.Helper()
	pair, err := certificate()
	if err != nil {
		t.Fatal(err)
	}
	log := new(bytes.Buffer)
	s, err := New(Options{
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &pair, nil },
		Logger:         funcr.New(func(_, args string) { log.WriteString(args + "\n") }, funcr.Options{}),
		Registerer:     prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Register(path, &admission.Webhook{Handler: judge})
	return s, log
}

// A network is a server and what connects clients to it. It is for a bubble of synctest,
// where time passes when everybody waits.
type network struct {
	server *Server
	log    *bytes.Buffer
	conns  chan net.Conn
	closed chan struct{}
	close  sync.Once
	end    context.CancelFunc // ends the server as the manager does
	ended  chan error
}

// inBubble runs a test with a server of one webhook.
func inBubble(t *testing.T, judge admission.HandlerFunc, test func(*testing.T, *network)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server, log := newServer(t, judge)
		ctx, end := context.WithCancel(t.Context())
		n := &network{
			server: server, log: log, end: end,
			conns: make(chan net.Conn), closed: make(chan struct{}), ended: make(chan error, 1),
		}
		go func() {
			n.ended <- server.serve(ctx, n)
			close(n.ended)
		}()
		synctest.Wait()
		test(t, n)
		server.http.Close()
		end()
		if err := <-n.ended; err != nil && !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}

// Accept, Close and Addr make a listener.
func (n *network) Accept() (net.Conn, error) {
	select {
	case conn := <-n.conns:
		return conn, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *network) Close() error {
	n.close.Do(func() { close(n.closed) })
	return nil
}

func (n *network) Addr() net.Addr { return &net.TCPAddr{} }

// dial returns a connection once the server has accepted it.
func (n *network) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case n.conns <- server:
		return client, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *network) dialTLS(t *testing.T) *tls.Conn {
	t.Helper()
	conn, err := n.dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}})
}

// A hasty end of a pipe closes without a word. crypto/tls sets a deadline for writing only to
// say goodbye, and a pipe has no buffer: both ends could wait there for the other to read.
type hasty struct{ net.Conn }

func (h hasty) SetWriteDeadline(time.Time) error { return h.Conn.SetWriteDeadline(time.Now()) }

// client returns a client that keeps its connections, as the API server does.
func (n *network) client(t *testing.T) *http.Client {
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := n.dial(ctx, network, address)
			return hasty{conn}, err
		},
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true},
		ForceAttemptHTTP2: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// post sends a body to the webhook, and returns the answer with what it says.
func post(t *testing.T, client *http.Client, body io.Reader) (*http.Response, string) {
	t.Helper()
	response, err := client.Post("https://webhook"+path, "application/json", body)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

// allowed posts a review, which has to be allowed, and returns whether the connection ended.
func allowed(t *testing.T, client *http.Client) (closed bool) {
	t.Helper()
	response, text := post(t, client, strings.NewReader(review)) //nolint:bodyclose // post closes it
	if response.StatusCode != http.StatusOK || !strings.Contains(text, `"allowed":true`) {
		t.Fatalf("the answer is %s: %s", response.Status, text)
	}
	return response.Close
}

// since checks how long ago something began.
func since(t *testing.T, begin time.Time, want time.Duration) {
	t.Helper()
	if took := time.Since(begin).Round(100 * time.Millisecond); took != want {
		t.Errorf("it took %s, not %s", took, want)
	}
}
