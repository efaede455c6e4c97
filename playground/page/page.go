// Package page makes the page on which people try the checker: one HTML file with all that it
// needs, the checker as WebAssembly included.
package page

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"corewarden/corefile/release"
	"corewarden/playground"
)

//go:embed index.html
var index string

//go:embed style.css
var style string

//go:embed script.js
var script string

// example is what the page shows first: an error, a warning and a name to trace.
const example = `shop.example {
    forwrad . 10.0.0.53
    cache 30s
}
`

// types are the types of records that a name can be traced for.
var types = []string{"A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"}

// A group is the platforms of one name.
type group struct {
	Name      string
	Platforms []playground.Platform
}

// platform is what the script knows of a platform.
type platform struct {
	ID    string            `json:"id"`
	Note  string            `json:"note"`
	Bases map[string]string `json:"bases"` // by server
}

// Build returns the page, with the checker as the go command builds it from the repository. The
// same source and toolchain make the same bytes.
func Build(ctx context.Context, repository, version string) ([]byte, error) {
	checker, err := build(ctx, repository)
	if err != nil {
		return nil, err
	}
	glue, err := runtimeOf(ctx, repository)
	if err != nil {
		return nil, err
	}
	return render(checker, glue, version)
}

// build returns the checker as WebAssembly.
func build(ctx context.Context, repository string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "playground")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	output := filepath.Join(folder, "checker.wasm")
	if _, err := run(ctx, repository, "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", output, "./playground/wasm"); err != nil {
		return nil, err
	}
	return os.ReadFile(output)
}

// runtimeOf returns the JavaScript that a program in WebAssembly needs around it. It belongs to
// the toolchain.
func runtimeOf(ctx context.Context, repository string) (string, error) {
	root, err := run(ctx, repository, "env", "GOROOT")
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(root), "lib", "wasm", "wasm_exec.js"))
	return string(text), err
}

func run(ctx context.Context, repository string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = repository
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOWASM=", "GOEXPERIMENT=", "GOFIPS140=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, stderr.String())
	}
	return string(out), nil
}

// render returns the page around a checker.
func render(checker []byte, glue, version string) ([]byte, error) {
	var packed bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := zipped.Write(checker); err != nil {
		return nil, err
	}
	if err := zipped.Close(); err != nil {
		return nil, err
	}
	whole := glue + "\n" + script
	data := map[string]any{
		// Nothing runs but what is in the page, and nothing leaves it.
		"Policy": fmt.Sprintf("default-src 'none'; base-uri 'none'; form-action 'none'; style-src %s; script-src %s 'wasm-unsafe-eval'",
			sourceOf(style), sourceOf(whole)),
		"Style": template.CSS(style), "Script": template.JS(whole),
		"Checker":   template.HTML(base64.StdEncoding.EncodeToString(packed.Bytes())),
		"Version":   version,
		"Example":   example,
		"Types":     types,
		"Groups":    groups(),
		"Platforms": platforms(),
		"CoreDNS":   versions(func(r release.Release) bool { return r.HasAll() }),
		"NodeCache": versions(func(r release.Release) bool { return !r.HasAll() }),
	}
	var page bytes.Buffer
	if err := template.Must(template.New("page").Parse(index)).Execute(&page, data); err != nil {
		return nil, err
	}
	return page.Bytes(), nil
}

// sourceOf names a script or style for a Content-Security-Policy.
func sourceOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func groups() []group {
	var all []group
	for _, p := range playground.Platforms() {
		if len(all) == 0 || all[len(all)-1].Name != p.Group {
			all = append(all, group{Name: p.Group})
		}
		last := &all[len(all)-1]
		last.Platforms = append(last.Platforms, p)
	}
	return all
}

func platforms() []platform {
	var all []platform
	for _, p := range playground.Platforms() {
		bases := map[string]string{}
		for server, text := range map[string]string{"coredns": p.CoreDNS, "node-local-dns": p.NodeLocalDNS} {
			if text != "" {
				bases[server] = text
			}
		}
		all = append(all, platform{p.ID, p.Note, bases})
	}
	return all
}

// versions returns those of some releases, the newest first, and what is not released at the end.
func versions(of func(release.Release) bool) []string {
	var all, unreleased []string
	for _, r := range release.All() {
		if !of(r) {
			continue
		}
		version := r.Name[strings.LastIndex(r.Name, " ")+1:]
		if version == "head" {
			unreleased = append(unreleased, version)
			continue
		}
		all = append(all, version)
	}
	slices.Reverse(all)
	return append(all, unreleased...)
}
