package lsp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"corewarden/lsp"
)

// A checker finds nothing. If it is to hold, it says that it does, and then waits.
type checker struct{ holding, hold chan struct{} }

func (checker) Check(string, map[string]string) []lsp.Finding { return nil }

func (c checker) Corefiles(string, map[string]string) []lsp.Corefile {
	if c.hold != nil {
		c.holding <- struct{}{}
		<-c.hold
	}
	return nil
}

func (checker) Format(string, string) (string, error) { return "", errors.New("not now") }

type connection struct {
	io.Reader
	io.WriteCloser
}

// A buffer may be written to while it is read.
type buffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *buffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(text)
}

// serve starts a server. What it ends with goes to ended.
func serve(t *testing.T, c checker) (conn *jsonrpc2.Conn, log *buffer, ended chan error) {
	t.Helper()
	return serveFor(t, c, func(context.Context, *jsonrpc2.Conn, *jsonrpc2.Request) (any, error) { return nil, nil })
}

// serveFor starts a server for a client that handles what the server sends.
func serveFor(t *testing.T, c checker, handle func(context.Context, *jsonrpc2.Conn, *jsonrpc2.Request) (any, error)) (conn *jsonrpc2.Conn, log *buffer, ended chan error) {
	t.Helper()
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	ended, log = make(chan error, 1), &buffer{}
	go func() {
		ended <- lsp.Serve(context.Background(), toServer, fromServer, lsp.Options{Name: "x", Version: "1", Checker: c, Watch: []string{"**/*.x"}, Log: log})
		fromServer.Close()
	}()
	conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(connection{toClient, fromClient}, jsonrpc2.VSCodeObjectCodec{}), jsonrpc2.HandlerWithError(handle))
	t.Cleanup(func() { conn.Close() })
	return conn, log, ended
}

func call(t *testing.T, conn *jsonrpc2.Conn, method, params string, result any) (code int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := conn.Call(ctx, method, json.RawMessage(params), result)
	var failure *jsonrpc2.Error
	if errors.As(err, &failure) {
		return failure.Code
	}
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return 0
}

