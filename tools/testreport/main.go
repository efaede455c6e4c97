// Command testreport reads what `go test -json` prints, of one run or several in a
// row, and writes what a person wants to see of it: a line for each package, the
// output of what failed, why something was skipped, and at the end a line such as
//
//	214 passed, 0 failed
//
// that counts tests and subtests. It exits with 1 when something failed, or when
// there was no test at all.
//
// With -again it runs the tests below a folder that failed once more, if they are few: whole
// nodes and control planes on a busy machine fail now and then for reasons outside of what a
// test is about. It names those that pass then. One that fails twice has failed.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	again := flag.String("again", "", "the `package` path below which failed tests are run once more, such as example.org/e2e")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *again, goTest); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(1)
	}
}

// run reports what stdin says, and on the second run of what failed below the package path
// again, if that is not empty. A test is run with retry.
func run(stdin io.Reader, stdout io.Writer, again string, retry func(io.Writer, failure) error) error {
	r := newReport(stdout)
	if err := r.read(stdin); err != nil {
		return err
	}
	r.cutOff()
	if again != "" {
		if err := r.runAgain(again, retry); err != nil {
			return err
		}
	}
	return r.finish()
}

// read takes in all lines.
func (r *report) read(from io.Reader) error {
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			r.line(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
