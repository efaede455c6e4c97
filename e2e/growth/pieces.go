package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"corewarden/corefile/release"
	"corewarden/e2e/conformance/cases"
	"corewarden/e2e/parts"
)

// gather returns the uses and properties of plugins that CoreDNS's own examples and our tests
// have.
func gather(ctx context.Context, r release.Release) (map[string]cases.Pieces, error) {
	source, err := parts.Source(ctx, parts.CoreDNS1150)
	if err != nil {
		return nil, err
	}
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return nil, fmt.Errorf("find the repository: %w", err)
	}
	folders, err := filepath.Glob(filepath.Join(source, "plugin", "*"))
	if err != nil {
		return nil, err
	}
	folders = append(folders, filepath.Join(strings.TrimSpace(string(root)), "corefile", "plugin"))
	readmes, err := cases.READMEs(source)
	if err != nil {
		return nil, err
	}
	tests, err := cases.GoTests(folders...)
	if err != nil {
		return nil, err
	}
	corpus := cases.New(append(readmes, tests...), r, 0)
	all := map[string]cases.Pieces{}
	for _, plugin := range r.Plugins() {
		all[plugin] = corpus.Pieces(plugin)
	}
	return all, nil
}
