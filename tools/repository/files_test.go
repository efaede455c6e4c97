// Package repository tests the repository's own text: that what the documentation
// points to is there, and that nothing of the machine it was written on is.
package repository

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// repository is the repository's files, by slash-separated path from its root.
type repository struct {
	root  fs.FS
	texts map[string]string // the contents of files that are text
}

// readRepository reads what is not built and not git's.
func readRepository(t *testing.T) repository {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	r := repository{root: os.DirFS(dir), texts: make(map[string]string)}
	err = fs.WalkDir(r.root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (name == ".git" || name == ".cache" || name == "bin" || name == "dist") {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := fs.ReadFile(r.root, name)
		if err == nil && utf8.Valid(text) {
			r.texts[name] = string(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// pages returns the paths of the documentation.
func (r repository) pages() []string {
	var pages []string
	for name := range r.texts {
		if path.Ext(name) == ".md" {
			pages = append(pages, name)
		}
	}
	return pages
}

// lineOf returns the number of the line that has the byte at the offset.
func lineOf(text string, offset int) int {
	return 1 + strings.Count(text[:offset], "\n")
}
