package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkStart judges one small file in a process of its own: almost all of it is the
// start of the program, which is built as for a release. The floor beside it is the start of
// a program that does nothing.
func BenchmarkStart(b *testing.B) {
	folder := b.TempDir()
	build := func(name, from string) string {
		binary := filepath.Join(folder, name)
		command := exec.CommandContext(b.Context(), "go", "build", "-ldflags", "-s -w", "-o", binary, from)
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := command.CombinedOutput(); err != nil {
			b.Fatalf("build %s: %v\n%s", from, err, out)
		}
		return binary
	}
	nothing := filepath.Join(folder, "nothing.go")
	if err := os.WriteFile(nothing, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	program, floor := build("corefile", "."), build("nothing", nothing)
	var took, least []time.Duration
	for b.Loop() {
		took = append(took, processorTime(b, program, "check", "../../docs/examples/zones/a.Corefile"))
		least = append(least, processorTime(b, floor))
	}
	for unit, all := range map[string][]time.Duration{"p50-cpu-ms": took, "floor-p50-cpu-ms": least} {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, unit)
	}
}

// processorTime returns how long a program keeps a core busy, which says more than how long
// it takes where other programs run.
func processorTime(b *testing.B, program string, args ...string) time.Duration {
	b.Helper()
	command := exec.CommandContext(b.Context(), program, args...)
	if out, err := command.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return command.ProcessState.UserTime() + command.ProcessState.SystemTime()
}
