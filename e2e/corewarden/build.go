package corewarden

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Build builds the webhook where `make build` does and returns its path. To link it takes ten
// times as long as to see that it is up to date, which it is for all but the first cluster.
func Build(ctx context.Context) (binary string, err error) {
	folder := filepath.Join(repository(), "bin")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	// Others must not start what is not written yet.
	lock, err := os.OpenFile(filepath.Join(folder, ".webhook.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	binary = filepath.Join(folder, "webhook")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/webhook")
	build.Dir = repository()
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the webhook: %w\n%s", err, out)
	}
	return binary, nil
}
