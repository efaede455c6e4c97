// Package lsp serves editors: the Language Server Protocol for Corefiles. It reads no file
// itself: what there is to know of files, a Checker tells.
package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"maps"
	"slices"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// Options are what a server is made of.
type Options struct {
	// Name and Version are what it calls itself.
	Name, Version string
	Checker       Checker
	// Watch are patterns of the files whose changes on disk matter to open ones.
	Watch []string
	// Log gets what goes wrong with the protocol.
	Log io.Writer
}

// ErrNoShutdown is that a client ended without asking for it first.
var ErrNoShutdown = errors.New("the editor ended the language server without a shutdown request")

// A server answers one client.
type server struct {
	Options

	turn    chan struct{} // held by the request that is being answered
	changes chan struct{} // tells that diagnostics may have changed

	mu       sync.Mutex
	settings settings
	ready    bool // initialize was answered
	shutdown bool
	open     map[string]*document // by path
	pending  map[jsonrpc2.ID]context.CancelFunc
}

// settings are what was agreed on with the client.
type settings struct {
	encoding encoding
	markdown bool
	watches  bool // the client watches files if it is asked to
}

// A stream is the two directions of a connection.
type stream struct {
	io.Reader
	io.Writer
}

// Close does nothing: whoever made the two closes them.
func (stream) Close() error { return nil }

// Serve answers a client until that ends or the context does.
func Serve(ctx context.Context, in io.Reader, out io.Writer, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &server{
		Options: o, turn: make(chan struct{}, 1), changes: make(chan struct{}, 1),
		open: map[string]*document{}, pending: map[jsonrpc2.ID]context.CancelFunc{},
	}
	conn := jsonrpc2.NewConn(ctx, jsonrpc2.NewBufferedStream(stream{in, out}, jsonrpc2.VSCodeObjectCodec{}), s,
		jsonrpc2.SetLogger(log.New(o.Log, "corefile lsp: ", 0)))
	diagnosed := make(chan struct{})
	go func() {
		defer close(diagnosed)
		s.diagnose(ctx, conn)
	}()
	<-conn.DisconnectNotify()
	cancel()
	<-diagnosed
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.shutdown {
		return ErrNoShutdown
	}
	return nil
}

// Handle takes a message. It returns soon, so that messages are taken in their order and a
// request can be cancelled: requests are answered beside it.
func (s *server) Handle(ctx context.Context, conn *jsonrpc2.Conn, req *jsonrpc2.Request) {
	if req.Notif {
		s.notified(ctx, conn, req)
		return
	}
	ctx, answer := s.begin(ctx, req)
	go func() {
		defer s.end(req.ID)
		result, err := answer(ctx)
		s.reply(conn, req.ID, result, err)
	}()
}

// An answer is what a request gets.
type answer func(context.Context) (any, error)

func failed(code int64, message string) answer {
	return func(context.Context) (any, error) { return nil, &jsonrpc2.Error{Code: code, Message: message} }
}

// begin returns how to answer a request, by what is open now, and the context that ends if
// it is cancelled.
func (s *server) begin(ctx context.Context, req *jsonrpc2.Request) (context.Context, answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, s.pending[req.ID] = context.WithCancel(ctx)
	respond, known := methods[req.Method]
	var params json.RawMessage
	if req.Params != nil {
		params = *req.Params
	}
	switch {
	case req.Method == "initialize" && !s.ready:
		return ctx, s.initialize(params)
	case req.Method == "initialize" || s.shutdown:
		return ctx, failed(jsonrpc2.CodeInvalidRequest, req.Method+" is not allowed any more")
	case !s.ready:
		return ctx, failed(codeNotInitialized, "initialize comes first")
	case req.Method == "shutdown":
		s.shutdown = true
		return ctx, func(context.Context) (any, error) { return nil, nil }
	case !known:
		return ctx, failed(jsonrpc2.CodeMethodNotFound, "unknown method "+req.Method)
	}
	now := s.snapshot()
	return ctx, func(ctx context.Context) (any, error) {
		select {
		case s.turn <- struct{}{}:
			defer func() { <-s.turn }()
		case <-ctx.Done():
			return nil, &jsonrpc2.Error{Code: codeRequestCancelled, Message: "cancelled"}
		}
		return respond(now, params)
	}
}

func (s *server) end(id jsonrpc2.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[id]()
	delete(s.pending, id)
}

func (s *server) reply(conn *jsonrpc2.Conn, id jsonrpc2.ID, result any, err error) {
	response := &jsonrpc2.Response{ID: id}
	var failure *jsonrpc2.Error
	switch {
	case err == nil:
		err = response.SetResult(result)
	case errors.As(err, &failure):
		response.Error, err = failure, nil
	}
	if err != nil {
		response.Error = &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: err.Error()}
	}
	_ = conn.SendResponse(context.Background(), response) // of a client that is gone nobody needs to know
}

