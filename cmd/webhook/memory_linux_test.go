package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestOnlyWhatCanBeReadAgainIsGivenBack(t *testing.T) {
	t.Parallel()
	const smaps = `00400000-018f9000 r-xp 00000000 fe:00 12100067                           /webhook
Size:              21476 kB
Anonymous:             0 kB
018f9000-02f22000 r--p 014f9000 fe:00 12100067                           /webhook
Anonymous:             0 kB
VmFlags: rd mr mw me
02f22000-02f90000 r--p 02b22000 fe:00 12100067                           /webhook
Anonymous:             8 kB
02f90000-02fbe000 rw-p 02b90000 fe:00 12100067                           /webhook
Anonymous:             0 kB
3bda6000-3bdc7000 r--p 00000000 00:00 0
Anonymous:             4 kB
7f000000-7f001000 r-xp 00000000 fe:00 12100068                           /lib/libc.so
Anonymous:             0 kB
`
	want := []mapping{{0x400000, 0x18f9000}, {0x18f9000, 0x2f22000}}
	if got := unwritten(smaps, "/webhook"); !slices.Equal(got, want) {
		t.Errorf("mappings %x, want %x", got, want)
	}
}

// The process has to go on, with less of its file in memory.
func TestPagesOfTheProgramAreGivenBack(t *testing.T) { //nolint:paralleltest // others map pages meanwhile
	before := fileMemory(t)
	if err := giveBack(); err != nil {
		t.Fatal(err)
	}
	if after := fileMemory(t); after >= before {
		t.Errorf("%d kB of files are in memory, and %d kB were before", after, before)
	}
}

// fileMemory returns how much of mapped files is in the memory of the process, in kB.
func fileMemory(t *testing.T) (kB int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(status), "RssFile:")
	if _, err := fmt.Sscan(rest, &kB); err != nil || !found {
		t.Fatalf("no RssFile in\n%s", status)
	}
	return kB
}
