// Command release builds what users get into a folder: the binaries, the image, a list of what
// is in them, the manifests, the chart, and the checksums of all. The same commit makes the
// same bytes. `make release VERSION=v1.2.3` and `make image` run it; docs/release.md says more.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "release:", err)
		stop()
		os.Exit(1)
	}
}

// A release is what is built, and where.
type release struct {
	root     string // of the repository
	output   string // the folder that is filled
	version  string // such as v1.2.3; empty for a build that is no release
	image    string // the image's name, without a tag
	docs     string // where people read this version's docs/, as a URL; empty where nobody knows
	programs []program
	source   source
	out      io.Writer
}

// tag is the image's.
func (r release) tag() string {
	if r.version == "" {
		return "dev"
	}
	return r.version
}

var semanticVersion = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$`)

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	r := release{out: stdout, programs: programs}
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&r.root, "root", "../..", "`folder` of the repository")
	flags.StringVar(&r.output, "o", "dist", "`folder` to fill, from the repository's root; it must not exist, or be empty")
	flags.StringVar(&r.version, "version", "", "`version` of the release, such as v1.2.3")
	flags.StringVar(&r.image, "image", "corewarden/webhook", "`name` of the image, without a tag")
	flags.StringVar(&r.docs, "docs", "", "`URL` of the folder docs of this version, for the runbooks that alerts name")
	imageOnly := flags.Bool("image-only", false, "write the image and the list of its contents, and nothing else")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var err error
	if r.root, err = filepath.Abs(r.root); err != nil {
		return err
	}
	if !filepath.IsAbs(r.output) {
		r.output = filepath.Join(r.root, r.output)
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case r.version == "" && !*imageOnly:
		return errors.New("which version? Set -version, or make's VERSION: make release VERSION=v1.2.3")
	case r.version != "" && !semanticVersion.MatchString(r.version):
		return fmt.Errorf("-version: %q is not a version such as v1.2.3 or v1.2.3-rc.1", r.version)
	}
	if r.source, err = readSource(ctx, r.root); err != nil {
		return err
	}
	if *imageOnly {
		return r.imageOnly(ctx)
	}
	return r.everything(ctx)
}

// imageOnly writes the image, over one that is there.
func (r release) imageOnly(ctx context.Context) error {
	if err := os.MkdirAll(r.output, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	binaries, err := r.buildProgram(ctx, work, webhook)
	if err != nil {
		return err
	}
	archive, err := r.writeImage(ctx, binaries)
	if err != nil {
		return err
	}
	return r.writeContents(webhook, append(binaries.paths(), archive))
}

// everything writes a whole release.
func (r release) everything(ctx context.Context) error {
	if entries, err := os.ReadDir(r.output); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty; remove it first", r.output)
	}
	if err := os.MkdirAll(r.output, 0o755); err != nil {
		return err
	}
	for _, p := range r.programs {
		if !isThere(filepath.Join(r.root, "cmd", p.name)) {
			fmt.Fprintf(r.out, "cmd/%s is not there: left out\n", p.name)
			continue
		}
		binaries, err := r.buildProgram(ctx, r.output, p)
		if err != nil {
			return err
		}
		if p.manuals {
			if err := r.writeManuals(ctx, p, binaries); err != nil {
				return err
			}
		}
		files := binaries.paths()
		if p.inImage {
			archive, err := r.writeImage(ctx, binaries)
			if err != nil {
				return err
			}
			files = append(files, archive)
		}
		if err := r.writeContents(p, files); err != nil {
			return err
		}
	}
	if err := errors.Join(r.writePlayground(ctx), r.writeManifests(), r.writeChart()); err != nil {
		return err
	}
	return r.writeChecksums()
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// write writes a file of the release and says so.
func (r release) write(name string, content []byte) error {
	if err := os.WriteFile(filepath.Join(r.output, name), content, 0o644); err != nil {
		return err
	}
	r.wrote(name)
	return nil
}

func (r release) wrote(path string) {
	fmt.Fprintln(r.out, strings.TrimPrefix(path, r.output+string(filepath.Separator)))
}
