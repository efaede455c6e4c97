package corefile

import (
	"path"
	"strings"
)

// meta are the characters that make a name a pattern of files.
const meta = `*?[\`

// mayMatchNothing reports whether CoreDNS goes on where no file has a name or matches a
// pattern. It looks for other characters than those of patterns: a backslash is none of them,
// and a bracket that closes nothing is one.
func mayMatchNothing(name string) bool { return strings.ContainsAny(name, "*?[]") }

// A glob is a pattern of files, as path.Match reads it.
type glob struct {
	pattern    string
	start, end string // what a matching name starts and ends with
	star       bool   // whether all between the two is one "*"
}

func newGlob(pattern string) glob {
	first, last := strings.IndexAny(pattern, meta), strings.LastIndexAny(pattern, meta+"]")
	return glob{
		pattern: pattern, start: pattern[:first], end: pattern[last+1:],
		star: first == last && pattern[first] == '*',
	}
}

// matches reports whether a name matches the pattern. Most patterns are one star, and most
// names differ at an end: both is seen sooner here than by path.Match.
func (g glob) matches(name string) bool {
	middle, starts := strings.CutPrefix(name, g.start)
	middle, ends := strings.CutSuffix(middle, g.end)
	switch {
	case !starts || !ends:
		return false
	case g.star:
		return !strings.Contains(middle, "/")
	}
	ok, err := path.Match(g.pattern, name)
	return ok && err == nil
}

// effort is about how long it takes to compare the pattern with a name. Behind a star
// path.Match may start over at every character.
func (g glob) effort(name string) int {
	if g.star {
		return 1
	}
	return 1 + len(g.pattern)*len(name)/64
}
