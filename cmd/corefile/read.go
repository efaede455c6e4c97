package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"corewarden/extraconfig"
)

// readAll reads what the paths name and hands on each configuration in it. What cannot be
// read does not keep the rest from being read.
func readAll(o options, stdin io.Reader, stderr io.Writer, yield func(input)) error {
	var errs []error
	for _, path := range o.paths {
		errs = append(errs, read(path, o.bundle, stdin, stderr, yield))
	}
	return errors.Join(errs...)
}

func read(path string, bundle bool, stdin io.Reader, stderr io.Writer, yield func(input)) error {
	if path == "-" {
		content, err := io.ReadAll(stdin)
		if err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
		return readContent("-", string(content), yield)
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return readFolder(path, bundle, stderr, yield)
	}
	return readFile(path, yield)
}

func readFile(path string, yield func(input)) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return readContent(path, string(content), yield)
}

// manifest matches the lines that a manifest has and no Corefile: the name of a plugin
// does not end in a colon.
var manifest = regexp.MustCompile(`(?m)^\s*[{"]*\s*"?(apiVersion|kind)"?\s*:`)

func readContent(path, content string, yield func(input)) error {
	if isManifest(path) || manifest.MatchString(content) {
		return readManifest(path, content, yield)
	}
	yield(text{path, content})
	return nil
}

func isManifest(path string) bool {
	switch filepath.Ext(path) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// readFolder reads the manifests and Corefiles below a folder. A file that looks like a
// manifest and is none, such as the template of a Helm chart, is passed over with a note.
func readFolder(folder string, bundle bool, stderr io.Writer, yield func(input)) error {
	bundles := map[string]map[string]string{}
	var folders []string // of bundles, in the order in which they are met
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != folder:
			return filepath.SkipDir // .git and the like
		case entry.IsDir():
			return nil
		case isManifest(path):
			if err := readFile(path, yield); err != nil {
				fmt.Fprintln(stderr, "corefile: passed over:", err)
			}
			return nil
		case !strings.HasSuffix(entry.Name(), "Corefile"):
			return nil
		case !bundle:
			return readFile(path, yield)
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
		yield(configMap{path: dir, name: extraconfig.Name, value: extraconfig.ConfigMap{Data: bundles[dir]}})
	}
	return err
}
