// Package process runs the programs that the tests need beside them. Every one of them ends
// with the process that started it, even where that is killed.
package process

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// A Child is one run of a program.
type Child struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how it ended; set before done is closed
}

// Start starts a program in a thread of its own that lives as long as the program does: the
// kernel ends the program with the thread that started it, not only with this process. Where
// enter is set, the thread calls it first: to enter namespaces.
func Start(cmd *exec.Cmd, enter func() error) (*Child, error) {
	c := newChild(cmd)
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread goes with this goroutine
		var err error
		if enter != nil {
			err = enter()
		}
		if err == nil {
			err = cmd.Start()
		}
		started <- err
		if err == nil {
			c.wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}

// StartOn starts a program on a thread of the caller's, which do runs a function on. The
// program ends with that thread.
func StartOn(cmd *exec.Cmd, do func(func())) (*Child, error) {
	c := newChild(cmd)
	var err error
	do(func() { err = cmd.Start() })
	if err != nil {
		return nil, err
	}
	go c.wait()
	return c, nil
}

func newChild(cmd *exec.Cmd) *Child {
	cmd.SysProcAttr = childAttributes()
	return &Child{cmd: cmd, done: make(chan struct{})}
}

func (c *Child) wait() {
	c.err = c.cmd.Wait()
	close(c.done)
}

// Done is closed when the program has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// State returns how the program has ended, or nil while it runs.
func (c *Child) State() *os.ProcessState {
	if c.alive() {
		return nil
	}
	return c.cmd.ProcessState
}

// Signal reaches the program; that it has just ended is no error.
func (c *Child) Signal(signal os.Signal) error {
	if err := c.cmd.Process.Signal(signal); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// Kill ends the program at once, and returns when it has ended.
func (c *Child) Kill() error {
	if err := c.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-c.done
	return nil
}

func (c *Child) alive() bool {
	if c == nil {
		return false
	}
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}
