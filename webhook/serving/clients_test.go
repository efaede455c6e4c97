package serving

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

func TestOnlyHTTP1IsOffered(t *testing.T) {
	t.Parallel()
	inBubble(t, allow, func(t *testing.T, n *network) {
		conn := n.dialTLS(t)
		defer conn.NetConn().Close()
		if err := conn.Handshake(); err != nil {
			t.Fatal(err)
		}
		if got := conn.ConnectionState().NegotiatedProtocol; got != "http/1.1" {
			t.Errorf("the protocol is %q, not http/1.1", got)
		}
	})
}

// TestSlowClientsAreCutOff shows how long a connection lasts that keeps the server waiting.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	const head = "POST " + path + " HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\n"
	// trickle sends a byte a second.
	trickle := func(conn io.Writer, first string) {
		if _, err := io.WriteString(conn, first); err != nil {
			return
		}
		for range time.Tick(time.Second) {
			if _, err := io.WriteString(conn, "x"); err != nil {
				return
			}
		}
	}
	for _, test := range []struct {
		name   string
		client func(t *testing.T, n *network) net.Conn
		want   time.Duration
	}{
		{"no handshake", func(t *testing.T, n *network) net.Conn {
			conn, err := n.dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			return conn
		}, 5 * time.Second},
		{"no request", func(t *testing.T, n *network) net.Conn { return n.dialTLS(t) }, 5 * time.Second},
		{"a header that does not end", func(t *testing.T, n *network) net.Conn {
			conn := n.dialTLS(t)
			go trickle(conn, head+"X-Slow: ")
			return conn
		}, 5 * time.Second},
		{"a body that does not end", func(t *testing.T, n *network) net.Conn {
			conn := n.dialTLS(t)
			go trickle(conn, head+"Content-Length: 1000\r\n\r\n")
			return conn
		}, 10 * time.Second},
		{"no second request", func(t *testing.T, n *network) net.Conn {
			conn := n.dialTLS(t)
			go fmt.Fprintf(conn, "%sContent-Length: %d\r\n\r\n%s", head, len(review), review)
			return conn
		}, 3 * time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, allow, func(t *testing.T, n *network) {
				begin := time.Now()
				conn := test.client(t, n)
				_, _ = io.Copy(io.Discard, conn) // until the server closes it
				since(t, begin, test.want)
			})
		})
	}
}

