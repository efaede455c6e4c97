package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// readyPoll is how often a process that has been started is asked whether it
	// is ready.
	readyPoll = 50 * time.Millisecond
	// tailLines is how much of a log explains a failure.
	tailLines = 20
	// tailBytes is how far back those lines are looked for.
	tailBytes = 64 << 10
)

// ErrPortTaken is why a program ends that cannot listen where it was told to.
var ErrPortTaken = errors.New("its port was taken by another program")

// A Program says how a process is started and how it shows that it is ready.
type Program struct {
	Name  string
	Path  string
	Args  []string
	Dir   string                          // its working directory and home
	Env   []string                        // as NAME=value, besides Environment
	Log   string                          // file that gets everything it prints, over all starts
	Ready func(ctx context.Context) error // asks the process; nil when it is ready
	Grace time.Duration                   // how long Stop waits before it kills
	Enter func() error                    // as Start's; nil for none
}

// A Process is a program that can be stopped and started again with the same ports,
// credentials and data.
type Process struct {
	program Program

	mu      sync.Mutex
	running *Child // nil when it never ran
}

// New returns a process that has not been started yet.
func New(program Program) *Process { return &Process{program: program} }

// Start starts the process and waits until it is ready. It is an error when it is
// running already.
func (p *Process) Start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running.alive() {
		return fmt.Errorf("%s is running already", p.program.Name)
	}
	c, err := p.launch()
	if err != nil {
		return fmt.Errorf("start %s: %w", p.program.Name, err)
	}
	p.running = c
	return p.waitReady(ctx, c)
}

func (p *Process) launch() (*Child, error) {
	log, err := os.OpenFile(p.program.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the program has its own copy
	cmd := exec.Command(p.program.Path, p.program.Args...)
	cmd.Dir = p.program.Dir
	cmd.Env = append(Environment(p.program.Dir), p.program.Env...)
	cmd.Stdout, cmd.Stderr = log, log
	return Start(cmd, p.program.Enter)
}

func (p *Process) waitReady(ctx context.Context, c *Child) error {
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for {
		notReady := p.program.Ready(ctx)
		switch {
		case notReady == nil:
			return nil
		case !c.alive():
			cause := c.err
			if strings.Contains(p.LogTail(), "address already in use") {
				cause = ErrPortTaken
			}
			return p.explain("ended while starting", cause)
		case ctx.Err() != nil:
			return p.explain("did not become ready", fmt.Errorf("%w (%w)", ctx.Err(), notReady))
		}
		select {
		case <-c.done:
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// explain makes an error of what happened, why, and the end of the log.
func (p *Process) explain(what string, cause error) error {
	return fmt.Errorf("%s %s: %w; the end of its log:\n%s", p.program.Name, what, cause, p.LogTail())
}

// Stop asks the process to end, and kills it when it takes too long. A process that
// does not run is left alone.
func (p *Process) Stop() error { return p.end(syscall.SIGTERM) }

// Kill ends the process at once, as a crash would.
func (p *Process) Kill() error { return p.end(syscall.SIGKILL) }

func (p *Process) end(signal syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running.alive() {
		return nil
	}
	if err := p.running.Signal(signal); err != nil {
		return fmt.Errorf("end %s: %w", p.program.Name, err)
	}
	select {
	case <-p.running.done:
	case <-time.After(p.program.Grace):
		if err := p.running.Kill(); err != nil {
			return fmt.Errorf("kill %s: %w", p.program.Name, err)
		}
	}
	return nil
}

// Restart stops the process if it runs, starts it and waits until it is ready.
func (p *Process) Restart(ctx context.Context) error {
	if err := p.Stop(); err != nil {
		return err
	}
	return p.Start(ctx)
}

// Signal reaches the process, which has to run.
func (p *Process) Signal(signal os.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running.alive() {
		return fmt.Errorf("%s does not run", p.program.Name)
	}
	return p.running.Signal(signal)
}

// Wait waits until the process has ended.
func (p *Process) Wait(ctx context.Context) error {
	p.mu.Lock()
	running := p.running
	p.mu.Unlock()
	if !running.alive() {
		return nil
	}
	select {
	case <-running.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Err returns how the process has ended, with the end of its log; nil if it has ended well,
// runs, or never ran.
func (p *Process) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running == nil || p.running.alive() || p.running.err == nil {
		return nil
	}
	return p.explain("ended badly", p.running.err)
}

// PID returns the process id, or 0 when the process does not run.
func (p *Process) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running.alive() {
		return 0
	}
	return p.running.cmd.Process.Pid
}

// LogTail returns the last lines of what the process printed.
func (p *Process) LogTail() string {
	text, err := readTail(p.program.Log)
	if err != nil {
		return fmt.Sprintf("(no log: %v)", err)
	}
	lines := bytes.Split(bytes.TrimRight(text, "\n"), []byte("\n"))
	lines = lines[max(0, len(lines)-tailLines):]
	return string(bytes.Join(lines, []byte("\n")))
}

func readTail(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	text := make([]byte, min(info.Size(), tailBytes))
	n, err := f.ReadAt(text, info.Size()-int64(len(text)))
	return text[:n], err
}

// Environment leaves a program nothing of the person who runs it but the search path:
// no settings (etcd takes all of its flags from the environment as well), no proxy and
// no place for caches outside the cluster's folder.
func Environment(dir string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir}
}
