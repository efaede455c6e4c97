package main

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"testing"

	"corewarden/e2e/conformance/cases"
	"corewarden/e2e/dnsserver"
	"corewarden/e2e/parts"
	"corewarden/e2e/servers"
)

// TestConformance is a sample of what the command compares, without and with -composed.
func TestConformance(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that their ports may be taken")
	}
	compareSample(t, options{cases: 500})
	compareSample(t, options{cases: 100, composed: true})
}

func compareSample(t *testing.T, sample options) {
	t.Helper()
	sample.only, sample.seed, sample.parallel, sample.shrink = regexp.MustCompile(""), 1, 2*runtime.GOMAXPROCS(0), 10
	for _, s := range servers.All() {
		if !s.Built() {
			continue
		}
		t.Run(fmt.Sprintf("%s, composed %v", s.Name, sample.composed), func(t *testing.T) { // one after the other: each takes all processors
			c, err := server{s}.comparison(t.Context(), sample, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := c.real.close(); err != nil {
					t.Error(err)
				}
			})
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
			if share := result.machineShare(); share > 2*maxMachineShare { // half of a sample is examples as they are
				t.Errorf("%.1f %% of the verdicts depend on the machine, want at most %.0f %%: they hide what we compare", 100*share, 200*maxMachineShare)
			}
			if started := float64(result.started) / float64(result.cases); started < 0.2 {
				t.Errorf("%.1f %% of the cases start, want at least 20 %%: the others compare rejections only", 100*started)
			}
		})
	}
}

// TestBasesStart is what the comparison of composed cases rests on: whatever a server
// refuses is the bundle's fault.
func TestBasesStart(t *testing.T) {
	t.Parallel()
	if !dnsserver.Isolated() {
		t.Skip("servers get no networks of their own here, so that their ports may be taken")
	}
	for _, s := range servers.All() {
		if !s.Built() {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			binaries, err := parts.Build(t.Context(), io.Discard, s.Part)
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Release()
			if err != nil {
				t.Fatal(err)
			}
			bases, err := bases(r)
			if err != nil {
				t.Fatal(err)
			}
			if len(bases) < 3 {
				t.Errorf("%s starts on %d bases only", s.Name, len(bases))
			}
			for _, base := range bases {
				c := cases.Case{Base: &base}
				v, err := ask(t.Context(), binaries[s.Part], c, 0)
				if err != nil {
					t.Fatal(err)
				}
				if !v.Started {
					t.Errorf("it does not start on %s: %s", base.Name, v.Text)
				}
				if problems := judge(c, r); len(problems) > 0 {
					t.Errorf("of %s we say %v", base.Name, problems)
				}
			}
		})
	}
}
