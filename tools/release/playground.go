package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
)

const playgroundPage = "playground.html"

// writePlayground writes the page on which people try the checker, by tools/playground.
func (r release) writePlayground(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "go", "run", "-trimpath", "./tools/playground", "-version", r.tag(), "-o", filepath.Join(r.output, playgroundPage))
	cmd.Dir = r.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("playground: %w\n%s", err, out)
	}
	r.wrote(playgroundPage)
	return nil
}
