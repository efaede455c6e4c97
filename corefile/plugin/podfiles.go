package plugin

import (
	"slices"
	"strings"

	"corewarden/corefile"
)

// podFile checks the name of a file that has to be in the server's pod for it to start.
// Whether it is there and what it holds cannot be seen from here.
func (p *Parser) podFile(back int, path, what string) error {
	if !possibleFile(path) {
		return p.errorAt(back, RuleInvalidValue, "%s is %s, which cannot be the name of a file; write its path", what, corefile.Quote(path))
	}
	p.warnf(back, RulePodFile, "the server starts only if %s %s is in its pod and right, which cannot be seen from here", what, corefile.Quote(path))
	return nil
}

// maxPath is how long a path is for Linux at most, with a zero byte after it.
const maxPath = 4096

// possibleFile reports whether Linux can open a file of the given path at all.
func possibleFile(path string) bool {
	return path != "" && len(path) < maxPath && !strings.Contains(path, "\x00") &&
		!slices.ContainsFunc(strings.Split(path, "/"), func(name string) bool { return len(name) > 255 })
}
