package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// mostAtStart is how much our own packages may allocate before main runs. Regular expressions
// and tables that few calls need are made when they are needed.
const mostAtStart = 100

func TestStartsWithLittleWork(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	command.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	all := 0
	ours := regexp.MustCompile(`(?m)^init corewarden/.* (\d+) allocs$`).FindAllSubmatch(out, -1)
	for _, init := range ours {
		allocs, err := strconv.Atoi(string(init[1]))
		if err != nil {
			t.Fatal(err)
		}
		all += allocs
	}
	if len(ours) == 0 || all > mostAtStart {
		t.Errorf("%d allocations before main, want at most %d\n%s", all, mostAtStart, out)
	}
}
