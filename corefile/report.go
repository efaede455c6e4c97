package corefile

import (
	"cmp"
	"fmt"
	"slices"
)

// maxReported is how many problems of each severity are reported: enough to work on, and
// few enough for an API server's reply.
const maxReported = 50

// A Report collects problems. It keeps the first of each severity and counts the rest.
// The zero Report is empty and ready to use.
type Report struct {
	// Stop, if given, is asked now and then whether to leave what is not read yet. From when
	// it says so, what was reported is not the whole verdict.
	Stop func() bool

	problems         []Problem
	errors, warnings int
}

// Clone returns a copy, which goes on by itself.
func (r *Report) Clone() Report {
	c := *r
	c.problems = slices.Clone(r.problems)
	return c
}

// Error adds a problem that stops a server.
func (r *Report) Error(at Token, rule, message string) { r.Suggest(at, rule, message, "") }

// Suggest adds a problem that stops a server, with the word that was likely meant. Where
// nobody knows how the server reads the place, it is only a warning.
func (r *Report) Suggest(at Token, rule, message, suggestion string) {
	if at.doubtful {
		r.Warn(at, rule, message)
		return
	}
	p := at.Problem(rule, Error, message)
	p.Suggestion = suggestion
	r.add(p, &r.errors)
}

// Refuse adds a problem for which a text is rejected whatever a server makes of it: what is
// not allowed, and what is too much to check.
func (r *Report) Refuse(at Token, rule, message string) {
	r.add(at.Problem(rule, Error, message), &r.errors)
}

// Warn adds a problem that no server stops for. In a foreign file that is nothing to tell
// those who are judged.
func (r *Report) Warn(at Token, rule, message string) {
	if at.Foreign() {
		return
	}
	r.add(at.Problem(rule, Warning, message), &r.warnings)
}

// add adds a problem, unless the same was said of the same place: a key may stand for
// many zones.
func (r *Report) add(p Problem, count *int) {
	if slices.Contains(r.problems, p) {
		return
	}
	if *count++; *count <= maxReported {
		r.problems = append(r.problems, p)
	}
}

// Full reports whether further errors would only be counted. The verdict stands, so that
// nothing is lost by stopping. It is so as well once Stop says so.
func (r *Report) Full() bool { return r.errors > maxReported || r.Stopped() }

// Stopped reports whether what is not read yet is to be left.
func (r *Report) Stopped() bool { return r.Stop != nil && r.Stop() }

// FullOfWarnings reports whether further warnings would only be counted. Nothing is lost
// by leaving them out.
func (r *Report) FullOfWarnings() bool { return r.warnings > maxReported }

// Contains reports whether a problem of some kind was reported.
func (r *Report) Contains(kind func(Problem) bool) bool { return slices.ContainsFunc(r.problems, kind) }

// Problems returns what was collected, in the order in which it was found. A last problem
// of each severity, without a place, tells how many more there are.
func (r *Report) Problems() []Problem {
	problems := slices.Clone(r.problems)
	for _, left := range []struct {
		count    int
		severity Severity
	}{{r.errors, Error}, {r.warnings, Warning}} {
		if left.count > maxReported {
			problems = append(problems, Problem{Rule: RuleMoreProblems, Severity: left.severity, Message: fmt.Sprintf(
				"at least %d more of this severity are not shown. Fix the ones above first", left.count-maxReported)})
		}
	}
	return problems
}

// Merge unites what several servers have to say about the same files: a problem that
// several share is told once and names them all. The result is in the order of the
// files, then of the places in them.
func Merge(files []File, servers ...[]Problem) []Problem {
	order := make(map[string]int, len(files))
	for i, file := range files {
		order[file.Name] = i + 1
	}
	var merged []Problem
	index := map[Problem]int{}
	for _, problems := range servers {
		for _, p := range problems {
			key := p
			key.Server = ""
			if i, found := index[key]; !found {
				index[key] = len(merged)
				merged = append(merged, p)
			} else if merged[i].Server != p.Server && p.Server != "" {
				merged[i].Server += " and " + p.Server
			}
		}
	}
	slices.SortStableFunc(merged, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(cmp.Or(order[a.File], len(files)+1), cmp.Or(order[b.File], len(files)+1)),
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return merged
}
