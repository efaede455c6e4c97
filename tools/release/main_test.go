package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
)

// TestTheSameCommitMakesTheSameBytes makes a release from two clones in different folders: all
// of it but for most programs and platforms, which take long to build and differ in nothing
// that matters here.
func TestTheSameCommitMakesTheSameBytes(t *testing.T) {
	t.Parallel()
	host := platform{"linux", runtime.GOARCH}
	var releases [2]map[string][]byte
	for i := range releases {
		root := filepath.Join(t.TempDir(), fmt.Sprint("clone", i))
		if out, err := exec.CommandContext(t.Context(), "git", "clone", "--quiet", "../..", root).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		r := release{
			root: root, output: filepath.Join(root, "dist"), version: "v1.2.3", image: "registry.example/webhook", docs: "https://example.org/v1.2.3/docs", out: io.Discard,
			programs: []program{{name: "corefile", platforms: []platform{host, {"windows", "amd64"}}, inImage: true, manuals: true}},
		}
		var err error
		if r.source, err = readSource(t.Context(), root); err != nil {
			t.Fatal(err)
		}
		if err := r.everything(t.Context()); err != nil {
			t.Fatal(err)
		}
		releases[i] = contents(t, r.output)
	}
	names := slices.Sorted(maps.Keys(releases[0]))
	want := []string{
		"SHA256SUMS", "corefile-linux-" + runtime.GOARCH, "corefile-man.tar.gz", "corefile-windows-amd64.exe", "corefile.cdx.json",
		"corewarden-1.2.3.tgz", "corewarden-cert-manager.yaml", "corewarden-prometheus.yaml", "corewarden-self-signed.yaml", "playground.html", "webhook-image.tar",
	}
	hasChart := isThere("../../deploy/chart/corewarden")
	if !hasChart {
		want = slices.DeleteFunc(want, func(name string) bool { return strings.HasSuffix(name, ".tgz") })
	}
	if !slices.Equal(names, want) {
		t.Errorf("the release has\n%q, want\n%q", names, want)
	}
	for _, name := range names {
		if !bytes.Equal(releases[0][name], releases[1][name]) {
			t.Errorf("%s differs", name)
		}
	}
	checkSums(t, releases[0])
	checkContents(t, releases[0])
	checkManifests(t, releases[0])
	checkManuals(t, releases[0]["corefile-man.tar.gz"])
	if hasChart {
		checkChart(t, releases[0]["corewarden-1.2.3.tgz"])
	}
}

func checkSums(t *testing.T, files map[string][]byte) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(files["SHA256SUMS"])), "\n")
	if len(lines) != len(files)-1 {
		t.Errorf("%d checksums of %d files", len(lines), len(files)-1)
	}
	for _, line := range lines {
		sum, name, _ := strings.Cut(line, "  ")
		if want := fmt.Sprintf("%x", sha256.Sum256(files[name])); sum != want {
			t.Errorf("%s has the checksum %s, want %s", name, sum, want)
		}
	}
}

// checkContents holds the list against that of the go command.
func checkContents(t *testing.T, files map[string][]byte) {
	t.Helper()
	var bom cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(bytes.NewReader(files["corefile.cdx.json"]), cyclonedx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "corefile")
	if err := os.WriteFile(binary, files["corefile-linux-"+runtime.GOARCH], 0o700); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "version", "-m", binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	listed := make(map[string]bool)
	for _, c := range *bom.Components {
		listed[c.PackageURL] = true
	}
	linked := regexp.MustCompile(`(?m)^\tdep\t(\S+)\t(\S+)`).FindAllSubmatch(out, -1)
	if len(linked) == 0 {
		t.Errorf("go version -m lists no module:\n%s", out)
	}
	for _, m := range linked {
		if purl := fmt.Sprintf("pkg:golang/%s@%s", m[1], m[2]); !listed[purl] {
			t.Errorf("%s is not listed", purl)
		}
	}
	if !listed["pkg:golang/std@"+strings.TrimPrefix(runtime.Version(), "go")] {
		t.Error("the standard library is not listed")
	}
	for _, part := range *bom.Metadata.Component.Components {
		if got, want := (*part.Hashes)[0].Value, fmt.Sprintf("%x", sha256.Sum256(files[part.Name])); got != want {
			t.Errorf("%s has the hash %s, want %s", part.Name, got, want)
		}
	}
	version, err := exec.CommandContext(t.Context(), binary, "--version").Output()
	if err != nil || !strings.HasPrefix(string(version), "corefile v1.2.3 (revision ") {
		t.Errorf("corefile --version prints %q, %v", version, err)
	}
}

