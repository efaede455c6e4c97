package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
)

// writeManuals packs the manual pages that a program writes of itself. It needs one of the
// binaries to run on this machine.
func (r release) writeManuals(ctx context.Context, p program, built binaries) error {
	i := slices.IndexFunc(built, func(b binary) bool { return b.platform == platform{runtime.GOOS, runtime.GOARCH} })
	if i < 0 {
		return fmt.Errorf("manual pages: no %s was built for %s/%s", p.name, runtime.GOOS, runtime.GOARCH)
	}
	folder, err := os.MkdirTemp("", "manuals")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if out, err := exec.CommandContext(ctx, built[i].path, "man", folder).CombinedOutput(); err != nil {
		return fmt.Errorf("manual pages: %w\n%s", err, out)
	}
	packed, err := r.pack(folder, "man1/", func(_ string, text []byte) ([]byte, error) { return text, nil })
	if err != nil {
		return fmt.Errorf("manual pages: %w", err)
	}
	return r.write(p.name+"-man.tar.gz", packed)
}
