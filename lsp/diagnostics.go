package lsp

import (
	"context"
	"slices"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"corewarden/corefile"
)

// quiet is how long nothing changes before diagnostics are made, so that a word in the middle
// of being typed is not judged.
const quiet = 150 * time.Millisecond

// diagnose publishes diagnostics whenever something has changed, until the context ends.
func (s *server) diagnose(ctx context.Context, conn *jsonrpc2.Conn) {
	published := map[string]publishParams{} // by URI
	for s.awaitChanges(ctx) {
		s.mu.Lock()
		now := s.snapshot()
		s.mu.Unlock()
		all := map[string]publishParams{}
		files := now.files()
		for path, d := range now.open {
			all[d.uri] = publishParams{d.uri, d.version, now.diagnostics(d, now.checker.Check(path, files))}
		}
		for uri := range published {
			if _, open := all[uri]; !open { // its problems go when it is closed
				all[uri] = publishParams{URI: uri, Diagnostics: []diagnostic{}}
			}
		}
		for uri, p := range all {
			if last, found := published[uri]; found && last.Version == p.Version && slices.Equal(last.Diagnostics, p.Diagnostics) {
				continue
			}
			if conn.Notify(ctx, "textDocument/publishDiagnostics", p) != nil {
				return
			}
			if published[uri] = p; p.Version == 0 {
				delete(published, uri)
			}
		}
	}
}

// awaitChanges waits for a change, and then until there has been none for a while. It reports
// false when the context ends.
func (s *server) awaitChanges(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-s.changes:
	}
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-s.changes:
			timer.Reset(quiet)
		case <-timer.C:
			return true
		}
	}
}

func (s *snapshot) diagnostics(d *document, findings []Finding) []diagnostic {
	all := make([]diagnostic, len(findings))
	for i, f := range findings {
		start, end := d.span(f.Place)
		all[i] = diagnostic{
			Range: d.textRange(start, end, s.encoding), Severity: severityWarning,
			Code: f.Problem.Rule, Source: "corefile", Message: f.Problem.Message,
		}
		if f.Problem.Severity == corefile.Error {
			all[i].Severity = severityError
			if f.Problem.Server != "" {
				all[i].Message += " (stops " + f.Problem.Server + ")"
			}
		}
	}
	return all
}
