package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// repositoryRoot returns the folder above the current one that has a repository, or else the
// current one: pipelines name files by their path from there.
func repositoryRoot() string {
	current, err := os.Getwd()
	if err != nil {
		return ""
	}
	for folder := current; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, ".git")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			return current
		}
	}
}

// path returns the path of a file from the root of the repository; a file outside of it keeps
// the path that it has.
func (r result) path(file string) string {
	if file == stdinPath {
		return file
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		return filepath.ToSlash(file)
	}
	relative, err := filepath.Rel(r.root, absolute)
	if err != nil || !filepath.IsLocal(relative) {
		return filepath.ToSlash(file)
	}
	return filepath.ToSlash(relative)
}

// fingerprints returns for each finding what tells it from all others and stays the same when
// lines are added above it.
func (r result) fingerprints(findings []finding) []string {
	fingerprints := make([]string, len(findings))
	seen := map[string]int{}
	for i, f := range findings {
		line := strings.TrimSpace(f.source.Line(f.problem.Line))
		facts := fmt.Sprintf("%q", []string{f.problem.Rule, r.path(f.at.file), f.key, f.problem.Server, line})
		sum := sha256.Sum256([]byte(fmt.Sprint(facts, seen[facts])))
		seen[facts]++
		fingerprints[i] = hex.EncodeToString(sum[:16])
	}
	return fingerprints
}
