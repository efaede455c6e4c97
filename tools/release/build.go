package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A platform is what a binary runs on.
type platform struct{ os, arch string }

func (p platform) String() string { return p.os + "/" + p.arch }

var (
	inClusters = []platform{{"linux", "amd64"}, {"linux", "arm64"}}
	onDesks    = append(inClusters[:2:2],
		platform{"darwin", "amd64"}, platform{"darwin", "arm64"},
		platform{"windows", "amd64"}, platform{"windows", "arm64"})
)

// A program is one of the commands in cmd.
type program struct {
	name      string
	platforms []platform
	inImage   bool
	manuals   bool // it writes manual pages of itself
}

var (
	webhook  = program{name: "webhook", platforms: inClusters, inImage: true}
	programs = []program{webhook, {name: "corefile", platforms: onDesks, manuals: true}, {name: "kubectl-corewarden", platforms: onDesks}}
)

// A binary is a program for one platform.
type binary struct {
	platform
	path string
}

type binaries []binary

func (bs binaries) paths() []string {
	var paths []string
	for _, b := range bs {
		paths = append(paths, b.path)
	}
	return paths
}

// buildProgram builds a program for all its platforms into a folder.
func (r release) buildProgram(ctx context.Context, folder string, p program) (binaries, error) {
	var built binaries
	for _, on := range p.platforms {
		path := filepath.Join(folder, fmt.Sprintf("%s-%s-%s", p.name, on.os, on.arch))
		if on.os == "windows" {
			path += ".exe"
		}
		if err := r.build(ctx, p.name, on, path); err != nil {
			return nil, err
		}
		r.wrote(path)
		built = append(built, binary{on, path})
	}
	return built, nil
}

// build builds one binary. What is in it depends on the commit and the toolchain alone: on no
// path of this machine, no C compiler and no environment.
func (r release) build(ctx context.Context, name string, on platform, path string) error {
	ldflags := []string{"-s", "-w", "-buildid=", "-X", "corewarden/buildinfo.revision=" + r.source.revision}
	if r.version != "" {
		ldflags = append(ldflags, "-X", "corewarden/buildinfo.version="+r.version)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", strings.Join(ldflags, " "), "-o", path, "./cmd/"+name)
	cmd.Dir = r.root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOOS="+on.os, "GOARCH="+on.arch, "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=", "GOFIPS140=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s for %s: %w\n%s", name, on, err, out)
	}
	return nil
}
