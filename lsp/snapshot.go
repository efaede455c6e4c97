package lsp

import (
	"encoding/json"

	"github.com/sourcegraph/jsonrpc2"
)

// methods answer requests. What there is nothing to say about gets null or an empty list.
var methods = map[string]func(*snapshot, json.RawMessage) (any, error){
	"textDocument/completion": on((*snapshot).completion), "textDocument/hover": on((*snapshot).hover),
	"textDocument/definition": on((*snapshot).definition), "textDocument/references": on((*snapshot).references),
	"textDocument/formatting": on((*snapshot).formatting), "textDocument/codeAction": on((*snapshot).codeActions),
	"textDocument/prepareRename": on((*snapshot).prepareRename), "textDocument/rename": on((*snapshot).rename),
}

// on decodes parameters.
func on[P, R any](respond func(*snapshot, P) (R, error)) func(*snapshot, json.RawMessage) (any, error) {
	return func(s *snapshot, raw json.RawMessage) (any, error) {
		var params P
		if err := json.Unmarshal(raw, &params); err != nil {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
		}
		return respond(s, params)
	}
}

// document returns an open document.
func (s *snapshot) document(id documentID) (*document, error) {
	if d := s.open[pathOf(id.URI)]; d != nil {
		return d, nil
	}
	return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: id.URI + " is not open"}
}

// file returns the document that a Corefile stands in, open or not.
func (s *snapshot) file(c Corefile) *document {
	if d := s.open[c.Path]; d != nil {
		return d
	}
	return newDocument(uriOf(c.Path), 0, c.File)
}

// files returns the texts of the open documents by path.
func (s *snapshot) files() map[string]string {
	files := make(map[string]string, len(s.open))
	for path, d := range s.open {
		files[path] = d.text
	}
	return files
}

// A spot is a position in a document.
type spot struct {
	*snapshot
	document *document
	offset   int
	// corefiles are those of the document and those that are loaded with them.
	corefiles []Corefile
	// corefile is the one that the position is in, nil if it is in none, and line the part
	// of its line before the position.
	corefile *Corefile
	line     line
}

// spot returns what is at a position.
func (s *snapshot) spot(p positionParams) (*spot, error) {
	d, err := s.document(p.TextDocument)
	if err != nil {
		return nil, err
	}
	at := &spot{snapshot: s, document: d, offset: d.offset(p.Position, s.encoding), corefiles: s.checker.Corefiles(d.path, s.files())}
	for i := range at.corefiles {
		c := &at.corefiles[i]
		if c.Path != d.path {
			continue
		}
		if offset, found := c.offset(at.offset); found {
			at.corefile, at.line = c, c.lineAt(offset)
			break
		}
	}
	return at, nil
}

// touched returns where the word at the position stands in the document.
func (at *spot) touched() (start, end int, found bool) {
	return at.corefile.span(at.line.touched.Start, at.line.touched.End)
}
