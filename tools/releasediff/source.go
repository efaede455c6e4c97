package main

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A source is what a release of CoreDNS says of its configuration.
type source struct {
	directives []string          // in the order in which they are set up
	plugins    map[string]files  // by folder: the files that read the configuration
	shared     files             // what all plugins go through
	modules    map[string]string // the versions of the modules in sharedModules
}

// files are Go files by their paths from the root.
type files map[string]file

type file struct {
	text  string
	words map[string]int // what it looks for in the configuration, and in which line first
}

// sharedFiles are those of no plugin that concern all of them: how the keys of server
// blocks are read, what servers check before they listen, and how arguments are read.
var sharedFiles = []string{
	"core/dnsserver/*.go",
	"coremain/*.go",
	"plugin/*.go",
	"plugin/pkg/cidr/*.go",
	"plugin/pkg/fall/*.go",
	"plugin/pkg/parse/*.go",
	"plugin/pkg/tls/*.go",
	"plugin/pkg/transport/*.go",
	"plugin/pkg/upstream/*.go",
}

// sharedModules read parts of the configuration: tokens and blocks, the names of types
// and codes, the expressions of view.
var sharedModules = []string{"github.com/coredns/caddy", "github.com/expr-lang/expr", "github.com/miekg/dns"}

// read reads the source of CoreDNS, of which root is the root.
func read(root fs.FS) (source, error) {
	s := source{plugins: map[string]files{}, shared: files{}}
	for _, pattern := range sharedFiles {
		texts, err := goFiles(root, pattern)
		if err != nil {
			return s, err
		}
		for name, text := range texts {
			s.shared[name] = file{text: text}
		}
	}
	const list = "core/dnsserver/zdirectives.go"
	var err error
	if s.directives, err = directives(s.shared[list].text); err != nil {
		return s, errors.Join(errors.New(list+" does not hold the list of directives"), err)
	}
	delete(s.shared, list)
	if s.modules, err = modules(root); err != nil {
		return s, err
	}
	texts, err := goFiles(root, "plugin/*/*.go")
	if err != nil {
		return s, err
	}
	for _, dir := range folders(texts) {
		found, err := readPlugin(dir, texts)
		if err != nil {
			return s, err
		}
		if len(found) > 0 {
			s.plugins[path.Base(dir)] = found
		}
	}
	return s, nil
}

// folders returns the folders of the files, sorted.
func folders(texts map[string]string) []string {
	var dirs []string
	for name := range texts {
		dirs = append(dirs, path.Dir(name))
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// goFiles returns the texts of the Go files that match, without tests.
func goFiles(root fs.FS, pattern string) (map[string]string, error) {
	names, err := fs.Glob(root, pattern)
	texts := map[string]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, err
		}
		texts[name] = string(text)
	}
	return texts, err
}

// directives returns the elements of the list in generated Go.
func directives(text string) ([]string, error) {
	list, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	if err != nil {
		return nil, err
	}
	var names []string
	ast.Inspect(list, func(n ast.Node) bool {
		if slice, is := n.(*ast.CompositeLit); is {
			for _, element := range slice.Elts {
				names = append(names, values(element, nil)...)
			}
		}
		return true
	})
	if len(names) == 0 {
		return nil, errors.New("it is empty")
	}
	return names, nil
}

// modules returns the versions of sharedModules that go.mod requires.
func modules(root fs.FS) (map[string]string, error) {
	text, err := fs.ReadFile(root, "go.mod")
	versions := map[string]string{}
	for line := range bytes.Lines(text) {
		fields := strings.Fields(strings.TrimPrefix(string(line), "require "))
		if len(fields) >= 2 && slices.Contains(sharedModules, fields[0]) {
			versions[fields[0]] = fields[1]
		}
	}
	return versions, err
}
