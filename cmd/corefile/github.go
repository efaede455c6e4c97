package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"corewarden/corefile"
)

// maxAnnotations is how many errors, and how many warnings, GitHub shows of one step.
const maxAnnotations = 10

// printGitHub writes workflow commands, from which GitHub makes annotations, and a table for
// the summary of the job where GITHUB_STEP_SUMMARY names its file. What GitHub would not show
// is in the log as plain lines.
func printGitHub(w io.Writer, r result) error {
	out := bufio.NewWriter(w)
	shown, left := map[corefile.Severity]int{}, 0
	for _, f := range r.errorsFirst() {
		text := f.sentence()
		if place := f.keyPlace(); place != "" {
			text = place + ": " + text
		}
		file := r.path(f.at.file)
		if shown[f.problem.Severity]++; shown[f.problem.Severity] > maxAnnotations {
			left++
			fmt.Fprintf(out, "%s:%d:%d: %s: %s\n", file, f.at.line, f.at.column, f.problem.Severity, text)
			continue
		}
		fmt.Fprintf(out, "::%s %stitle=%s::%s\n", f.problem.Severity, annotated(file, f.at), commandProperty.Replace(f.problem.Rule), commandText.Replace(text))
	}
	if left > 0 {
		fmt.Fprintf(out, "::notice::%d more problems are in the log of this step: GitHub shows %d errors and %d warnings of each step\n", left, maxAnnotations, maxAnnotations)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return r.summarise(os.Getenv("GITHUB_STEP_SUMMARY"))
}

// What has a meaning in a workflow command: in its text, and in its properties.
var (
	commandText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// annotated returns the properties that say where an annotation is. GitHub takes columns only
// within one line.
func annotated(file string, at place) string {
	if file == stdinPath {
		return ""
	}
	properties := "file=" + commandProperty.Replace(file) + ","
	if at.line > 0 {
		properties += fmt.Sprintf("line=%d,endLine=%d,", at.line, at.endLine)
	}
	if at.column > 0 && at.endLine == at.line {
		properties += fmt.Sprintf("col=%d,endColumn=%d,", at.column, at.endColumn)
	}
	return properties
}

// maxSummary keeps the table below the 1 MiB that GitHub takes of one step.
const maxSummary = 500_000

// summarise adds a table to the summary of a job.
func (r result) summarise(path string) error {
	if path == "" || len(r.findings) == 0 {
		return nil
	}
	var table strings.Builder
	table.WriteString("| place | severity | problem |\n|---|---|---|\n")
	cell := strings.NewReplacer("|", `\|`, "<", "&lt;", "\r", " ", "\n", " ")
	for i, f := range r.errorsFirst() {
		if table.Len() > maxSummary {
			fmt.Fprintf(&table, "| | | %d more |\n", len(r.findings)-i)
			break
		}
		fmt.Fprintf(&table, "| %s:%d %s | %s | %s |\n", cell.Replace(r.path(f.at.file)), f.at.line, cell.Replace(f.keyPlace()), f.problem.Severity, cell.Replace(f.sentence()))
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(table.String() + "\n")
	return errors.Join(err, file.Close())
}
