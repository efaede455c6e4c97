package corefile

import (
	"fmt"
	"strings"
)

// DependsOnEnvironment reports whether CoreDNS would put environment variables into the
// token, instead of {%NAME%} and {$NAME}.
func (t Token) DependsOnEnvironment() bool { return t.environment }

// refers reports whether a text refers to an environment variable.
func refers(text string) bool {
	if strings.IndexByte(text, '{') < 0 { // soon told of nearly every word
		return false
	}
	for _, r := range references {
		if _, _, found := r.next(text); found {
			return true
		}
	}
	return false
}

// WarnOfEnvironment warns of a token that depends on the environment, so that it is not
// checked: what it is.
func (r *Report) WarnOfEnvironment(at Token, what string) { r.warnOfEnvironment(at, what, "") }

// WarnOfImport is WarnOfEnvironment for an import: what it brings may open and close blocks.
func (r *Report) WarnOfImport(at Token) {
	r.warnOfEnvironment(at, "the import", ". It may change how the rest is read, so an error in that is only a warning")
}

func (r *Report) warnOfEnvironment(at Token, what, more string) {
	if !r.FullOfWarnings() {
		r.Warn(at, RuleEnvironment, fmt.Sprintf(
			"%s depends on environment variables of the server's pod (%s), so it was not checked%s",
			what, strings.Join(variables(at.Text), ", "), more))
	}
}

// variables returns the names of the environment variables in a text, quoted for a
// message. Of more than three names the last element counts the rest.
func variables(text string) []string {
	const shown = 3
	var names []string
	more := 0
	for _, r := range references {
		for name, rest, found := r.next(text); found; name, rest, found = r.next(rest) {
			if len(names) == shown {
				more++
				continue
			}
			names = append(names, Quote(name))
		}
	}
	if more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return names
}

// A reference is a way to refer to an environment variable.
type reference struct{ open, closing string }

var references = []reference{{"{%", "%}"}, {"{$", "}"}}

// next returns the name in the first reference of a text, and what follows it. It follows
// CoreDNS's replacement: a reference without a name or without an end stops the search.
func (r reference) next(text string) (name, rest string, found bool) {
	start := strings.Index(text, r.open)
	if start < 0 {
		return "", "", false
	}
	// The end is searched from the start of the reference, so that "{%}" ends inside of
	// its own beginning: a reference without a name.
	from := text[start:]
	end := strings.Index(from, r.closing)
	if end <= len(r.open) {
		return "", "", false
	}
	return from[len(r.open):end], from[end+len(r.closing):], true
}
