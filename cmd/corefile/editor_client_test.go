package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// caret marks the position in the texts of these tests.
const caret = "^"

const manifestHead = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n"

// A client is an editor that talks to "corefile lsp" in this process.
type client struct {
	t         *testing.T
	conn      *jsonrpc2.Conn
	folder    string
	published chan published
	exit      chan int
	version   int
}

// The parts of messages that these tests look at.
type (
	published struct {
		URI         string
		Diagnostics []struct {
			Range    spanOfLines
			Severity int
			Code     string
			Message  string
		}
	}
	spanOfLines struct {
		Start, End struct{ Line, Character int }
	}
	change struct {
		Range   spanOfLines
		NewText string
	}
)

func (r spanOfLines) String() string {
	return fmt.Sprintf("%d:%d-%d:%d", r.Start.Line, r.Start.Character, r.End.Line, r.End.Character)
}

type connection struct {
	io.Reader
	io.WriteCloser
}

// newClient starts a server, and a client that has been introduced to it.
func newClient(t *testing.T, args ...string) *client {
	t.Helper()
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	c := &client{t: t, folder: t.TempDir(), published: make(chan published, 100), exit: make(chan int, 1)}
	go func() {
		c.exit <- run(append([]string{"lsp"}, args...), toServer, fromServer, os.Stderr)
		fromServer.Close()
	}()
	handler := jsonrpc2.HandlerWithError(func(_ context.Context, _ *jsonrpc2.Conn, req *jsonrpc2.Request) (any, error) {
		var p published
		err := json.Unmarshal(*req.Params, &p)
		c.published <- p
		return nil, err
	})
	c.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(connection{toClient, fromClient}, jsonrpc2.VSCodeObjectCodec{}), handler)
	c.request("initialize", `{"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}}`, nil)
	t.Cleanup(c.end)
	return c
}

// end ends the server as the protocol says.
func (c *client) end() {
	if err := c.conn.Call(context.Background(), "shutdown", nil, nil); err != nil {
		c.t.Error(err)
	}
	if err := c.conn.Notify(context.Background(), "exit", nil); err != nil {
		c.t.Error(err)
	}
	if code := <-c.exit; code != exitClean {
		c.t.Errorf("exit code %d", code)
	}
}

func (c *client) request(method, params string, result any) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	if err := c.conn.Call(ctx, method, json.RawMessage(params), result); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) notify(method, params string) {
	c.t.Helper()
	if err := c.conn.Notify(c.t.Context(), method, json.RawMessage(params)); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) uri(name string) string { return "file://" + filepath.Join(c.folder, name) }

// open opens or changes a file of the folder. It returns the position of the caret in it.
func (c *client) open(name, text string) string {
	c.t.Helper()
	before, after, _ := strings.Cut(text, caret)
	c.version++
	quoted, _ := json.Marshal(before + after)
	c.notify("textDocument/didOpen", fmt.Sprintf(`{"textDocument": {"uri": %q, "languageId": "corefile", "version": %d, "text": %s}}`, c.uri(name), c.version, quoted))
	return fmt.Sprintf(`"textDocument": {"uri": %q}, "position": {"line": %d, "character": %d}`,
		c.uri(name), strings.Count(before, "\n"), len(before)-strings.LastIndex(before, "\n")-1)
}

// diagnostics returns what is published next of a file.
func (c *client) diagnostics(name string) string {
	c.t.Helper()
	for deadline := time.After(time.Minute); ; {
		select {
		case p := <-c.published:
			if p.URI != c.uri(name) {
				continue
			}
			var lines []string
			for _, d := range p.Diagnostics {
				lines = append(lines, fmt.Sprintf("%s %d %s: %s", d.Range, d.Severity, d.Code, d.Message))
			}
			return strings.Join(lines, "\n")
		case <-deadline:
			c.t.Fatalf("nothing is published of %s", name)
		}
	}
}