func TestRequestsInTheirOrder(t *testing.T) {
	t.Parallel()
	const position = `{"textDocument": {"uri": "file:///x"}, "position": {"line": 0, "character": 0}}`
	conn, _, ended := serve(t, checker{})
	for _, step := range []struct {
		name, method, params string
		code                 int64
	}{
		{"before initialize", "textDocument/hover", position, -32002},
		{"initialize", "initialize", "{}", 0},
		{"initialize once more", "initialize", "{}", jsonrpc2.CodeInvalidRequest},
		{"a document that is not open", "textDocument/hover", position, jsonrpc2.CodeInvalidParams},
		{"an unknown method", "textDocument/moniker", "{}", jsonrpc2.CodeMethodNotFound},
		{"parameters of the wrong kind", "textDocument/hover", `[]`, jsonrpc2.CodeInvalidParams},
		{"shutdown", "shutdown", "null", 0},
		{"after shutdown", "textDocument/hover", position, jsonrpc2.CodeInvalidRequest},
	} {
		if code := call(t, conn, step.method, step.params, nil); code != step.code {
			t.Errorf("%s: code %d, want %d", step.name, code, step.code)
		}
	}
	if err := conn.Notify(t.Context(), "exit", nil); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestEndWithoutShutdownIsAnError(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*jsonrpc2.Conn) error{
		"exit":         func(c *jsonrpc2.Conn) error { return c.Notify(t.Context(), "exit", nil) },
		"a closed end": func(c *jsonrpc2.Conn) error { return c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, _, ended := serve(t, checker{})
			call(t, conn, "initialize", "{}", nil)
			if err := end(conn); err != nil {
				t.Fatal(err)
			}
			if err := <-ended; !errors.Is(err, lsp.ErrNoShutdown) {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

func TestEncodingIsNegotiated(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ offered, want string }{
		{`[]`, "utf-16"},
		{`["utf-16"]`, "utf-16"},
		{`["utf-16", "utf-8"]`, "utf-8"},
		{`["utf-8", "utf-32", "utf-16"]`, "utf-32"},
		{`["ebcdic"]`, "utf-16"},
	} {
		t.Run(test.offered, func(t *testing.T) {
			t.Parallel()
			conn, _, _ := serve(t, checker{})
			var result struct {
				Capabilities struct{ PositionEncoding string }
				ServerInfo   struct{ Name, Version string }
			}
			call(t, conn, "initialize", `{"capabilities": {"general": {"positionEncodings": `+test.offered+`}}}`, &result)
			if got := result.Capabilities.PositionEncoding; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if result.ServerInfo.Name != "x" || result.ServerInfo.Version != "1" {
				t.Errorf("it calls itself %+v", result.ServerInfo)
			}
		})
	}
}

// TestClientIsAskedToWatchFiles shows that it is asked once it has been initialized, if it can
// do that, and that nothing stops if it does not want to.
func TestClientIsAskedToWatchFiles(t *testing.T) {
	t.Parallel()
	const (
		dynamic = `{"capabilities": {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}}}`
		request = `client/registerCapability {"registrations":[{"id":"files","method":"workspace/didChangeWatchedFiles","registerOptions":{"watchers":[{"globPattern":"**/*.x"}]}}]}`
	)
	for _, test := range []struct {
		name, params string
		refusal      error
		want         []string
	}{
		{"a client that can", dynamic, nil, []string{request}},
		{"a client that refuses", dynamic, errors.New("no"), []string{request}},
		{"a client that cannot", `{}`, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			asked := make(chan string, 10)
			conn, _, ended := serveFor(t, checker{}, func(_ context.Context, _ *jsonrpc2.Conn, req *jsonrpc2.Request) (any, error) {
				asked <- req.Method + " " + string(*req.Params)
				return nil, test.refusal
			})
			call(t, conn, "initialize", test.params, nil)
			if err := conn.Notify(t.Context(), "initialized", json.RawMessage("{}")); err != nil {
				t.Fatal(err)
			}
			for _, want := range test.want {
				select {
				case got := <-asked:
					if got != want {
						t.Errorf("got %s", got)
					}
				case <-time.After(time.Minute):
					t.Fatal("it is not asked")
				}
			}
			call(t, conn, "shutdown", "null", nil)
			if err := conn.Notify(t.Context(), "exit", nil); err != nil {
				t.Error(err)
			}
			if err := <-ended; err != nil || len(asked) > 0 {
				t.Errorf("it ended with %v, and asked %d times more", err, len(asked))
			}
		})
	}
}

// TestWaitingRequestCanBeCancelled cancels a request that waits for another one.
func TestWaitingRequestCanBeCancelled(t *testing.T) {
	t.Parallel()
	c := checker{holding: make(chan struct{}, 3), hold: make(chan struct{})}
	conn, _, _ := serve(t, c)
	call(t, conn, "initialize", "{}", nil)
	if err := conn.Notify(t.Context(), "textDocument/didOpen", json.RawMessage(`{"textDocument": {"uri": "file:///x", "version": 1, "text": "a"}}`)); err != nil {
		t.Fatal(err)
	}
	const position = `{"textDocument": {"uri": "file:///x"}, "position": {"line": 0, "character": 0}}`
	var requests []jsonrpc2.Waiter
	for id := range uint64(3) {
		w, err := conn.DispatchCall(t.Context(), "textDocument/hover", json.RawMessage(position), jsonrpc2.PickID(jsonrpc2.ID{Num: 100 + id}))
		if err != nil {
			t.Fatal(err)
		}
		if requests = append(requests, w); id == 0 {
			<-c.holding // it has its turn
		}
	}
	for id, w := range requests[1:] {
		if err := conn.Notify(t.Context(), "$/cancelRequest", map[string]int{"id": 101 + id}); err != nil {
			t.Fatal(err)
		}
		var failure *jsonrpc2.Error
		if err := w.Wait(t.Context(), nil); !errors.As(err, &failure) || failure.Code != -32800 {
			t.Errorf("a request that was cancelled got %v", err)
		}
	}
	close(c.hold)
	if err := requests[0].Wait(t.Context(), nil); err != nil {
		t.Errorf("the other one got %v", err)
	}
}

// TestWrongMessagesAreLogged shows that they stop nothing.
func TestWrongMessagesAreLogged(t *testing.T) {
	t.Parallel()
	conn, log, _ := serve(t, checker{})
	call(t, conn, "initialize", "{}", nil)
	for _, message := range []struct{ method, params string }{
		{"textDocument/didOpen", `{"textDocument": 1}`}, {"$/setTrace", `{"value": "off"}`}, {"$/cancelRequest", `{"id": 99}`},
	} {
		if err := conn.Notify(t.Context(), message.method, json.RawMessage(message.params)); err != nil {
			t.Fatal(err)
		}
	}
	call(t, conn, "shutdown", "null", nil)
	log.mu.Lock()
	defer log.mu.Unlock()
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "corefile lsp: textDocument/didOpen: json: ") {
		t.Errorf("logged is %q", got)
	}
}

func TestFailureToFormatIsTold(t *testing.T) {
	t.Parallel()
	conn, _, _ := serve(t, checker{})
	call(t, conn, "initialize", "{}", nil)
	if err := conn.Notify(t.Context(), "textDocument/didOpen", json.RawMessage(`{"textDocument": {"uri": "file:///x", "version": 1, "text": "a"}}`)); err != nil {
		t.Fatal(err)
	}
	err := conn.Call(t.Context(), "textDocument/formatting", json.RawMessage(`{"textDocument": {"uri": "file:///x"}}`), nil)
	if err == nil || !strings.Contains(err.Error(), "not now") {
		t.Errorf("got %v", err)
	}
}
