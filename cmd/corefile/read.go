package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"corewarden/extraconfig"
)

// stdinPath is the path of standard input.
const stdinPath = "-"

// A reader reads what paths name and hands on each configuration in it, once.
type reader struct {
	stdin     io.Reader
	stdinName string // what problems call standard input
	stderr    io.Writer
	bundle    bool // Corefiles of a folder are the keys of one ConfigMap
	file      func(path, content string) error
	yield     func(input)
	seen      map[string]bool // files
}

// readAll reads all paths. What cannot be read does not keep the rest from being read.
func readAll(o options, stdin io.Reader, stderr io.Writer, yield func(input)) error {
	r := reader{
		stdin: stdin, stdinName: o.stdinName, stderr: stderr, bundle: o.bundle, yield: yield, seen: map[string]bool{},
		file: func(path, content string) error { return readContent(path, content, yield) },
	}
	return r.readAll(o.paths)
}

func (r *reader) readAll(paths []string) error {
	var errs []error
	for _, pattern := range paths {
		matches, err := expand(pattern)
		errs = append(errs, err)
		for _, path := range matches {
			errs = append(errs, r.read(path))
		}
	}
	return errors.Join(errs...)
}

func (r *reader) read(path string) error {
	if path == stdinPath {
		content, err := io.ReadAll(r.stdin)
		if err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
		return r.file(r.stdinName, string(content))
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return r.readFolder(path)
	}
	return r.readFile(path)
}

func (r *reader) readFile(path string) error {
	clean := filepath.Clean(path)
	if r.seen[clean] {
		return nil
	}
	r.seen[clean] = true
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return r.file(path, string(content))
}

func readContent(path, content string, yield func(input)) error {
	if isManifest(path, content) {
		return readManifest(path, content, yield)
	}
	yield(text{path, content})
	return nil
}

func isManifest(path, content string) bool {
	if hasManifestName(path) {
		return true
	}
	for line := range strings.Lines(content) {
		if isManifestLine(line) {
			return true
		}
	}
	return false
}

// isManifestLine reports whether a line is one that a manifest has and no Corefile: the name
// of a plugin does not end in a colon.
func isManifestLine(line string) bool {
	name, _, found := strings.Cut(line, ":")
	name = strings.Trim(name, "{\" \t\r\n")
	return found && (name == "apiVersion" || name == "kind")
}

func hasManifestName(path string) bool {
	switch filepath.Ext(path) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// readFolder reads the manifests and Corefiles below a folder. A file with the name of a
// manifest that is no YAML, such as the template of a Helm chart, is passed over with a note.
// Other errors do not keep the rest from being read.
func (r *reader) readFolder(folder string) error {
	bundles := map[string]map[string]string{}
	var folders []string // of bundles, in the order in which they are met
	var errs []error
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != folder:
			return filepath.SkipDir // .git and the like
		case entry.IsDir():
			return nil
		case hasManifestName(path):
			switch err := r.readFile(path); {
			case errors.As(err, &notYAML{}):
				fmt.Fprintln(r.stderr, "corefile: passed over:", err)
			case err != nil:
				errs = append(errs, err)
			}
			return nil
		case !strings.HasSuffix(entry.Name(), "Corefile"):
			return nil
		case !r.bundle:
			errs = append(errs, r.readFile(path))
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dir := filepath.Dir(path)
		if bundles[dir] == nil {
			bundles[dir] = map[string]string{}
			folders = append(folders, dir)
		}
		bundles[dir][entry.Name()] = string(content)
		return nil
	})
	for _, dir := range folders {
		r.yield(configMap{path: dir, name: extraconfig.Name, value: extraconfig.ConfigMap{Data: bundles[dir]}})
	}
	return errors.Join(append(errs, err)...)
}
