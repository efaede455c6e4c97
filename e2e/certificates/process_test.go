package certificates_test

import (
	"bytes"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"corewarden/e2e/process"
)

// A container is a process that is started again when it ends, as the kubelet does with a container.
type container struct {
	binary string
	home   string

	mu      sync.Mutex
	args    []string
	running *process.Child
	log     bytes.Buffer // over all lives
	line    string       // the last one, while it is not complete
	lives   int
	stopped bool
	done    chan struct{} // closed when no life follows

	// killAt are what log lines say at which the process is killed, in this order.
	killAt []string
}

// start starts the process; it runs until the test ends.
func start(t *testing.T, binary, home string, args ...string) *container {
	t.Helper()
	p := &container{binary: binary, home: home, args: args, done: make(chan struct{})}
	first := make(chan error, 1)
	go p.supervise(first)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Logf("%s had %d lives; the end of its log:\n%s", args[0], p.lives, p.text())
		}
	})
	return p
}

func (p *container) supervise(first chan<- error) {
	defer close(p.done)
	for {
		p.mu.Lock()
		if p.stopped {
			p.mu.Unlock()
			return
		}
		cmd := exec.Command(p.binary, p.args...)
		cmd.Env = []string{"HOME=" + p.home} // no credentials but those in the arguments
		cmd.Stderr = p
		p.lives++
		running, err := process.Start(cmd, nil)
		p.running = running
		p.mu.Unlock()
		if first != nil {
			first <- err
			first = nil
		}
		if err != nil {
			return
		}
		<-running.Done() // that it was killed is no news
	}
}

// Write takes what the process logs. It kills the process at the line that is next in killAt:
// just before the process does what the line says, or while it does.
func (p *container) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log.Write(text)
	p.line += string(text)
	for {
		line, rest, complete := strings.Cut(p.line, "\n")
		if !complete {
			return len(text), nil
		}
		p.line = rest
		if len(p.killAt) > 0 && strings.Contains(line, p.killAt[0]) {
			p.killAt = p.killAt[1:]
			_ = p.running.Signal(syscall.SIGKILL)
		}
	}
}

// unkilled returns how many lines of killAt are still to come.
func (p *container) unkilled() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.killAt)
}

// killNext has the process killed at log lines, one after the other.
func (p *container) killNext(lines ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killAt = lines
}

// restart ends the process and has it started with other arguments.
func (p *container) restart(args ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.args = args
	_ = p.running.Signal(syscall.SIGTERM)
}

// stop ends the process for good.
func (p *container) stop() {
	p.mu.Lock()
	p.stopped = true
	_ = p.running.Signal(syscall.SIGTERM)
	p.mu.Unlock()
	<-p.done
}

// stackTrace is what log lines of errors end with.
var stackTrace = regexp.MustCompile(`,"stacktrace":"[^"]*(\\.[^"]*)*"`)

// text returns the end of the log.
func (p *container) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := strings.Split(stackTrace.ReplaceAllString(p.log.String(), ""), "\n")
	return strings.Join(lines[max(0, len(lines)-60):], "\n")
}
