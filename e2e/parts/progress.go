package parts

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	terminalInterval = 200 * time.Millisecond // between updates of the one line
	logInterval      = 15 * time.Second       // between lines where nobody watches
	keptLines        = 40                     // of go's output, to explain a failure
)

// progress tells a person how far a build is. It reads what the go command writes on
// stderr: one line for each download and for each package that it compiles.
type progress struct {
	out      io.Writer
	name     string
	terminal bool
	started  time.Time
	stop     chan struct{}
	stopped  sync.WaitGroup

	mu        sync.Mutex
	partial   []byte          // a line of the go command's that is not complete yet
	downloads int             // modules downloaded so far
	expected  map[string]bool // packages still to be compiled; nil while that is not known
	total     int             // packages to compile in all
	messages  []string        // anything else, such as compile errors
}

func startProgress(out io.Writer, name string) *progress {
	p := &progress{out: out, name: name, terminal: isTerminal(out), started: time.Now(), stop: make(chan struct{})}
	interval := logInterval
	if p.terminal {
		interval = terminalInterval
	}
	p.report()
	p.stopped.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				p.report()
			case <-p.stop:
				return
			}
		}
	})
	return p
}

// expect says which packages the build has to compile.
func (p *progress) expect(packages map[string]bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected, p.total = packages, len(packages)
}

// Write takes the go command's output.
func (p *progress) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.partial = append(p.partial, text...)
	for {
		line, rest, ok := bytes.Cut(p.partial, []byte("\n"))
		if !ok {
			return len(text), nil
		}
		p.partial = rest
		p.line(string(line))
	}
}

func (p *progress) line(line string) {
	switch {
	case p.expected[line]:
		delete(p.expected, line)
	case strings.HasPrefix(line, "go: downloading "):
		p.downloads++
	default:
		p.messages = append(p.messages, line)
		if len(p.messages) > keptLines {
			p.messages = slices.Delete(p.messages, 0, 1)
		}
	}
}

// status describes the state after some time, such as
// "compiled 512 of 2590 packages (1m5s, about 4m left)".
func (p *progress) status(elapsed time.Duration) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	what, left := "linking", ""
	switch compiled := p.total - len(p.expected); {
	case p.expected == nil && p.downloads == 0:
		what = "looking at its packages"
	case p.expected == nil:
		what = fmt.Sprintf("downloaded %d modules", p.downloads)
	case compiled < p.total:
		what = fmt.Sprintf("compiled %d of %d packages", compiled, p.total)
		left = timeLeft(elapsed, compiled, p.total)
	}
	return fmt.Sprintf("%s (%s%s)", what, elapsed.Round(time.Second), left)
}

// timeLeft estimates how long the rest takes, once there is enough to judge by.
func timeLeft(elapsed time.Duration, compiled, total int) string {
	if compiled < total/20 || compiled == 0 {
		return ""
	}
	left := elapsed * time.Duration(total-compiled) / time.Duration(compiled)
	if left < time.Minute {
		return ", less than 1m left"
	}
	return fmt.Sprintf(", about %.0fm left", left.Minutes())
}

func (p *progress) report() {
	p.print(p.status(time.Since(p.started)), false)
}

func (p *progress) finish(err error) {
	close(p.stop)
	p.stopped.Wait()
	if err != nil {
		p.print("failed", true)
		return
	}
	p.print(fmt.Sprintf("built in %s", time.Since(p.started).Round(time.Second)), true)
}

// print writes a line, on a terminal in place of the one before.
func (p *progress) print(text string, last bool) {
	start, end := "", "\n"
	if p.terminal {
		const clearLine = "\r\x1b[K"
		start = clearLine
		if !last {
			end = ""
		}
	}
	fmt.Fprintf(p.out, "%s%s: %s%s", start, p.name, text, end)
}

// explain adds the end of the go command's output to an error of its own.
func (p *progress) explain(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.messages) == 0 {
		return err
	}
	return fmt.Errorf("%w\n%s", err, strings.Join(p.messages, "\n"))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
