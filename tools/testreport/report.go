package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// An event is one line of `go test -json`; see `go doc test2json` and, for those
// of a build, `go help buildjson`.
type event struct {
	Action  string
	Package string // empty for those of a build
	Test    string // empty for those of the package as a whole
	Output  string
	Elapsed float64 // seconds
}

// A report is what has been read so far.
type report struct {
	out            io.Writer
	packages       map[string]*packageRun // those that have not ended
	passed, failed int
	skipped        map[string]int // package, test and reason -> how many
	failures       []failure
	flaky          []failure // those that passed when they were run again
}

// A failure is a test that failed, or a package as a whole: that has no test.
type failure struct{ pkg, test string }

func (f failure) String() string { return strings.TrimSpace(f.pkg + " " + f.test) }

// top returns the function that the test is, or is a subtest of.
func (f failure) top() failure {
	f.test, _, _ = strings.Cut(f.test, "/")
	return f
}

func newReport(out io.Writer) *report {
	return &report{out: out, packages: make(map[string]*packageRun), skipped: make(map[string]int)}
}

// A packageRun is one package whose tests run.
type packageRun struct {
	output         strings.Builder             // of no test in particular
	running        map[string]*strings.Builder // test -> its output so far
	passed, failed int
}

// line takes in one line. What is not an event was written past go test, by the
// make that runs it for example, and is passed on.
func (r *report) line(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil || e.Action == "" {
		fmt.Fprintf(r.out, "%s", line)
		return
	}
	if e.Package == "" {
		fmt.Fprint(r.out, e.Output)
		return
	}
	p := r.packages[e.Package]
	if p == nil {
		p = &packageRun{running: make(map[string]*strings.Builder)}
		r.packages[e.Package] = p
	}
	if e.Test == "" {
		r.packageEvent(p, e)
	} else {
		r.testEvent(p, e)
	}
}

func (r *report) testEvent(p *packageRun, e event) {
	output := p.running[e.Test]
	if output == nil {
		output = new(strings.Builder)
		p.running[e.Test] = output
	}
	switch e.Action {
	case "output":
		output.WriteString(e.Output)
		return
	case "pass":
		p.passed++
	case "fail":
		r.fail(p, e.Package, e.Test)
	case "skip":
		top, _, _ := strings.Cut(e.Test, "/")
		r.skipped[e.Package+" "+top+reason(output.String())]++
	default: // run, pause, cont
		return
	}
	delete(p.running, e.Test)
}

func (r *report) packageEvent(p *packageRun, e event) {
	switch e.Action {
	case "output":
		p.output.WriteString(e.Output)
		return
	case "pass":
		took := time.Duration(e.Elapsed * float64(time.Second)).Round(time.Millisecond)
		fmt.Fprintf(r.out, "ok    %s: %d passed in %v\n", e.Package, p.passed, took)
	case "fail":
		r.failPackage(p, e.Package)
	case "skip":
		fmt.Fprintf(r.out, "      %s: no tests\n", e.Package)
	default: // start
		return
	}
	r.passed += p.passed
	r.failed += p.failed
	delete(r.packages, e.Package)
}

// failPackage counts the tests that were cut off, by a panic or a timeout; or the
// package itself where no test of it failed, because it does not build, say.
func (r *report) failPackage(p *packageRun, name string) {
	for _, test := range slices.Sorted(maps.Keys(p.running)) {
		r.fail(p, name, test)
	}
	fmt.Fprint(r.out, p.output.String())
	if p.failed == 0 {
		p.failed++
		r.failures = append(r.failures, failure{pkg: name})
	}
	fmt.Fprintf(r.out, "FAIL  %s: %d passed, %d failed\n", name, p.passed, p.failed)
}

func (r *report) fail(p *packageRun, name, test string) {
	p.failed++
	r.failures = append(r.failures, failure{name, test})
	fmt.Fprintf(r.out, "\n%s\n%s\n", name, p.running[test])
}

// cutOff counts packages that have not ended.
func (r *report) cutOff() {
	for _, name := range slices.Sorted(maps.Keys(r.packages)) {
		p := r.packages[name]
		r.failPackage(p, name)
		r.passed += p.passed
		r.failed += p.failed
		delete(r.packages, name)
	}
}

// finish writes the closing lines.
func (r *report) finish() error {
	for _, f := range r.flaky {
		fmt.Fprintln(r.out, "failed, and passed when it was run again:", f)
	}
	for _, s := range slices.Sorted(maps.Keys(r.skipped)) {
		fmt.Fprintf(r.out, "skipped %d: %s\n", r.skipped[s], s)
	}
	for _, f := range r.failures {
		fmt.Fprintln(r.out, "failed:", f)
	}
	fmt.Fprintf(r.out, "%d passed, %d failed\n", r.passed, r.failed)
	switch {
	case r.failed > 0:
		return fmt.Errorf("%d failed", r.failed)
	case r.passed == 0:
		return errors.New("no test ran")
	}
	return nil
}

// reason is what a skipped test said, on one line.
func reason(output string) string {
	var said []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			said = append(said, line)
		}
	}
	if len(said) == 0 {
		return ""
	}
	return ": " + strings.Join(said, " ")
}
