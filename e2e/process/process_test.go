package process

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// newShell returns a process that runs a shell script and is ready when the script
// has made the file "ready".
func newShell(dir, script string) *Process {
	return New(Program{
		Name: "shell",
		Path: "/bin/sh",
		Args: []string{"-c", script},
		Dir:  dir,
		Log:  filepath.Join(dir, "shell.log"),
		Ready: func(context.Context) error {
			_, err := os.Stat(filepath.Join(dir, "ready"))
			return err
		},
		Grace: time.Minute,
	})
}

func TestProcess(t *testing.T) {
	t.Parallel()

	t.Run("one that ends while starting shows the end of its log", func(t *testing.T) {
		t.Parallel()
		p := newShell(t.TempDir(), "echo the first line; for i in $(seq 20); do echo line $i; done; exit 3")
		err := p.Start(t.Context())
		if err == nil || !strings.Contains(err.Error(), "shell ended while starting: exit status 3") ||
			!strings.HasSuffix(err.Error(), "line 20") || strings.Contains(err.Error(), "the first line") {
			t.Errorf("error is:\n%v\nwant the exit status and the last %d lines", err, tailLines)
		}
	})

	t.Run("one whose port is taken says so", func(t *testing.T) {
		t.Parallel()
		p := newShell(t.TempDir(), "echo listen tcp 127.0.0.1:1: bind: address already in use; exit 1")
		if err := p.Start(t.Context()); !errors.Is(err, ErrPortTaken) {
			t.Errorf("error is %v, want ErrPortTaken", err)
		}
	})

	t.Run("one that never becomes ready is waited for as long as the context allows", func(t *testing.T) {
		t.Parallel()
		p := newShell(t.TempDir(), "exec sleep 600")
		ctx, cancel := context.WithTimeout(t.Context(), 2*readyPoll)
		defer cancel()
		if err := p.Start(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v, want that the deadline passed", err)
		}
		mustEnd(t, p.Stop)
	})

	t.Run("one that runs is not started again", func(t *testing.T) {
		t.Parallel()
		p := mustStart(t, "touch ready; exec sleep 600")
		if err := p.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "running already") {
			t.Errorf("error is %v, want that it is running already", err)
		}
		mustEnd(t, p.Kill)
	})

	t.Run("Stop lets it end by itself", func(t *testing.T) {
		t.Parallel()
		p := mustStart(t, "trap 'echo goodbye; exit 0' TERM; touch ready; while :; do sleep 0.01; done")
		mustEnd(t, p.Stop)
		if log := p.LogTail(); log != "goodbye" {
			t.Errorf("the log is %q, want its last word", log)
		}
	})

	t.Run("Stop kills it after the grace", func(t *testing.T) {
		t.Parallel()
		p := mustStart(t, "trap '' TERM; touch ready; while :; do sleep 0.01; done")
		p.program.Grace = readyPoll
		mustEnd(t, p.Stop)
	})

	t.Run("one that ended badly says how, with the end of its log", func(t *testing.T) {
		t.Parallel()
		p := mustStart(t, "trap 'echo not now; exit 3' TERM; touch ready; while :; do sleep 0.01; done")
		if err := p.Err(); err != nil {
			t.Errorf("while it runs, the error is %v", err)
		}
		mustEnd(t, p.Stop)
		if err := p.Err(); err == nil || !strings.Contains(err.Error(), "shell ended badly: exit status 3") || !strings.HasSuffix(err.Error(), "not now") {
			t.Errorf("the error is %v, want the exit status and the last words", err)
		}
	})

	t.Run("one that ends by itself is waited for", func(t *testing.T) {
		t.Parallel()
		p := mustStart(t, "touch ready; while [ ! -e go ]; do sleep 0.01; done")
		short, cancel := context.WithTimeout(t.Context(), 2*readyPoll)
		defer cancel()
		if err := p.Wait(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while it runs, Wait returns %v", err)
		}
		if err := os.WriteFile(filepath.Join(p.program.Dir, "go"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(p.Wait(t.Context()), p.Err()); err != nil || p.PID() != 0 {
			t.Errorf("the error is %v and the process id %d, want neither", err, p.PID())
		}
		if err := p.Signal(os.Interrupt); err == nil {
			t.Error("it can be signaled though it has ended")
		}
	})

	t.Run("Restart keeps the log of the life before", func(t *testing.T) {
		t.Parallel()
		p := mustStart(t, "echo life; touch ready; exec sleep 600")
		before := p.PID()
		if err := p.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := p.PID(); after == 0 || after == before {
			t.Errorf("the process id went from %d to %d, want another process", before, after)
		}
		mustEnd(t, p.Kill)
		if log := p.LogTail(); !strings.HasPrefix(log, "life") {
			t.Errorf("the log is %q, want what it printed before", log)
		}
	})

	t.Run("it gets nothing of our environment but the search path", func(t *testing.T) {
		t.Parallel()
		p := mustStart(t, "env; touch ready; exec sleep 600")
		mustEnd(t, p.Kill)
		for line := range strings.Lines(p.LogTail()) {
			name, _, _ := strings.Cut(line, "=")
			if !strings.Contains(" PATH HOME TMPDIR PWD OLDPWD SHLVL _ ", " "+name+" ") {
				t.Errorf("it has %s", line)
			}
		}
	})
}

func mustStart(t *testing.T, script string) *Process {
	t.Helper()
	p := newShell(t.TempDir(), script)
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// mustEnd calls Stop or Kill, and once more, as that must do no harm.
func mustEnd(t *testing.T, end func() error) {
	t.Helper()
	for range 2 {
		if err := end(); err != nil {
			t.Fatal(err)
		}
	}
}
