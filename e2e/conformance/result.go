package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"corewarden/corefile"
)

// A result is the outcome for one release.
type result struct {
	name                                          string
	cases, examples, started, machine, deliberate int
	counts
	took, processor time.Duration
	groups          []*group // the largest first
}

// A group holds the disagreements that seem to have one cause.
type group struct {
	cause   string
	count   int
	example *difference // the smallest
}

func newResult(name string, examples int, outcomes []outcome) *result {
	r := &result{name: name, cases: len(outcomes), examples: examples}
	groups := map[string]*group{}
	for _, o := range outcomes {
		if o.started {
			r.started++
		}
		switch o.agreement {
		case upToMachine:
			r.machine++
		case deliberate:
			r.deliberate++
		case disagreed:
			cause := o.cause()
			g := groups[cause]
			if g == nil {
				g = &group{cause: cause, example: o.difference}
				groups[cause] = g
			}
			g.count++
			if len(o.WithoutFixtures().String()) < len(g.example.WithoutFixtures().String()) {
				g.example = o.difference
			}
		}
	}
	r.groups = slices.SortedFunc(maps.Values(groups), func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.cause, b.cause))
	})
	return r
}

// cause names what the disagreement is about: our first rule and message, or that we
// accept and why the server does not.
func (d *difference) cause() string {
	if p, rejected := firstError(d.ours); rejected {
		return "REJECTED (" + p.Rule + "), STARTS: " + general(p.Message)
	}
	if d.real.dependsOnMachine() {
		return "ACCEPTED without a warning, up to the machine: " + general(lastLine(d.real.Text))
	}
	return "ACCEPTED, REFUSES: " + general(refusalLine(d.real.Text))
}

// refusalLine returns the line of a server's output that says why it ended.
func refusalLine(text string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "panic: ") {
			return line
		}
	}
	return lastLine(text)
}

var (
	timestamps = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d `)
	quotations = regexp.MustCompile(`"(\\.|[^"\\])*"|'[^']*'`)
	places     = regexp.MustCompile(`/\S+?:\d+`)
	lookups    = regexp.MustCompile(`(lookup|dial \w+|listen \w+) \S+`)
	numerals   = regexp.MustCompile(`-?\d+`)
)

// general returns a message without what differs from case to case.
func general(message string) string {
	message = timestamps.ReplaceAllString(strings.TrimSpace(message), "")
	message = quotations.ReplaceAllString(message, "'…'")
	message = places.ReplaceAllString(message, "FILE:N")
	message = lookups.ReplaceAllString(message, "$1 …")
	message = numerals.ReplaceAllString(message, "N")
	if len(message) > 200 {
		message = message[:200]
	}
	return message
}

func (r *result) print(w io.Writer) {
	disagreements := 0
	for _, g := range r.groups {
		disagreements += g.count
	}
	for i, g := range r.groups {
		fmt.Fprintf(w, "---- %s: group %d of %d, %d cases: %s\n", r.name, i+1, len(r.groups), g.count, g.cause)
		g.example.print(w)
	}
	fmt.Fprintf(w, "%s: %d cases (%d of them examples as they are), %d started; %d disagreements in %d groups; %d (%.1f %%) up to the machine; %d refused by choice; %d servers started alone, %d in batches, %d of them both ways, in %s with %s of processor time a case\n",
		r.name, r.cases, r.examples, r.started, disagreements, len(r.groups), r.machine, 100*r.machineShare(), r.deliberate, r.alone, r.batched, r.twice, r.took.Round(time.Second), (r.processor / time.Duration(r.cases)).Round(100*time.Microsecond))
}

// machineShare returns the share of cases whose verdict is up to the machine.
func (r *result) machineShare() float64 { return float64(r.machine) / float64(r.cases) }

func (d *difference) print(w io.Writer) {
	fmt.Fprintf(w, "case %d (%s)", d.number, d.Origin)
	if d.Alone {
		fmt.Fprint(w, ", without a base Corefile")
	}
	fmt.Fprintln(w)
	for line := range strings.Lines(d.WithoutFixtures().String()) {
		fmt.Fprintf(w, "    %s\n", strings.TrimSuffix(line, "\n"))
	}
	fmt.Fprintf(w, "  real: %s\n  ours: %s\n\n", d.real, describe(d.ours))
}

func (v verdict) String() string {
	switch {
	case v.Started:
		return "starts"
	case v.Waits:
		return "waits: " + v.Text
	}
	return "refuses: " + refusalLine(v.Text)
}

func describe(problems []corefile.Problem) string {
	if len(problems) == 0 {
		return "accepted"
	}
	var all strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&all, "\n    %s:%d:%d %s %s: %s", p.File, p.Line, p.Column, p.Severity, p.Rule, p.Message)
	}
	return all.String()
}
