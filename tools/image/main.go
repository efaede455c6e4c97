// Command image packs a static binary into an image from scratch, with no container engine and
// no registry, and writes an OCI image layout in a tar:
//
//	go run -C tools/image . -ref corewarden/webhook:dev -o FILE.tar -platform linux/amd64=BINARY
//
// `ctr images import`, `podman load` and `docker load` read it. Paths are relative to tools/image,
// because of go run's -C; give absolute ones. The same input makes the same bytes: every time
// in the image is 1970, or SOURCE_DATE_EPOCH where the image says when it was created.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// A recipe is what the command line says an image is made of.
type recipe struct {
	ref        string // name and tag
	user       string
	entrypoint string // where the binary goes
	capability string // of the binary's file
	labels     map[string]string
	platforms  []platform
	files      []file // beside the binary
	created    time.Time
}

// A platform has a binary of its own.
type platform struct{ os, arch, binary string }

// A file, or a folder with what is in it, is copied into the image.
type file struct{ source, target string }

func run(args []string, stdout, stderr io.Writer) error {
	r := recipe{labels: make(map[string]string)}
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	flags.SetOutput(stderr)
	output := flags.String("o", "", "the `file` to write")
	flags.StringVar(&r.ref, "ref", "", "`name:tag` of the image")
	flags.StringVar(&r.user, "user", "65532:65532", "`uid:gid` that the binary runs as")
	flags.StringVar(&r.entrypoint, "entrypoint", "/webhook", "`path` of the binary in the image")
	flags.StringVar(&r.capability, "capability", "", "`name` of a file capability of the binary: net_bind_service")
	flags.Func("label", "a `key=value`; may be repeated", r.addLabel)
	flags.Func("file", "`source=/target`, a file or folder that is copied; links are followed; may be repeated", r.addFile)
	flags.Func("platform", "`os/arch=binary`; may be repeated", r.addPlatform)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if r.ref == "" || *output == "" || len(r.platforms) == 0 {
		return errors.New("-ref, -o and at least one -platform are required")
	}
	var err error
	if r.created, err = sourceDate(os.Getenv("SOURCE_DATE_EPOCH")); err != nil {
		return err
	}
	archive, digest, err := r.archive()
	if err != nil {
		return err
	}
	if err := os.WriteFile(*output, archive, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s@%s\n", imageName(r.ref), digest)
	return nil
}

func (r *recipe) addLabel(value string) error {
	key, text, found := strings.Cut(value, "=")
	if !found || key == "" {
		return errors.New("write key=value")
	}
	r.labels[key] = text
	return nil
}

func (r *recipe) addFile(value string) error {
	source, target, found := strings.Cut(value, "=")
	if !found || source == "" || !strings.HasPrefix(target, "/") {
		return errors.New("write source=/target")
	}
	r.files = append(r.files, file{source, target})
	return nil
}

func (r *recipe) addPlatform(value string) error {
	name, binary, found := strings.Cut(value, "=")
	system, arch, slash := strings.Cut(name, "/")
	if !found || !slash || system == "" || arch == "" || binary == "" || strings.Contains(arch, "/") {
		return errors.New("write os/arch=binary, such as linux/amd64=bin/webhook")
	}
	r.platforms = append(r.platforms, platform{system, arch, binary})
	return nil
}

// sourceDate returns the time that SOURCE_DATE_EPOCH names, or 1970.
func sourceDate(epoch string) (time.Time, error) {
	if epoch == "" {
		return time.Unix(0, 0).UTC(), nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %q is not a number of seconds", epoch)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// imageName returns the whole name of an image, as a kubelet asks its runtime for it: names
// without a registry are Docker Hub's.
func imageName(ref string) string {
	first, _, found := strings.Cut(ref, "/")
	switch {
	case !found:
		return "docker.io/library/" + ref
	case !strings.ContainsAny(first, ".:") && first != "localhost":
		return "docker.io/" + ref
	}
	return ref
}
