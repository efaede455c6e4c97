package main

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
	"corewarden/lsp"
)

// An editor tells a language server of files. It judges a file with those of its folder.
type editor struct{ options }

var _ lsp.Checker = editor{}

func newEditor(o options) (editor, error) {
	for workload, base := range o.corefiles {
		path, err := filepath.Abs(base.Name) // as editors name it
		if err != nil {
			return editor{}, err
		}
		base.Name = path
		o.corefiles[workload] = base
	}
	return editor{o}, nil
}

// watch returns patterns of the files that may lie beside an open one, and of the servers' own
// Corefiles, wherever those lie.
func (e editor) watch() []string {
	patterns := []string{"**/*{Corefile,.yaml,.yml,.json}"}
	for _, base := range e.corefiles {
		patterns = append(patterns, "**/"+filepath.Base(base.Name))
	}
	slices.Sort(patterns)
	return patterns
}

// Limits on what is read beside an open file.
const (
	maxSiblings = 200
	maxSibling  = 1 << 20 // bytes, as much as a ConfigMap can have
)

// A room is a file and what lies beside it.
type room struct {
	known
	path   string
	inputs []input
	err    error // of reading the file itself
}

// read reads a file and its siblings, as far as they are manifests and Corefiles. What is
// open counts instead of what is stored.
func (e editor) read(file string, open map[string]string) room {
	r := room{known: known{options: e.options}, path: file}
	if isManifest(file, open[file]) && !namesBundle(open[file]) {
		return r // it may be any YAML
	}
	r.readBases(e.corefiles, open)
	bundle := map[string]string{}
	for _, sibling := range siblings(file, open) {
		content, found := contentOfFile(sibling, open)
		switch {
		case !found:
		case e.bundle && !isManifest(sibling, content):
			bundle[filepath.Base(sibling)] = content
		default:
			err := readContent(sibling, content, func(in input) { r.inputs = append(r.inputs, in) })
			if sibling == file {
				r.err = err
			}
		}
	}
	if len(bundle) > 0 {
		r.inputs = append(r.inputs, configMap{path: filepath.Dir(file), name: extraconfig.Name, value: extraconfig.ConfigMap{Data: bundle}})
	}
	for _, in := range r.inputs {
		r.add(in)
	}
	r.leaveOutAbsent()
	return r
}

// namesBundle reports whether a manifest may hold a ConfigMap that servers load.
func namesBundle(content string) bool {
	return slices.ContainsFunc(extraconfig.Bundles(), func(name string) bool { return strings.Contains(content, name) })
}

// readBases reads the servers' own Corefiles anew. If the file is one of them, it is judged by
// itself, for its server.
func (r *room) readBases(bases map[string]corefile.File, open map[string]string) {
	r.corefiles = map[string]corefile.File{}
	for workload, base := range bases {
		if base.Name == r.path {
			r.corefiles = nil
			r.servers = slices.DeleteFunc(slices.Clone(r.servers), func(s extraconfig.Server) bool { return s.Workload != workload })
			return
		}
		if content, found := contentOfFile(base.Name, open); found {
			base.Text = content
		}
		r.corefiles[workload] = base
	}
}