// TestWhatIsNoReviewIsRefused and its connection closed, so that it cannot be tried again
// at no cost.
func TestWhatIsNoReviewIsRefused(t *testing.T) {
	t.Parallel()
	const head = "POST " + path + " HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\n"
	withBody := func(body string) string { return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(body), body) }
	for _, test := range []struct {
		name, request string
		status        int
		says          string
	}{
		{"a GET", "GET " + path + " HTTP/1.1\r\nHost: webhook\r\n\r\n", http.StatusMethodNotAllowed, "the method is GET, not POST"},
		{"another path", "GET / HTTP/1.1\r\nHost: webhook\r\n\r\n", http.StatusNotFound, "not found"},
		{"another content type", strings.Replace(withBody(review), "json", "yaml", 1), http.StatusUnsupportedMediaType, `"application/yaml", not application/json`},
		{"no body", withBody(""), http.StatusBadRequest, "unexpected end of JSON input"},
		{"no JSON", withBody("Corefile"), http.StatusBadRequest, "no AdmissionReview: invalid character"},
		{"half a review", withBody(review[:40]), http.StatusBadRequest, "unexpected end of JSON input"},
		{"another kind", withBody(`{"apiVersion":"v1","kind":"Pod"}`), http.StatusBadRequest, "of kind /v1, Kind=Pod, not admission.k8s.io/v1"},
		{"an older review", withBody(strings.Replace(review, "/v1", "/v1beta1", 1)), http.StatusBadRequest, "v1beta1"},
		{"a review without a request", withBody(`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}`), http.StatusBadRequest, "no request with a UID"},
		{"a truncated body", head + "Content-Length: 1000\r\n\r\n" + review, http.StatusBadRequest, "unexpected EOF"},
		{"a truncated chunk", head + "Transfer-Encoding: chunked\r\n\r\n100\r\n" + review, http.StatusBadRequest, "unexpected EOF"},
		{"a chunk of no size", head + "Transfer-Encoding: chunked\r\n\r\nx\r\n" + review, http.StatusBadRequest, "invalid byte in chunk length"},
		{"17 MiB", withBody(review + strings.Repeat(" ", 17<<20)), http.StatusRequestEntityTooLarge, "larger than 16 MiB"},
		{"17 MiB in chunks", head + "Transfer-Encoding: chunked\r\n\r\n1100000\r\n" + strings.Repeat(" ", 17<<20) + "\r\n0\r\n\r\n", http.StatusRequestEntityTooLarge, "larger than 16 MiB"},
		{"a header of 32 KiB", head + "X-Long: " + strings.Repeat("x", 32<<10) + "\r\n\r\n", http.StatusRequestHeaderFieldsTooLarge, ""},
		{"no HTTP", "hello\r\n\r\n", http.StatusBadRequest, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, allow, func(t *testing.T, n *network) {
				conn := n.dialTLS(t)
				defer conn.NetConn().Close()
				go func() {
					_, _ = io.WriteString(conn, test.request)
					_ = conn.CloseWrite()
				}()
				response, err := http.ReadResponse(bufio.NewReader(conn), nil) //nolint:bodyclose // the connection is closed
				if err != nil {
					t.Fatal(err)
				}
				text, err := io.ReadAll(response.Body)
				if err != nil {
					t.Fatal(err)
				}
				if response.StatusCode != test.status || !strings.Contains(string(text), test.says) {
					t.Errorf("the answer is %s: %s\nwant status %d and %q", response.Status, text, test.status, test.says)
				}
				if !response.Close {
					t.Error("the connection stays open")
				}
			})
		})
	}
}

func TestLargeReviewIsAnswered(t *testing.T) {
	t.Parallel()
	inBubble(t, allow, func(t *testing.T, n *network) {
		large := strings.NewReader(review + strings.Repeat(" ", maxBody-len(review)))
		if response, text := post(t, n.client(t), large); response.StatusCode != http.StatusOK || response.Close { //nolint:bodyclose // post closes it
			t.Errorf("the answer is %s, and the connection closed is %t: %s", response.Status, response.Close, text)
		}
	})
}

// TestOneLargeReviewIsJudgedAtATime sends several, of which the others have to wait, and are
// refused then. Small ones do not wait for it.
func TestOneLargeReviewIsJudgedAtATime(t *testing.T) {
	t.Parallel()
	const large = smallBody + 1
	var judged chan struct{}
	wait := func(_ context.Context, r admission.Request) admission.Response {
		if r.Name == "large" {
			<-judged
		}
		return admission.Allowed("")
	}
	inBubble(t, wait, func(t *testing.T, n *network) {
		judged = make(chan struct{}) // the bubble's own
		client, answers := n.client(t), make(chan int, 4)
		send := func() {
			text := strings.Replace(review, `"uid"`, `"name":"large","uid"`, 1)
			response, _ := post(t, client, strings.NewReader(text+strings.Repeat(" ", large-len(text)))) //nolint:bodyclose // post closes it
			answers <- response.StatusCode
		}
		want := func(count, status int) {
			t.Helper()
			synctest.Wait()
			if len(answers) != count {
				t.Errorf("%d are answered, want %d", len(answers), count)
			}
			for range len(answers) {
				if got := <-answers; got != status {
					t.Errorf("one got status %d, not %d", got, status)
				}
			}
		}
		for range cap(answers) {
			go send()
		}
		time.Sleep(patience - time.Second)
		begin := time.Now()
		allowed(t, client)
		since(t, begin, 0)
		want(0, 0)
		time.Sleep(time.Second)
		want(3, http.StatusServiceUnavailable)
		go send()
		time.Sleep(time.Second)
		want(0, 0)
		close(judged)
		want(2, http.StatusOK)
		if !n.server.turns.waiting.TryAcquire(maxWaiting) {
			t.Error("not all was given back")
		}
	})
}

