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

// ignoreComments reads no more words than are judged of a file, and keeps none of them.
func ignoreComments(file File) []*ignoreComment {
	var comments []*ignoreComment
	var targets []int // the lines that they are about
	var lines []lineOfWords
	read := 0
	for word := range newLexer(&source{File: file}).written() {
		if read++; read > maxTokens {
			break
		}
		here := len(lines) - 1 // the line of the word, if others are before it
		if here < 0 || lines[here].last < word.line {
			here++
		}
		if word.comment {
			if c := asIgnoreComment(word.Token); c != nil {
				comments, targets = append(comments, c), append(targets, here)
			}
			continue
		}
		if here == len(lines) {
			lines = append(lines, lineOfWords{first: word.line})
		}
		line := &lines[here]
		line.last, line.depth, line.opens = word.lastWrittenLine(), line.depth+word.braces(), word.braces() > 0
	}
	ends := blockEnds(lines)
	for i, c := range comments {
		if target := targets[i]; target < len(lines) {
			c.from, c.to = int(lines[target].first), int(lines[ends[target]].last)
		}
	}
	return comments
}

// asIgnoreComment reads a comment; nil if it is another one.
func asIgnoreComment(comment Token) *ignoreComment {
	rest, found := strings.CutPrefix(strings.TrimLeft(comment.Text, "# \t"), ignoreMarker)
	if !found {
		return nil
	}
	c := &ignoreComment{at: comment}
	c.rule, c.reason, _ = strings.Cut(strings.TrimSpace(rest), " ")
	c.reason = strings.TrimSpace(c.reason)
	return c
}

// A lineOfWords is where a line is that has words, and what it does to blocks.
type lineOfWords struct {
	first, last int32
	depth       int  // how many blocks it opens more than it closes
	opens       bool // it ends in the brace that opens a block
}

// blockEnds returns for each line the one that closes the block which it opens: the line
// itself if it opens none.
func blockEnds(lines []lineOfWords) []int {
	ends := make([]int, len(lines))
	type opened struct{ line, depth int }
	var open []opened
	depth := 0
	for i, line := range lines {
		ends[i] = i
		if line.opens {
			ends[i] = len(lines) - 1
			open = append(open, opened{i, depth})
		}
		for depth += line.depth; len(open) > 0 && open[len(open)-1].depth >= depth; open = open[:len(open)-1] {
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
