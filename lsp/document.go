package lsp

import (
	"net/url"
	"path/filepath"
	"sort"
	"strings"
	"unicode/utf8"
)

// An encoding is what the characters of a position count.
type encoding string

const (
	utf8Encoding  encoding = "utf-8"
	utf16Encoding encoding = "utf-16"
	utf32Encoding encoding = "utf-32"
)

// units returns how long a character is.
func (e encoding) units(r rune, size int) int {
	switch {
	case e == utf8Encoding:
		return size
	case e == utf16Encoding && r > 0xFFFF:
		return 2
	}
	return 1
}

// A document is a text of the editor, or a file.
type document struct {
	uri     string
	path    string
	version int
	text    string

	lines []int // where each line starts, as editors see lines
}

func newDocument(uri string, version int, text string) *document {
	d := &document{uri: uri, path: pathOf(uri), version: version, text: text, lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' || text[i] == '\r' && !strings.HasPrefix(text[i+1:], "\n") {
			d.lines = append(d.lines, i+1)
		}
	}
	return d
}

// pathOf returns the path of a file. Of a document that is no file, it returns the URI.
func pathOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" {
		return uri
	}
	path := u.Path
	if len(path) > 2 && path[2] == ':' { // "/c:/folder", of Windows
		path = path[1:]
	}
	return filepath.Clean(filepath.FromSlash(path))
}

// uriOf returns the URI of a file.
func uriOf(path string) string {
	if !filepath.IsAbs(path) {
		return path
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// position returns the position of the byte at an offset.
func (d *document) position(offset int, e encoding) position {
	line := sort.SearchInts(d.lines, offset+1) - 1
	p := position{Line: line}
	for rest := d.text[d.lines[line]:offset]; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		p.Character += e.units(r, size)
		rest = rest[size:]
	}
	return p
}

// textRange returns the range from one offset to another.
func (d *document) textRange(start, end int, e encoding) textRange {
	return textRange{d.position(start, e), d.position(end, e)}
}

// offset returns the offset of a position. Behind the end of a line that is the end.
func (d *document) offset(p position, e encoding) int {
	if p.Line >= len(d.lines) {
		return len(d.text)
	}
	offset := d.lines[max(p.Line, 0)]
	for units := 0; offset < len(d.text) && units < p.Character; {
		r, size := utf8.DecodeRuneInString(d.text[offset:])
		if r == '\n' || r == '\r' {
			break
		}
		units += e.units(r, size)
		offset += size
	}
	return offset
}

// at returns the offset of a line and column as problems have them: both count from 1,
// columns in characters, and only a line feed ends a line.
func (d *document) at(line, column int) int {
	offset := len(d.text) - len(strings.TrimPrefix(d.text, "\ufeff"))
	for range line - 1 {
		i := strings.IndexByte(d.text[offset:], '\n')
		if i < 0 {
			return len(d.text)
		}
		offset += i + 1
	}
	for range column - 1 {
		if offset == len(d.text) || d.text[offset] == '\n' {
			break
		}
		_, size := utf8.DecodeRuneInString(d.text[offset:])
		offset += size
	}
	return offset
}

// span returns the offsets of a place.
func (d *document) span(p Place) (start, end int) {
	if p.Line == 0 {
		return 0, 0
	}
	start = d.at(p.Line, p.Column)
	return start, max(start, d.at(p.EndLine, p.EndColumn))
}
