package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"corewarden/corefile"
)

// A result is what one run has found.
type result struct {
	findings []finding
	checked  []string // the files and folders that were judged
	failOn   corefile.Severity
	colour   bool
	root     string // of the repository
}

// failed reports whether the run is to fail.
func (r result) failed() bool {
	return slices.ContainsFunc(r.findings, func(f finding) bool { return r.fails(f.problem.Severity) })
}

func (r result) fails(severity corefile.Severity) bool {
	return severity == corefile.Error || severity == r.failOn
}

// errorsFirst returns the findings in another order, for readers that stop at some number.
func (r result) errorsFirst() []finding {
	findings := slices.Clone(r.findings)
	slices.SortStableFunc(findings, func(a, b finding) int {
		return strings.Compare(string(a.problem.Severity), string(b.problem.Severity)) // "error" < "warning"
	})
	return findings
}

// A printer writes the result of a run.
type printer func(io.Writer, result) error

// printers are the output formats.
var printers = map[string]printer{
	"text": printText, "json": printJSON, "github": printGitHub, "sarif": printSARIF, "gitlab": printGitLab, "junit": printJUnit,
}

// formats are their names, the default first.
var formats = []string{"text", "json", "github", "sarif", "gitlab", "junit"}

// sentence tells a finding in one line, without its place in the file.
func (f finding) sentence() string {
	tail := f.problem.Rule
	if f.problem.Server != "" && f.problem.Severity == corefile.Error {
		tail += "; stops " + f.problem.Server
	}
	if f.from != "" {
		tail += "; from " + f.from
	}
	return f.problem.Message + " (" + tail + ")"
}

// keyPlace returns where the finding is in the ConfigMap, or "" for a Corefile by itself.
func (f finding) keyPlace() string {
	if f.key == "" || f.problem.Line == 0 {
		return f.key
	}
	return fmt.Sprintf("%s:%d:%d", f.key, f.problem.Line, f.problem.Column)
}

// record is a finding in JSON. docs/cli.md documents it; its fields do not change.
type record struct {
	File       string            `json:"file"`
	Key        string            `json:"key"`
	Line       int               `json:"line"`
	Column     int               `json:"column"`
	EndColumn  int               `json:"endColumn"`
	Rule       string            `json:"rule"`
	Severity   corefile.Severity `json:"severity"`
	Server     string            `json:"server"`
	Message    string            `json:"message"`
	Suggestion string            `json:"suggestion"`
	Source     sourcePlace       `json:"source"`
}

// sourcePlace is where the problem is in the file itself.
type sourcePlace struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	Template  string `json:"template"`
}

func printJSON(w io.Writer, r result) error {
	records := make([]record, len(r.findings))
	for i, f := range r.findings {
		p := f.problem
		records[i] = record{
			f.path, f.key, p.Line, p.Column, p.EndColumn, p.Rule, p.Severity, p.Server, p.Message, p.Suggestion,
			sourcePlace{f.at.file, f.at.line, f.at.column, f.at.endLine, f.at.endColumn, f.from},
		}
	}
	return encode(w, records)
}

// encode writes JSON for programs that people look at, too.
func encode(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
