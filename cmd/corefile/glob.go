package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// expand returns the files and folders that a pattern matches, for callers without a shell. A
// part "**" matches any number of folders. What has no special character, or is the name of
// a file as it stands, is returned as it is.
func expand(pattern string) ([]string, error) {
	if _, err := os.Lstat(pattern); err == nil || !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}, nil
	}
	parts := strings.Split(filepath.ToSlash(filepath.Clean(pattern)), "/")
	fixed := 0 // parts that name the folder to start from
	for !strings.ContainsAny(parts[fixed], "*?[") {
		fixed++
	}
	root := "."
	if fixed > 0 {
		root = filepath.FromSlash(strings.Join(parts[:fixed], "/") + "/")
	}
	var matches []string
	err := filepath.WalkDir(root, func(file string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		matched, err := match(parts[fixed:], strings.Split(filepath.ToSlash(below), "/"))
		if matched {
			matches = append(matches, filepath.Join(root, below))
		}
		return err
	})
	if err == nil && len(matches) == 0 {
		err = fmt.Errorf("no file matches %s", pattern)
	}
	return matches, err
}

// match reports whether the parts of a path match those of a pattern.
func match(pattern, parts []string) (bool, error) {
	if len(pattern) == 0 {
		return len(parts) == 0, nil
	}
	if pattern[0] == "**" {
		if matched, err := match(pattern[1:], parts); matched || err != nil || len(parts) == 0 {
			return matched, err
		}
		return match(pattern, parts[1:])
	}
	if len(parts) == 0 {
		return false, nil
	}
	matched, err := path.Match(pattern[0], parts[0])
	if !matched || err != nil {
		return false, err
	}
	return match(pattern[1:], parts[1:])
}
