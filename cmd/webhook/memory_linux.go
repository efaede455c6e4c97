package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
)

// giveBack returns to the kernel the memory that only the start needed: what the heap has
// free, and the pages of the program file. The start touches almost all of those, as each of
// some 900 packages has something to set up, and little of it is needed again. That is then
// mapped once more, mostly without being read from the disk.
func giveBack() error {
	debug.FreeOSMemory()
	mappings, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	for _, m := range unwritten(string(mappings), program) {
		if _, _, errno := syscall.Syscall(syscall.SYS_MADVISE, m.from, m.to-m.from, syscall.MADV_DONTNEED); errno != 0 {
			return fmt.Errorf("give pages of %s back: %w", program, errno)
		}
	}
	return nil
}

// A mapping is a range of addresses.
type mapping struct{ from, to uintptr }

// unwritten returns where a file is mapped that cannot be written there and was not: what is
// there can be read from the file again. Mappings are as in /proc/PID/smaps.
func unwritten(mappings, file string) []mapping {
	var found []mapping
	ours := false // whether the lines are of the last found
	for line := range strings.Lines(mappings) {
		fields := strings.Fields(line)
		if from, to, isRange := strings.Cut(fields[0], "-"); isRange {
			start, err := strconv.ParseUint(from, 16, strconv.IntSize)
			end, endErr := strconv.ParseUint(to, 16, strconv.IntSize)
			if ours = err == nil && endErr == nil && len(fields) == 6 && fields[5] == file && !strings.Contains(fields[1], "w"); ours {
				found = append(found, mapping{uintptr(start), uintptr(end)})
			}
			continue
		}
		if ours && fields[0] == "Anonymous:" && fields[1] != "0" { // relocations, for instance
			found, ours = found[:len(found)-1], false
		}
	}
	return found
}
