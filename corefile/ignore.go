package corefile

import (
	"fmt"
	"strings"
)

// ignoreMarker starts a comment that ignores a warning: # corewarden:ignore RULE reason.
const ignoreMarker = "corewarden:ignore"

// Ignore leaves out the warnings that comments in the files ignore: on the line of the comment
// or, if it stands alone, on the next line with words; where that line opens a block, in all
// of the block. It warns of comments that ignore nothing, where certain says that a warning of
// the rule would have been found.
func Ignore(files []File, problems []Problem, certain func(rule string) bool) []Problem {
	var comments []*ignoreComment
	for _, file := range files {
		if strings.Contains(file.Text, ignoreMarker) {
			comments = append(comments, ignoreComments(file)...)
		}
	}
	if len(comments) == 0 {
		return problems
	}
	complete := true // no warning is missing because something else was in the way
	kept := make([]Problem, 0, len(problems))
	for _, p := range problems {
		complete = complete && p.Severity == Warning && p.Rule != RuleMoreProblems
		ignored := false
		for _, c := range comments {
			if c.covers(p) {
				c.used = c.used || p.Severity == Warning
				c.refused = c.refused || p.Severity == Error
				ignored = ignored || p.Severity == Warning
			}
		}
		if !ignored {
			kept = append(kept, p)
		}
	}
	var report Report
	for _, c := range comments {
		if message := c.complaint(complete && certain(c.rule)); message != "" {
			report.Warn(c.at, RuleUnusedIgnore, message)
		}
	}
	return Merge(files, kept, report.Problems())
}

// An ignoreComment ignores the warnings of a rule on some lines of a file.
type ignoreComment struct {
	at           Token
	rule, reason string
	from, to     int // the lines

	used    bool
	refused bool // what it covers is an error
}

func ignoreComments(file File) []*ignoreComment {
	var comments []*ignoreComment
	lines, _ := writtenLines(file)
	ends := blockEnds(lines)
	above := 0 // how many of the comments before stand alone and wait for their line
	for i, line := range lines {
		if rest, found := strings.CutPrefix(strings.TrimLeft(line.comment.Text, "# \t"), ignoreMarker); found {
			c := &ignoreComment{at: line.comment.Token}
			c.rule, c.reason, _ = strings.Cut(strings.TrimSpace(rest), " ")
			c.reason = strings.TrimSpace(c.reason)
			comments, above = append(comments, c), above+1
		}
		if len(line.words) > 0 {
			for _, c := range comments[len(comments)-above:] {
				c.from, c.to = int(line.first), int(lines[ends[i]].last)
			}
			above = 0
		}
	}
	return comments
}

// blockEnds returns for each line the one that closes the block which it opens: the line
// itself if it opens none.
func blockEnds(lines []writtenLine) []int {
	ends := make([]int, len(lines))
	type opened struct{ line, depth int }
	var open []opened
	depth := 0
	for i, line := range lines {
		ends[i] = i
		if line.opens() {
			ends[i] = len(lines) - 1
			open = append(open, opened{i, depth})
		}
		for depth += line.depth(); len(open) > 0 && open[len(open)-1].depth >= depth; open = open[:len(open)-1] {
			ends[open[len(open)-1].line] = i
		}
	}
	return ends
}

func (c *ignoreComment) covers(p Problem) bool {
	return c.reason != "" && p.Rule == c.rule && p.File == c.at.File() && p.Line >= c.from && p.Line <= c.to
}

// complaint returns what is wrong with the comment, or "".
func (c *ignoreComment) complaint(certain bool) string {
	switch {
	case c.reason == "":
		return "this comment ignores nothing: it names no rule or no reason. Write # " + ignoreMarker + " RULE reason"
	case c.refused:
		return fmt.Sprintf("%s is an error here, and only warnings can be ignored. Fix the error and remove this comment", Quote(c.rule))
	case !c.used && certain:
		return fmt.Sprintf("there is no warning of the rule %s here to ignore. Remove this comment", Quote(c.rule))
	}
	return ""
}
