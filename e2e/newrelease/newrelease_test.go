// Package newrelease shows that a release is added by one line.
package newrelease

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"corewarden/corefile/release"
)

// TestNewReleaseIsOneLine adds an invented release of CoreDNS, and one of node-cache with it
// inside, to the table of releases. The product knows them then, and no test of it fails:
// those judge for pinned releases, and the pages do not change.
func TestNewReleaseIsOneLine(t *testing.T) {
	t.Parallel()
	coreDNS, nodeCache := nextMinor(t, release.NewestCoreDNS), nextMinor(t, release.NewestNodeCache)
	overlay := withReleases(t, coreDNS, nodeCache)
	run(t, "go", append([]string{"test", "-vet=off", "-overlay", overlay, "-skip", measuring}, judging(t)...)...)
	for flag, version := range map[string]string{"--coredns": coreDNS, "--node-local-dns": nodeCache} {
		got := run(t, "go", "run", "-overlay", overlay, "./cmd/corefile", "explain", flag, version, "cache")
		if first, _, _ := strings.Cut(got, "\n"); !strings.Contains(first, version) {
			t.Errorf("corefile explain %s %s says %q", flag, version, first)
		}
	}
}

// measuring are tests of time and memory: they take long, and a machine has to be idle for some.
const measuring = "^(TestManyLargeReviewsFitIntoThePod|TestHostileInputEndsSoon)$"

// judging returns the packages of the product that know releases, and the pages.
func judging(t *testing.T) []string {
	t.Helper()
	packages := []string{"corewarden/docs"}
	for line := range strings.Lines(run(t, "go", "list", "-f", "{{.ImportPath}} {{.Deps}}", "./...")) {
		name, dependencies, _ := strings.Cut(line, " ")
		known := strings.Contains(dependencies, "corewarden/corefile/release") || name == "corewarden/corefile/release"
		if known && !strings.HasPrefix(name, "corewarden/e2e") && !strings.HasPrefix(name, "corewarden/tools") {
			packages = append(packages, name)
		}
	}
	return packages
}

// nextMinor returns the version after all patches of a version.
func nextMinor(t *testing.T, version string) string {
	t.Helper()
	numbers := strings.Split(version, ".")
	minor, err := strconv.Atoi(numbers[1])
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s.%d.0", numbers[0], minor+1)
}

// withReleases returns an overlay for the go command in which the table has two releases
// more.
func withReleases(t *testing.T, coreDNS, nodeCache string) string {
	t.Helper()
	table, err := filepath.Abs("../../corefile/release/data.go")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	longer := string(text)
	for _, line := range []struct{ before, new string }{
		{"}\n\n// nodeCaches are", strconv.Quote(coreDNS) + ",\n"},
		{"\t{head, ", fmt.Sprintf("{%q, %q},\n", nodeCache, coreDNS)},
	} {
		if strings.Count(longer, line.before) != 1 {
			t.Fatalf("%s has no single %q", table, line.before)
		}
		longer = strings.Replace(longer, line.before, line.new+line.before, 1)
	}
	folder := t.TempDir()
	replacement := filepath.Join(folder, "data.go")
	if err := os.WriteFile(replacement, []byte(longer), 0o600); err != nil {
		t.Fatal(err)
	}
	content, err := json.Marshal(map[string]map[string]string{"Replace": {table: replacement}})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(overlay, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return overlay
}

// run runs a program in the folder of the module and returns what it prints.
func run(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Dir = "../.."
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(arguments, " "), err, failures(string(out)))
	}
	return string(out)
}

// failures returns the lines of an output that do not say ok.
func failures(out string) string {
	var lines []string
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "ok ") && !strings.HasPrefix(line, "? ") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}
