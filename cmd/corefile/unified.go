package main

import (
	"fmt"
	"strings"
)

// A diffLine is a line of a difference: it is removed (-), added (+) or in both (a space).
type diffLine struct {
	sign byte
	text string
}

// unifiedDiff returns how a text becomes another in which lines are changed and blank ones
// are removed.
func unifiedDiff(path, before, after string) string {
	lines := diffLines(strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n"))
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s (formatted)\n", path, path)
	oldLine, newLine := 1, 1
	for len(lines) > 0 {
		hunk, skipped := nextHunk(lines)
		oldLine, newLine = oldLine+skipped, newLine+skipped
		if len(hunk) == 0 {
			break
		}
		removed, added := count(hunk, '-'), count(hunk, '+')
		kept := len(hunk) - removed - added
		fmt.Fprintf(&out, "@@ -%d,%d +%d,%d @@\n", oldLine, kept+removed, newLine, kept+added)
		for _, line := range hunk {
			out.WriteString(line.String())
		}
		oldLine, newLine = oldLine+kept+removed, newLine+kept+added
		lines = lines[skipped+len(hunk):]
	}
	return out.String()
}

// String returns the line as a difference shows it.
func (l diffLine) String() string {
	text := string(l.sign) + l.text
	if !strings.HasSuffix(text, "\n") {
		text += "\n\\ No newline at end of file\n"
	}
	return text
}

func count(lines []diffLine, sign byte) int {
	n := 0
	for _, line := range lines {
		if line.sign == sign {
			n++
		}
	}
	return n
}

// around is how many lines a hunk shows around a change.
const around = 3

// nextHunk returns the lines around the next changes, and how many lines before it are in
// both texts.
func nextHunk(lines []diffLine) (hunk []diffLine, skipped int) {
	first := 0
	for first < len(lines) && lines[first].sign == ' ' {
		first++
	}
	if first == len(lines) {
		return nil, first
	}
	last := first // changed line
	for i := first; i < len(lines) && i <= last+2*around; i++ {
		if lines[i].sign != ' ' {
			last = i
		}
	}
	skipped = max(first-around, 0)
	return lines[skipped:min(last+around+1, len(lines))], skipped
}

// diffLines pairs the lines of two texts.
func diffLines(before, after []string) []diffLine {
	before, after = withoutEmptyEnd(before), withoutEmptyEnd(after)
	var lines, added []diffLine
	for len(before) > 0 || len(after) > 0 {
		switch {
		case len(before) > 0 && len(after) > 0 && before[0] == after[0]:
			lines = append(append(lines, added...), diffLine{' ', before[0]})
			before, after, added = before[1:], after[1:], nil
		case len(after) == 0 || len(before) > 0 && isBlank(before[0]) && !isBlank(after[0]):
			lines = append(lines, diffLine{'-', before[0]})
			before = before[1:]
		case len(before) == 0:
			added = append(added, diffLine{'+', after[0]})
			after = after[1:]
		default:
			from, to := before[0], after[0]
			if strings.ReplaceAll(from, "\r", "") == strings.ReplaceAll(to, "\r", "") { // a change that nobody sees
				from, to = strings.ReplaceAll(from, "\r", `\r`), strings.ReplaceAll(to, "\r", `\r`)
			}
			lines, added = append(lines, diffLine{'-', from}), append(added, diffLine{'+', to})
			before, after = before[1:], after[1:]
		}
	}
	return append(lines, added...)
}

// withoutEmptyEnd drops what is behind the last line break, if it is nothing.
func withoutEmptyEnd(lines []string) []string {
	if last := len(lines) - 1; lines[last] == "" {
		return lines[:last]
	}
	return lines
}

func isBlank(line string) bool { return strings.TrimSpace(line) == "" }