// notified takes a notification.
func (s *server) notified(ctx context.Context, conn *jsonrpc2.Conn, req *jsonrpc2.Request) {
	switch req.Method {
	case "exit":
		_ = conn.Close() // it is closed already, at worst
		return
	case "initialized":
		go s.watch(ctx, conn) // its answer comes by the messages that follow
		return
	}
	take, known := notifications[req.Method]
	if !known || req.Params == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := take(s, *req.Params); err != nil {
		s.log(req.Method, err)
	}
}

func (s *server) log(method string, err error) {
	_, _ = io.WriteString(s.Log, "corefile lsp: "+method+": "+err.Error()+"\n")
}

// watch asks the client to tell of files that change on disk.
func (s *server) watch(ctx context.Context, conn *jsonrpc2.Conn) {
	s.mu.Lock()
	watches := s.settings.watches
	s.mu.Unlock()
	if !watches {
		return
	}
	options := watchOptions{}
	for _, pattern := range s.Watch {
		options.Watchers = append(options.Watchers, watcher{pattern})
	}
	const method = "client/registerCapability"
	err := conn.Call(ctx, method, registrationParams{[]registration{{"files", watchedFiles, options}}}, nil)
	if err != nil && !errors.Is(err, jsonrpc2.ErrClosed) && ctx.Err() == nil {
		s.log(method, err)
	}
}

// notifications take what changed. They hold the lock.
var notifications = map[string]func(*server, json.RawMessage) error{
	"textDocument/didOpen": with((*server).opened), "textDocument/didChange": with((*server).changed),
	"textDocument/didClose": with((*server).closed), "textDocument/didSave": with((*server).touched),
	watchedFiles: with((*server).touched), "$/cancelRequest": with((*server).cancel),
}

// with decodes parameters.
func with[P any](take func(*server, P)) func(*server, json.RawMessage) error {
	return func(s *server, raw json.RawMessage) error {
		var params P
		if err := json.Unmarshal(raw, &params); err != nil {
			return err
		}
		take(s, params)
		return nil
	}
}

func (s *server) opened(p didOpenParams) {
	s.put(newDocument(p.TextDocument.URI, p.TextDocument.Version, p.TextDocument.Text))
}

func (s *server) changed(p didChangeParams) {
	if n := len(p.ContentChanges); n > 0 { // each is the whole text
		s.put(newDocument(p.TextDocument.URI, p.TextDocument.Version, p.ContentChanges[n-1].Text))
	}
}

func (s *server) closed(p documentParams) {
	delete(s.open, pathOf(p.TextDocument.URI))
	s.touched(struct{}{})
}

func (s *server) put(d *document) {
	s.open[d.path] = d
	s.touched(struct{}{})
}

// touched has diagnostics made anew: something changed, be it on disk.
func (s *server) touched(struct{}) {
	select {
	case s.changes <- struct{}{}:
	default: // it is known
	}
}

func (s *server) cancel(p struct {
	ID jsonrpc2.ID `json:"id"`
},
) {
	if cancel, found := s.pending[p.ID]; found {
		cancel()
	}
}

// A snapshot is what was open at one time. It does not change.
type snapshot struct {
	settings
	checker Checker
	open    map[string]*document // by path
}

// snapshot returns what is open now. It holds the lock.
func (s *server) snapshot() *snapshot {
	return &snapshot{settings: s.settings, checker: s.Checker, open: maps.Clone(s.open)}
}

func (s *server) initialize(raw json.RawMessage) answer {
	var p initializeParams
	if err := json.Unmarshal(raw, &p); err != nil {
		return failed(jsonrpc2.CodeInvalidParams, err.Error())
	}
	s.ready = true
	s.settings = settings{
		encoding: utf16Encoding,
		markdown: slices.Contains(p.Capabilities.TextDocument.Hover.ContentFormat, markdown),
		watches:  p.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration,
	}
	for _, e := range []encoding{utf8Encoding, utf32Encoding} {
		if slices.Contains(p.Capabilities.General.PositionEncodings, e) {
			s.settings.encoding = e
		}
	}
	result := initializeResult{ServerInfo: serverInfo{s.Name, s.Version}, Capabilities: serverCapabilities{
		PositionEncoding: s.settings.encoding,
		TextDocumentSync: syncOptions{OpenClose: true, Change: syncFull, Save: true},
		Hover:            true, Definition: true, References: true, Formatting: true,
		CodeAction: codeActionOptions{Kinds: []string{quickFix}}, Rename: renameOptions{Prepare: true},
	}}
	return func(context.Context) (any, error) { return result, nil }
}
