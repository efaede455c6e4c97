package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestVerdictsGrowWithTheText runs the command, built so that it counts.
func TestVerdictsGrowWithTheText(t *testing.T) {
	t.Parallel()
	command := filepath.Join(t.TempDir(), "growth")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", command, "-cover", "-covermode=atomic",
		"-coverpkg=corewarden/corefile/...,corewarden/extraconfig/...,corewarden/e2e/growth", ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	for _, args := range [][]string{
		nil,
		{"-coredns", "1.11.3", "-only", "^(bind|debug|hosts|local|loop|minimal|rewrite|template)\\b"}, // of which there is more to say
	} {
		run := exec.CommandContext(t.Context(), command, args...)
		run.Env = append(os.Environ(), "GOCOVERDIR="+t.TempDir())
		out, err := run.CombinedOutput()
		if err != nil {
			t.Errorf("%v: %v:\n%s", args, err, out)
		}
		t.Logf("%s", out)
	}
}

func TestSuspected(t *testing.T) {
	t.Parallel()
	of := func(work func(n int64) int64) growth {
		var g growth
		for i, n := range steps {
			g.bytes[i], g.work[i] = 100+20*n, work(int64(n))
		}
		return g
	}
	for _, test := range []struct {
		name     string
		work     func(n int64) int64
		from, to float64
	}{
		{"in proportion", func(n int64) int64 { return 5000 + 300*n }, 1, 1},
		{"less", func(n int64) int64 { return 5000 + 300*min(n, 20) }, 1, 1},
		{"a small square", func(n int64) int64 { return 5000 + 300*n + n*n }, 170, 180},
		{"a square alone", func(n int64) int64 { return n*n + n }, 50_000, 60_000},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := of(test.work).suspected(); got < test.from || got > test.to {
				t.Errorf("%.1f, want from %.0f to %.0f", got, test.from, test.to)
			}
		})
	}
}
