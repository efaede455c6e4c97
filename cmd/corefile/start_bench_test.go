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
// start of the program. The floor beside it is the start of a program that does nothing.
func BenchmarkStart(b *testing.B) {
	folder := b.TempDir()
	build := func(name, from string) string {
		binary := filepath.Join(folder, name)
		if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, from).CombinedOutput(); err != nil {
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
		took = append(took, duration(b, program, "check", "../../docs/examples/zones/a.Corefile"))
		least = append(least, duration(b, floor))
	}
	for unit, all := range map[string][]time.Duration{"p50-ms": took, "floor-p50-ms": least} {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, unit)
	}
}

func duration(b *testing.B, program string, args ...string) time.Duration {
	b.Helper()
	start := time.Now()
	if out, err := exec.CommandContext(b.Context(), program, args...).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return time.Since(start)
}
