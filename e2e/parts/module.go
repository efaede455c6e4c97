package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// module is a Go module that pins and builds one or more parts.
type module struct {
	dir     string   // the module's folder
	local   []string // folders of modules beside it that it uses
	tools   []string // import paths of the commands to build
	path    string   // path of the pinned module; empty when the commands are in dir itself
	version string   // the pinned version, such as v1.37.2
	name    string   // what people call it, such as kubernetes-v1.37.2
	key     string   // name and a hash of everything that goes into the binaries
}

// readModule reads the go.mod in dir.
func readModule(ctx context.Context, dir string) (module, error) {
	m := module{dir: dir}
	text, err := goOutput(ctx, dir, "mod", "edit", "-json")
	if err != nil {
		return m, fmt.Errorf("part module %s: %w", filepath.Base(dir), err)
	}
	var file struct {
		Tool    []struct{ Path string }
		Require []struct{ Path, Version string }
		Replace []struct{ New struct{ Path string } }
	}
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		return m, fmt.Errorf("part module %s: %w", filepath.Base(dir), err)
	}
	if len(file.Tool) == 0 {
		return m, fmt.Errorf("part module %s: go.mod has no tool directive, so there is nothing to build", filepath.Base(dir))
	}
	for _, tool := range file.Tool {
		m.tools = append(m.tools, tool.Path)
	}
	for _, r := range file.Require {
		inside := strings.HasPrefix(m.tools[0]+"/", r.Path+"/")
		if inside && len(r.Path) > len(m.path) {
			m.path, m.version = r.Path, r.Version
		}
	}
	for _, r := range file.Replace {
		if strings.HasPrefix(r.New.Path, "../") {
			m.local = append(m.local, filepath.Join(dir, r.New.Path))
		}
	}

	m.name = filepath.Base(dir)
	if !strings.HasSuffix(m.name, strings.TrimPrefix(m.version, "v")) {
		m.name += "-" + m.version
	}
	hash, err := m.hash(ctx)
	if err != nil {
		return m, fmt.Errorf("part module %s: %w", m.name, err)
	}
	m.key = m.name + "-" + hash
	return m, nil
}

// hash stands for everything that goes into the module's binaries: the toolchain,
// the target, the flags, and the files of the module and of those beside it. The source of
// its other dependencies is in there by way of go.sum.
func (m module) hash(ctx context.Context) (string, error) {
	h := sha256.New()
	toolchain, err := goOutput(ctx, m.dir, "env", "GOVERSION", "GOOS", "GOARCH")
	if err != nil {
		return "", err
	}
	fmt.Fprintf(h, "%s\n%q\n", toolchain, m.buildFlags())
	for _, dir := range append([]string{m.dir}, m.local...) {
		if err := hashFiles(h, os.DirFS(dir)); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

func hashFiles(h hash.Hash, files fs.FS) error {
	return fs.WalkDir(files, ".", func(path string, file fs.DirEntry, err error) error {
		if err != nil || file.IsDir() || !isBuilt(path) {
			return err
		}
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %d\n", path, len(text))
		_, err = h.Write(text)
		return err
	})
}

// isBuilt reports whether a file of a module shapes its binaries.
func isBuilt(path string) bool {
	return path == "go.mod" || path == "go.sum" || filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go")
}

// buildFlags are the flags that shape the binaries. No path of this machine and no
// state of this repository gets into them.
func (m module) buildFlags() []string {
	flags := []string{"-trimpath", "-buildvcs=false", "-ldflags=" + strings.Join(m.linkerFlags(), " ")}
	if m.path == "github.com/prometheus/prometheus" {
		// Without the clients of thirty clouds, which no rule needs.
		flags = append(flags, "-tags=remove_all_sd")
	}
	return flags
}

// linkerFlags leave out symbol tables, which halves the size, and give Kubernetes'
// binaries the version that its own build scripts would (hack/lib/version.sh).
// The other parts have theirs in the source.
func (m module) linkerFlags() []string {
	flags := []string{"-s", "-w"}
	if m.path != "k8s.io/kubernetes" {
		return flags
	}
	major, rest, _ := strings.Cut(strings.TrimPrefix(m.version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		flags = append(flags,
			"-X", pkg+".gitVersion="+m.version,
			"-X", pkg+".gitMajor="+major,
			"-X", pkg+".gitMinor="+minor,
		)
	}
	return flags
}

// source returns the folder of the pinned module in the module cache.
func (m module) source(ctx context.Context) (string, error) {
	if m.path == "" {
		return m.dir, nil
	}
	text, err := goOutput(ctx, m.dir, "mod", "download", "-json", m.path)
	if err != nil {
		return "", err
	}
	var download struct{ Dir string }
	if err := json.Unmarshal([]byte(text), &download); err != nil {
		return "", fmt.Errorf("go mod download %s: %w", m.path, err)
	}
	return download.Dir, nil
}

// command returns the import path of the part's command: the only one there is, or the one
// that has the part's name.
func (m module) command(p Part) (string, error) {
	if p.isBatch() {
		return "./batch", nil
	}
	if len(m.tools) == 1 {
		return m.tools[0], nil
	}
	for _, tool := range m.tools {
		if binaryName(tool) == string(p) {
			return tool, nil
		}
	}
	return "", fmt.Errorf("no tool directive in go.mod has the name %s", p)
}

// binaryName returns the name that go build gives to a command: the last element of its import
// path that is no major version.
func binaryName(tool string) string {
	name := path.Base(tool)
	if _, err := strconv.Atoi(strings.TrimPrefix(name, "v")); err == nil {
		name = path.Base(path.Dir(tool))
	}
	return name
}

// stalePackages returns the import paths that a build of the commands would have to compile.
// It downloads what is missing; stderr gets a line for each download.
func (m module) stalePackages(ctx context.Context, stderr io.Writer, commands []string) (map[string]bool, error) {
	// A command is stale until it is installed, which these never are.
	const format = `{{if and .Stale (ne .Name "main") (ne .StaleReason "not installed but available in build cache")}}{{.ImportPath}}{{end}}`
	args := append([]string{"list", "-deps", "-f", format}, m.buildFlags()...)
	cmd := goCommand(ctx, m.dir, append(args, commands...)...)
	cmd.Stderr = stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	stale := make(map[string]bool)
	for path := range strings.Lines(string(out)) {
		stale[strings.TrimSpace(path)] = true
	}
	return stale, nil
}
