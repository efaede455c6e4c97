package parts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// interruptGrace is how long an interrupted go command may take to clean up.
	interruptGrace = 5 * time.Second
	// lockRetry is how often a build looks whether another one has finished.
	lockRetry = 200 * time.Millisecond
)

// build returns the folder with the module's binaries, of which it builds the wanted
// ones that are missing. A binary appears whole or not at all.
func (b *Builder) build(ctx context.Context, m module, wanted []Part) (string, error) {
	finished := filepath.Join(b.Cache, m.key)
	if len(missing(finished, wanted)) == 0 {
		return finished, nil
	}
	if err := os.MkdirAll(b.Cache, 0o755); err != nil {
		return "", err
	}
	unlock, err := b.lock(ctx, m)
	if err != nil {
		return "", err
	}
	defer unlock()
	wanted = missing(finished, wanted)
	if len(wanted) == 0 { // built while we waited
		return finished, nil
	}

	// The lock is ours, so what is here was left by a build that was killed.
	unfinished := filepath.Join(b.Cache, filepath.Base(m.dir)+".unfinished")
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	defer os.RemoveAll(unfinished)
	if err := b.compile(ctx, m, wanted, unfinished); err != nil {
		return "", fmt.Errorf("build %s: %w", m.name, err)
	}
	if err := os.MkdirAll(finished, 0o755); err != nil {
		return "", err
	}
	for _, p := range wanted {
		if err := os.Rename(filepath.Join(unfinished, string(p)), filepath.Join(finished, string(p))); err != nil {
			return "", err
		}
	}
	return finished, nil
}

// missing returns the parts whose binaries are not in the folder.
func missing(folder string, wanted []Part) []Part {
	return slices.DeleteFunc(slices.Clone(wanted), func(p Part) bool { return isExecutable(filepath.Join(folder, string(p))) })
}

// compile builds the commands of the wanted parts into a new folder.
func (b *Builder) compile(ctx context.Context, m module, wanted []Part, into string) (err error) {
	progress := startProgress(b.Output, m.name)
	defer func() { progress.finish(err) }()

	var commands []string
	for _, p := range wanted {
		command, err := m.command(p)
		if err != nil {
			return err
		}
		commands = append(commands, command)
	}
	stale, err := m.stalePackages(ctx, progress, commands)
	if err != nil {
		return progress.explain(err)
	}
	progress.expect(stale)

	if err := os.Mkdir(into, 0o755); err != nil {
		return err
	}
	// A command's default name is the last element of its path, which is not
	// always the part's: etcd's is "server".
	output := into + string(filepath.Separator)
	if len(wanted) == 1 {
		output = filepath.Join(into, string(wanted[0]))
	}
	args := append([]string{"build", "-v", "-o", output}, m.buildFlags()...)
	cmd := goCommand(ctx, m.dir, append(args, commands...)...)
	cmd.Stderr = progress
	if err := cmd.Run(); err != nil {
		return progress.explain(fmt.Errorf("go %s: %w", strings.Join(cmd.Args[1:], " "), err))
	}
	return nil
}

// lock waits until no other build of the module runs, in this process or another.
// The lock goes when its holder does, however that ends.
func (b *Builder) lock(ctx context.Context, m module) (unlock func(), err error) {
	path := filepath.Join(b.Cache, filepath.Base(m.dir)+".lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	told := false
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if !told {
			fmt.Fprintf(b.Output, "%s: waiting for another process that builds it\n", m.name)
			told = true
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("waiting for another build of %s: %w", m.name, ctx.Err())
		case <-time.After(lockRetry):
		}
	}
}
