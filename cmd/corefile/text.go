package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"corewarden/corefile"
)

func printText(w io.Writer, r result) error {
	out := bufio.NewWriter(w)
	for _, f := range r.findings {
		printFinding(out, f, palette(r.colour))
	}
	return out.Flush()
}

// A palette colours parts of a line, or leaves them as they are.
type palette bool

func (p palette) paint(code, text string) string {
	if !p {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// The codes of the terminal.
const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	green  = "1;32"
)

func (p palette) severity(s corefile.Severity) string {
	if s == corefile.Error {
		return p.paint(red, string(s))
	}
	return p.paint(yellow, string(s))
}

func printFinding(w io.Writer, f finding, colours palette) {
	p := f.problem
	place := f.path
	if f.at.file == f.path && f.at.line > 0 {
		place += fmt.Sprintf(":%d:%d", f.at.line, f.at.column)
	}
	if f.key != "" {
		place += ": " + f.keyPlace()
	}
	fmt.Fprintf(w, "%s: %s: %s\n", colours.paint(bold, place), colours.severity(p.Severity), f.sentence())
	if p.Column > 0 {
		printLine(w, f.source.Line(p.Line), p, colours)
	}
	fmt.Fprintln(w)
}

// maxLine is the length, in characters, of the longest line that is shown.
const maxLine = 160

// printLine shows a line of the source with carets under the place.
func printLine(w io.Writer, line string, p corefile.Problem, colours palette) {
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
	carets := strings.Repeat("^", max(p.EndColumn-p.Column, 1))
	fmt.Fprintf(w, "  %s\n  %s%s\n", line, indent.String(), colours.paint(green, carets))
}
