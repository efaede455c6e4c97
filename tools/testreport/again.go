package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// maxAgain is how many tests are run again at most. Where more fail, it is not by chance.
const maxAgain = 3

// goTest runs one test and writes its events.
func goTest(events io.Writer, f failure) error {
	cmd := exec.Command("go", "test", "-json", "-vet=off", "-count=1", "-timeout=30m", "-run=^"+f.test+"$", f.pkg)
	cmd.Stdout, cmd.Stderr = events, os.Stderr
	err := cmd.Run()
	if _, failed := errors.AsType[*exec.ExitError](err); failed {
		return nil // as the events say
	}
	return err
}

// runAgain runs the tests that failed once more, unless there are many, or one is not below
// the package path. What passes then has passed, with its subtests.
func (r *report) runAgain(path string, retry func(io.Writer, failure) error) error {
	var tests []failure
	for _, f := range r.failures {
		f = f.top()
		if f.test == "" || !strings.HasPrefix(f.pkg, path+"/") {
			return nil
		}
		if !slices.Contains(tests, f) {
			tests = append(tests, f)
		}
	}
	if len(tests) > maxAgain {
		return nil
	}
	for _, f := range tests {
		fmt.Fprintf(r.out, "\nonce more: %s\n", f)
		second := newReport(r.out)
		reader, writer := io.Pipe()
		go func() { writer.CloseWithError(retry(writer, f)) }()
		if err := second.read(reader); err != nil {
			return err
		}
		second.cutOff()
		if second.failed > 0 || second.passed == 0 {
			continue
		}
		r.flaky = append(r.flaky, f)
		before := len(r.failures)
		r.failures = slices.DeleteFunc(r.failures, func(other failure) bool { return other.top() == f })
		turned := before - len(r.failures)
		r.failed -= turned
		r.passed += turned
	}
	return nil
}
