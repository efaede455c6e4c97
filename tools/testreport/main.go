// Command testreport reads what `go test -json` prints, of one run or several in a
// row, and writes what a person wants to see of it: a line for each package, the
// output of what failed, why something was skipped, and at the end a line such as
//
//	214 passed, 0 failed
//
// that counts tests and subtests. It exits with 1 when something failed, or when
// there was no test at all.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(1)
	}
}

func run(stdin io.Reader, stdout io.Writer) error {
	r := report{out: stdout, packages: make(map[string]*packageRun), skipped: make(map[string]int)}
	lines := bufio.NewReader(stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			r.line(line)
		}
		if err == io.EOF {
			return r.finish()
		}
		if err != nil {
			return err
		}
	}
}