func TestOneSmallReviewIsJudgedAtATime(t *testing.T) {
	t.Parallel()
	var judging, most atomic.Int32
	count := func(context.Context, admission.Request) admission.Response {
		most.Store(max(most.Load(), judging.Add(1)))
		time.Sleep(100 * time.Millisecond)
		judging.Add(-1)
		return admission.Allowed("")
	}
	inBubble(t, count, func(t *testing.T, n *network) {
		client := n.client(t)
		var group sync.WaitGroup
		begin := time.Now()
		for range 20 {
			group.Go(func() { allowed(t, client) })
		}
		group.Wait()
		since(t, begin, 2*time.Second)
		if most.Load() != 1 {
			t.Errorf("%d were judged at a time", most.Load())
		}
	})
}

// A large body that does not come to its end in its turn keeps others out no longer than that.
func TestTurnOfASlowBodyEnds(t *testing.T) {
	t.Parallel()
	inBubble(t, allow, func(t *testing.T, n *network) {
		conn := n.dialTLS(t)
		defer conn.NetConn().Close()
		if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, maxBody, strings.Repeat(" ", smallBody+1)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		begin := time.Now()
		response, text := post(t, n.client(t), strings.NewReader(review+strings.Repeat(" ", smallBody))) //nolint:bodyclose // post closes it
		if response.StatusCode != http.StatusOK {
			t.Errorf("the next is answered with %s: %s", response.Status, text)
		}
		since(t, begin, turnToRead)
		slow, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		slow.Body.Close()
		if slow.StatusCode != http.StatusRequestTimeout {
			t.Errorf("the slow one is answered with %s", slow.Status)
		}
	})
}

// TestWaitingBodiesAreBounded has many large reviews wait for one, until there is no room for
// another.
func TestWaitingBodiesAreBounded(t *testing.T) {
	t.Parallel()
	inBubble(t, allow, func(t *testing.T, n *network) {
		if !n.server.turns.waiting.TryAcquire(maxWaiting - int64(len(review)) + 1) {
			t.Fatal("there is no room")
		}
		begin := time.Now()
		if response, _ := post(t, n.client(t), strings.NewReader(review)); response.StatusCode != http.StatusServiceUnavailable { //nolint:bodyclose // post closes it
			t.Errorf("it is answered with %s", response.Status)
		}
		since(t, begin, 0)
		n.server.turns.waiting.Release(1)
		allowed(t, n.client(t))
	})
}

func TestBodiesThatAreOnlyAnnouncedHoldNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, allow, func(t *testing.T, n *network) {
		for range 100 {
			conn := n.dialTLS(t)
			defer conn.NetConn().Close()
			if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{", path, maxBody); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		begin := time.Now()
		allowed(t, n.client(t))
		since(t, begin, 0)
	})
}

// TestConnectionsAreCapped has one wait until others are cut off.
func TestConnectionsAreCapped(t *testing.T) {
	t.Parallel()
	inBubble(t, allow, func(t *testing.T, n *network) {
		begin := time.Now()
		for range maxConnections {
			conn, err := n.dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
		}
		synctest.Wait()
		if got := testutil.ToFloat64(n.server.metrics.connections); got != maxConnections {
			t.Errorf("the metric counts %v connections, not %d", got, maxConnections)
		}
		since(t, begin, 0)
		allowed(t, n.client(t))
		since(t, begin, readHeaderTimeout)
	})
}

func TestFailedHandshakesAreCountedAndLoggedOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, allow, func(t *testing.T, n *network) {
		for range 3 {
			conn, err := n.dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: webhook\r\n\r\n") }()
			_, _ = io.Copy(io.Discard, conn)
		}
		synctest.Wait()
		if got := testutil.ToFloat64(n.server.metrics.handshakes); got != 3 {
			t.Errorf("the metric counts %v failed handshakes, not 3", got)
		}
		if got := strings.Count(n.log.String(), "A TLS handshake failed"); got != 1 {
			t.Errorf("they are logged %d times, not once:\n%s", got, n.log)
		}
	})
}