// siblings returns the manifests and Corefiles of a file's folder, itself included.
func siblings(file string, open map[string]string) []string {
	paths := []string{file}
	if !filepath.IsAbs(file) {
		return paths // it is no file yet
	}
	folder := filepath.Dir(file)
	for path := range maps.Keys(open) {
		if filepath.Dir(path) == folder && hasName(path) {
			paths = append(paths, path)
		}
	}
	entries, _ := os.ReadDir(folder) // a folder that is not there has no siblings
	for _, entry := range entries {
		if len(paths) > maxSiblings {
			break
		}
		path := filepath.Join(folder, entry.Name())
		if info, err := os.Stat(path); err == nil && hasName(path) && info.Mode().IsRegular() && info.Size() <= maxSibling {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// hasName reports whether a file is named as a manifest or a Corefile is.
func hasName(path string) bool { return hasManifestName(path) || strings.HasSuffix(path, "Corefile") }

func contentOfFile(path string, open map[string]string) (string, bool) {
	if content, found := open[path]; found {
		return content, true
	}
	content, err := os.ReadFile(path)
	return string(content), err == nil
}

// Check returns what is found in a file.
func (e editor) Check(file string, open map[string]string) []lsp.Finding {
	r := e.read(file, open)
	all := r.unreadable()
	for _, in := range r.inputs {
		if !r.judges(in) {
			continue
		}
		_, findings := in.judge(r.known)
		for _, f := range findings {
			if f.at.file == file {
				p := e.keyPolicy.Judge(f.source, f.problem)
				all = append(all, lsp.Finding{Problem: p, Place: lsp.Place{Line: f.at.line, Column: f.at.column, EndLine: f.at.endLine, EndColumn: f.at.endColumn}})
			}
		}
	}
	return all
}

// judges reports whether an input is the file itself, or is judged with it.
func (r room) judges(in input) bool {
	switch in := in.(type) {
	case text:
		return in.path == r.path
	case configMap:
		return in.path == r.path || in.manifest == nil
	}
	return false
}

// unreadable returns why the file cannot be read, if so.
func (r room) unreadable() []lsp.Finding {
	if r.err == nil {
		return nil
	}
	place := lsp.Place{Line: 1, Column: 1, EndLine: 1, EndColumn: 2}
	message := strings.TrimPrefix(r.err.Error(), r.path+": ")
	var line int
	if n, _ := fmt.Sscanf(message, "yaml: line %d:", &line); n == 1 {
		place.Line, place.EndLine = line, line
	}
	return []lsp.Finding{{Place: place, Problem: corefile.Problem{Severity: corefile.Warning, Message: "not checked: " + message}}}
}

// Corefiles returns the Corefiles in a file and those that are loaded with them.
func (e editor) Corefiles(file string, open map[string]string) []lsp.Corefile {
	r := e.read(file, open)
	var all []lsp.Corefile
	for _, in := range r.inputs {
		switch in := in.(type) {
		case text:
			if in.path == file {
				all = append(all, lsp.Corefile{Path: in.path, File: in.content, Text: in.content, Releases: releases(r.servers)})
			}
		case configMap:
			if slices.Contains(extraconfig.Bundles(), in.name) {
				all = append(all, r.keys(in, open)...)
			}
		}
	}
	for _, base := range r.corefiles {
		all = append(all, lsp.Corefile{Path: base.Name, File: base.Text, Text: base.Text, Releases: releases(r.servers)})
	}
	return all
}

// keys returns the keys of a ConfigMap that are Corefiles or that those import.
func (r room) keys(c configMap, open map[string]string) []lsp.Corefile {
	var all []lsp.Corefile
	servers := releases(r.cluster(c.path).ServersOf(c.name))
	for _, key := range c.loaded() {
		found := lsp.Corefile{Path: c.path, Key: key, Text: c.value.Data[key], Releases: servers}
		if c.manifest == nil {
			found.Path = filepath.Join(c.path, key)
			found.File = found.Text
			all = append(all, found)
			continue
		}
		found.File, _ = contentOfFile(c.path, open)
		name, node := entry(c.manifest.data, key)
		text := c.manifest.text(key, node, found.Text)
		if name == nil || text == nil {
			continue
		}
		at := c.manifest.place(c.value, corefile.Problem{File: key})
		found.Source, found.Name = text, lsp.Place{Line: at.line, Column: at.column, EndLine: at.endLine, EndColumn: at.endColumn}
		all = append(all, found)
	}
	return all
}

// loaded returns the keys that servers load as Corefiles, and those that these import.
func (c configMap) loaded() []string {
	keys := c.corefiles()
	for _, key := range keys {
		for _, pattern := range corefile.Imports(c.value.File(key)) {
			for other := range c.value.Data {
				if matched, _ := path.Match(path.Base(pattern), other); matched && !slices.Contains(keys, other) {
					keys = append(keys, other)
				}
			}
		}
	}
	slices.Sort(keys)
	return slices.DeleteFunc(keys, func(key string) bool { _, found := c.value.Data[key]; return !found })
}

func releases(servers []extraconfig.Server) []release.Release {
	var all []release.Release
	for _, s := range servers {
		all = append(all, s.Release)
	}
	return all
}

// Format returns a text formatted.
func (editor) Format(path, text string) (string, error) {
	formatted, _, err := format(path, text)
	return formatted, err
}
