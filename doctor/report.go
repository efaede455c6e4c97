package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Status is how a check ended.
type Status string

// How a check ends, the best first.
const (
	OK Status = "ok"
	// Skipped: it could not be looked at, because of the reader's rights or of something
	// that another check tells of.
	Skipped Status = "skipped"
	// Warning: it works, but not as it should.
	Warning Status = "warning"
	Failed  Status = "failed"
)

var ranks = []Status{OK, Skipped, Warning, Failed}

// A Finding is one thing that is not right.
type Finding struct {
	Status Status `json:"status"`
	// Cause says in one line what is wrong and what that leads to.
	Cause string `json:"cause"`
	// Remedy is a command, or says what to do. A check that was skipped may have none.
	Remedy string `json:"remedy,omitempty"`
}

// A Result is what came of one check.
type Result struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Status Status `json:"status"`
	// Detail adds to the title what was seen.
	Detail   string    `json:"detail,omitempty"`
	Findings []Finding `json:"findings,omitempty"`
}

// A Report is what came of all checks. Its JSON is documented in docs/doctor.md.
type Report struct {
	// Client is the version of the program that looks, Image what the Deployment runs and
	// Kubernetes the version of the API server. They are "" where they are not known.
	Client     string         `json:"client"`
	Image      string         `json:"image"`
	Kubernetes string         `json:"kubernetes"`
	Checks     []Result       `json:"checks"`
	Counts     map[Status]int `json:"counts"`
}

// Failed reports whether any check failed.
func (r Report) Failed() bool { return r.Counts[Failed] > 0 }

// failing returns the titles of the checks that failed.
func (r Report) failing() string {
	var titles []string
	for _, c := range r.Checks {
		if c.Status == Failed {
			titles = append(titles, c.Title)
		}
	}
	return strings.Join(titles, "; ")
}

// Progress is one line that says what fails at the moment.
func (r Report) Progress() string {
	return fmt.Sprintf("waiting, as %d of %d checks fail: %s", r.Counts[Failed], len(r.Checks), r.failing())
}

// WriteJSON writes the report as one JSON document.
func (r Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// WriteText writes the report for people: a line for each check, and below it what is wrong.
func (r Report) WriteText(w io.Writer) error {
	var text strings.Builder
	known := func(s string) string {
		if s == "" {
			return "unknown"
		}
		return s
	}
	fmt.Fprintf(&text, "kubectl-corewarden %s, image %s, Kubernetes %s\n\n", known(r.Client), known(r.Image), known(r.Kubernetes))
	for _, c := range r.Checks {
		word := string(c.Status)
		if c.Status == Failed {
			word = "FAILED"
		}
		fmt.Fprintf(&text, "%-8s %s", word, c.Title)
		if c.Detail != "" {
			fmt.Fprintf(&text, " (%s)", c.Detail)
		}
		text.WriteString("\n")
		for _, f := range c.Findings {
			fmt.Fprintf(&text, "         %s\n", oneLine(f.Cause))
			if f.Remedy != "" {
				fmt.Fprintf(&text, "         -> %s\n", oneLine(f.Remedy))
			}
		}
	}
	fmt.Fprintf(&text, "\n%d checks: %d ok", len(r.Checks), r.Counts[OK])
	for _, s := range []Status{Warning, Failed, Skipped} {
		if n := r.Counts[s]; n > 0 {
			fmt.Fprintf(&text, ", %d %s", n, s)
		}
	}
	text.WriteString("\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// oneLine keeps what the API server or a pod says to a line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// An outcome is what a check returns: all is well where there are no findings.
type outcome struct {
	detail   string
	findings []Finding
}

func (o outcome) status() Status {
	worst := 0
	for _, f := range o.findings {
		worst = max(worst, slices.Index(ranks, f.Status))
	}
	return ranks[worst]
}

func (o *outcome) fail(cause, remedy string) { o.add(Failed, cause, remedy) }

func (o *outcome) warn(cause, remedy string) { o.add(Warning, cause, remedy) }

// add adds a finding, unless the same was said of another object.
func (o *outcome) add(status Status, cause, remedy string) {
	if f := (Finding{status, cause, remedy}); !slices.Contains(o.findings, f) {
		o.findings = append(o.findings, f)
	}
}

func fine(format string, args ...any) outcome { return outcome{detail: fmt.Sprintf(format, args...)} }

func failed(cause, remedy string) outcome {
	return outcome{findings: []Finding{{Failed, cause, remedy}}}
}

func skipped(format string, args ...any) outcome {
	return outcome{findings: []Finding{{Status: Skipped, Cause: fmt.Sprintf(format, args...)}}}
}
