package main

import (
	"bytes"
	"io"
	"regexp"
	"runtime"
	"slices"
	"testing"

	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
)

// TestConformance is a sample of what the command compares.
func TestConformance(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that their ports may be taken")
	}
	sample := options{only: regexp.MustCompile(""), cases: 2000, seed: 1, parallel: 2 * runtime.GOMAXPROCS(0), shrink: 10}
	for _, s := range servers() {
		if !slices.Contains(parts.All(), s.part) {
			continue
		}
		t.Run(s.name, func(t *testing.T) { // one after the other: each takes all processors
			c, err := s.comparison(t.Context(), sample, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			result, err := c.run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var summary bytes.Buffer
			result.print(&summary)
			t.Log(&summary)
			if len(result.groups) > 0 {
				t.Error("our verdicts differ from the server's")
			}
			if share := result.machineShare(); share > 0.1 {
				t.Errorf("%.1f %% of the verdicts depend on the machine, want at most 10 %%: they hide what we compare", 100*share)
			}
		})
	}
}
