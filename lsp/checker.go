package lsp

import (
	"path"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/release"
)

// A Checker reads and judges files. Files maps the paths of those that are open in the editor
// to their texts, which count instead of what is stored.
type Checker interface {
	// Check returns what is found in a file, as "corefile check" would.
	Check(path string, files map[string]string) []Finding
	// Corefiles returns the Corefiles in a file, and those that are loaded with them.
	Corefiles(path string, files map[string]string) []Corefile
	// Format returns the text of a file formatted.
	Format(path, text string) (string, error)
}

// A Finding is a problem and where it is in its file.
type Finding struct {
	Problem corefile.Problem
	Place   Place
}

// A Place is a part of a file: lines and columns count from 1, columns in characters. All
// are 0 where the file as a whole is meant.
type Place struct{ Line, Column, EndLine, EndColumn int }

// A Corefile is a text that servers load.
type Corefile struct {
	// Path is that of the file that it stands in, and File the text of that.
	Path, File string
	// Key is the name that others import it by, and Name where that stands in the file.
	Key  string
	Name Place
	Text string
	// Releases are those of the servers that load it.
	Releases []release.Release
	// Source tells where its characters stand in the file; nil if it is the whole file.
	Source Source
}

// A Source tells where a text stands in the file that it was decoded from. All offsets are in
// bytes.
type Source interface {
	// Span returns the offsets in the file of a part of the text.
	Span(start, end int) (fileStart, fileEnd int, found bool)
	// Offset returns the offset in the text of what stands at an offset of the file.
	Offset(file int) (int, bool)
}

// span returns where a part of the text stands in the file.
func (c Corefile) span(start, end int) (fileStart, fileEnd int, found bool) {
	if c.Source == nil {
		return start, end, true
	}
	return c.Source.Span(start, end)
}

// offset returns the offset in the text of what stands at an offset of the file.
func (c Corefile) offset(file int) (int, bool) {
	if c.Source == nil {
		return file, true
	}
	return c.Source.Offset(file)
}

// lineAt returns the line of an offset of the text.
func (c Corefile) lineAt(offset int) line { return lineAt(c.Text, offset) }

// matches reports whether an import of the given argument reads the Corefile.
func (c Corefile) matches(argument string) bool {
	matched, _ := path.Match(argument[strings.LastIndexByte(argument, '/')+1:], c.Key)
	return matched && c.Key != ""
}
