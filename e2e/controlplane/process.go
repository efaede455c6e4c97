package controlplane

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
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

var errPortTaken = errors.New("its port was taken by another program")

// A Program says how a process is started and how it shows that it is ready.
type Program struct {
	Name  string
	Path  string
	Args  []string
	Dir   string                          // its working directory and home
	Log   string                          // file that gets everything it prints, over all starts
	Ready func(ctx context.Context) error // asks the process; nil when it is ready
	Grace time.Duration                   // how long Stop waits before it kills
	// Enter, where it is set, is called on the thread that starts the process, which does
	// nothing else and ends with it: to enter namespaces.
	Enter func() error
}

// A Process is one program of the cluster. It can be stopped and started again with
// the same ports, credentials and data.
type Process struct {
	program Program

	mu      sync.Mutex
	running *run // nil when it never ran
}

// run is one life of a process.
type run struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how it ended; set before done is closed
}

// NewProcess returns a process that has not been started yet.
func NewProcess(program Program) *Process { return &Process{program: program} }

// Start starts the process and waits until it is ready. It is an error when it is
// running already.
func (p *Process) Start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running.alive() {
		return fmt.Errorf("%s is running already", p.program.Name)
	}
	r, err := p.launch()
	if err != nil {
		return fmt.Errorf("start %s: %w", p.program.Name, err)
	}
	p.running = r
	return p.waitReady(ctx, r)
}

// launch starts the program in a thread of its own that lives as long as the program
// does: the kernel ends the program with the thread that started it, not only with
// this process.
func (p *Process) launch() (*run, error) {
	log, err := os.OpenFile(p.program.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the program has its own copy
	cmd := exec.Command(p.program.Path, p.program.Args...)
	cmd.Dir = p.program.Dir
	cmd.Env = environment(p.program.Dir)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = childAttributes()

	r := &run{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread goes with this goroutine
		err := p.enter()
		if err == nil {
			err = cmd.Start()
		}
		started <- err
		if err == nil {
			r.err = cmd.Wait()
			close(r.done)
		}
	}()
	return r, <-started
}

func (p *Process) enter() error {
	if p.program.Enter == nil {
		return nil
	}
	return p.program.Enter()
}

func (p *Process) waitReady(ctx context.Context, r *run) error {
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for {
		notReady := p.program.Ready(ctx)
		switch {
		case notReady == nil:
			return nil
		case !r.alive():
			cause := r.err
			if strings.Contains(p.LogTail(), "address already in use") {
				cause = errPortTaken
			}
			return p.explain("ended while starting", cause)
		case ctx.Err() != nil:
			return p.explain("did not become ready", fmt.Errorf("%w (%w)", ctx.Err(), notReady))
		}
		select {
		case <-r.done:
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
	if err := p.running.signal(signal); err != nil {
		return fmt.Errorf("end %s: %w", p.program.Name, err)
	}
	select {
	case <-p.running.done:
	case <-time.After(p.program.Grace):
		if err := p.running.signal(syscall.SIGKILL); err != nil {
			return fmt.Errorf("kill %s: %w", p.program.Name, err)
		}
		<-p.running.done
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

func (r *run) alive() bool {
	if r == nil {
		return false
	}
	select {
	case <-r.done:
		return false
	default:
		return true
	}
}

// signal reaches the process; that it has just ended is no error.
func (r *run) signal(s syscall.Signal) error {
	if err := r.cmd.Process.Signal(s); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
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

// environment leaves a program nothing of the person who runs it but the search path:
// no settings (etcd takes all of its flags from the environment as well), no proxy and
// no place for caches outside the cluster's folder.
func environment(dir string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir,
		"GOGC=400", // a start allocates much, and processors are scarcer than memory
	}
}