func checkManifests(t *testing.T, files map[string][]byte) {
	t.Helper()
	image := regexp.MustCompile(`(?m)^ +image: (.*)$`)
	for _, name := range []string{"corewarden-cert-manager.yaml", "corewarden-self-signed.yaml"} {
		images := image.FindAllSubmatch(files[name], -1)
		if len(images) == 0 {
			t.Errorf("%s has no image", name)
		}
		for _, found := range images {
			if got, want := string(found[1]), "registry.example/webhook:v1.2.3"; got != want {
				t.Errorf("%s: image %s, want %s", name, got, want)
			}
		}
	}
	if want := aRunbook; !strings.Contains(string(files["corewarden-prometheus.yaml"]), want) {
		t.Errorf("no alert has %q", want)
	}
}

const aRunbook = "runbook_url: https://example.org/v1.2.3/docs/alerts/CorewardenDown.md\n"

func checkChart(t *testing.T, packed []byte) {
	t.Helper()
	files := unpacked(t, packed)
	for name, want := range map[string]string{
		"corewarden/Chart.yaml":       "\nversion: \"1.2.3\"\nappVersion: \"v1.2.3\"\n",
		"corewarden/values.yaml":      "repository: registry.example/webhook\n",
		"corewarden/files/rules.yaml": aRunbook,
	} {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s of the chart is\n%s\nwant %q in it", name, files[name], want)
		}
	}
}

func checkManuals(t *testing.T, packed []byte) {
	t.Helper()
	pages := unpacked(t, packed)
	for name, want := range map[string]string{
		"man1/corefile.1":       ".TH COREFILE 1 \"\" \"corefile v1.2.3 (",
		"man1/corefile-check.1": ".TP\n\\fB\\-\\-fail\\-on\\fR \\fIseverity\\fR\nleast severity ",
	} {
		if !strings.Contains(pages[name], want) {
			t.Errorf("%s is\n%s\nwant %q in it", name, pages[name], want)
		}
	}
}

// unpacked returns the files of an archive.
func unpacked(t *testing.T, packed []byte) map[string]string {
	t.Helper()
	unzipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for r := tar.NewReader(unzipped); ; {
		header, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[header.Name] = string(text)
	}
	return files
}

func TestAReleaseNeedsAVersionAndAnEmptyFolder(t *testing.T) {
	t.Parallel()
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "which version?"},
		{[]string{"-version", "1.2.3"}, `"1.2.3" is not a version such as v1.2.3`},
		{[]string{"-version", "v1.2"}, "is not a version"},
		{[]string{"-version", "v01.2.3"}, "is not a version"},
		{[]string{"-version", "v1.2.3", "-o", full}, "is not empty"},
		{[]string{"v1.2.3"}, `unexpected argument "v1.2.3"`},
	} {
		if err := run(t.Context(), test.args, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want %q", test.args, err, test.want)
		}
	}
}

func TestAChangedTreeIsMarked(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, args := range [][]string{{"init", "-q"}, {"-c", "user.name=x", "-c", "user.email=x@example", "commit", "-q", "--allow-empty", "-m", "x"}} {
		if _, err := git(t.Context(), root, args...); err != nil {
			t.Fatal(err)
		}
	}
	clean, err := readSource(t.Context(), root)
	if err != nil || !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(clean.revision) || clean.time.IsZero() {
		t.Errorf("source %+v, %v", clean, err)
	}
	if err := os.WriteFile(filepath.Join(root, "new"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if changed, err := readSource(t.Context(), root); err != nil || changed.revision != clean.revision+"-dirty" {
		t.Errorf("source %+v, %v", changed, err)
	}
}

// contents returns the files of a folder.
func contents(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(folder)
	files := make(map[string][]byte)
	for _, entry := range entries {
		content, readErr := os.ReadFile(filepath.Join(folder, entry.Name()))
		err = errors.Join(err, readErr)
		files[entry.Name()] = content
	}
	if err != nil {
		t.Fatal(err)
	}
	return files
}
