// Command releasediff prints what changed from one release of CoreDNS to another in what
// its configuration may be: directives and their order, the words that plugins look for in their
// arguments and blocks, and the files that read it.
//
//	go run ./tools/releasediff 1.14.7 1.15.0
//
// It reads the modules' source, which the go command downloads, and runs none of it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "releasediff:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 2 {
		return errors.New("usage: go run ./tools/releasediff OLD NEW, such as 1.14.7 1.15.0")
	}
	var releases [2]source
	for i, version := range args {
		dir, err := download(ctx, strings.TrimPrefix(version, "v"))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s=%s\n", [...]string{"old", "new"}[i], dir)
		if releases[i], err = read(os.DirFS(dir)); err != nil {
			return fmt.Errorf("CoreDNS %s: %w", version, err)
		}
	}
	fmt.Fprint(out, "# These set, the changes of a file are shown by: git diff --no-index $old/FILE $new/FILE\n")
	return report(out, releases[0], releases[1])
}

// download returns the folder of CoreDNS's module in the module cache.
func download(ctx context.Context, version string) (string, error) {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", "github.com/coredns/coredns@v"+version)
	cmd.Stderr = &stderr
	// It prints its object when it fails, too, with the reason in it.
	out, err := cmd.Output()
	var module struct{ Dir, Error string }
	if json.Unmarshal(out, &module) == nil && module.Error != "" {
		return "", errors.New(module.Error)
	}
	if err != nil {
		return "", fmt.Errorf("go mod download: %w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	return module.Dir, nil
}
