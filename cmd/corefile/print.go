package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"corewarden/corefile"
)

// A printer writes the findings of one run.
type printer func(io.Writer, []finding) error

var printers = map[string]printer{"text": printText, "json": printJSON}

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
}

func printJSON(w io.Writer, findings []finding) error {
	records := make([]record, len(findings))
	for i, f := range findings {
		p := f.problem
		records[i] = record{f.path, f.key, p.Line, p.Column, p.EndColumn, p.Rule, p.Severity, p.Server, p.Message, p.Suggestion}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(records)
}

func printText(w io.Writer, findings []finding) error {
	out := bufio.NewWriter(w)
	for _, f := range findings {
		printFinding(out, f)
	}
	return out.Flush()
}

func printFinding(w io.Writer, f finding) {
	p := f.problem
	place := f.path
	if f.key != "" {
		place += ": " + f.key
	}
	if p.Line > 0 {
		place += fmt.Sprintf(":%d:%d", p.Line, p.Column)
	}
	tail := p.Rule
	if p.Server != "" && p.Severity == corefile.Error {
		tail += "; stops " + p.Server
	}
	fmt.Fprintf(w, "%s: %s: %s (%s)\n", place, p.Severity, p.Message, tail)
	if p.Column > 0 {
		printLine(w, f.source.Line(p.Line), p)
	}
	fmt.Fprintln(w)
}

// maxLine is the length, in characters, of the longest line that is shown.
const maxLine = 160

// printLine shows a line of the source with carets under the place.
func printLine(w io.Writer, line string, p corefile.Problem) {
	if utf8.RuneCountInString(line) > maxLine {
		return
	}
	runes := []rune(line)
	var indent strings.Builder
	for _, r := range runes[:min(p.Column-1, len(runes))] {
		if r != '\t' {
			r = ' '
		}
		indent.WriteRune(r)
	}
	fmt.Fprintf(w, "  %s\n  %s%s\n", line, indent.String(), strings.Repeat("^", max(p.EndColumn-p.Column, 1)))
}
