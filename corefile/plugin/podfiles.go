package plugin

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
)

// podFile checks the name of a file that has to be in the server's pod for it to start.
// Nothing here knows whether it is there, or what it holds.
func (p *Parser) podFile(token corefile.Token, what string) error {
	path := token.Text
	if p.hidden(token) {
		return nil
	}
	if !possibleFile(path) {
		return p.errorAt(token, RuleInvalidValue, "%s is %s, which cannot be a file name. Write its path", what, corefile.Quote(path))
	}
	p.readsFile(token)
	if !p.Report.FullOfWarnings() {
		p.Report.Warn(token, RulePodFile, fmt.Sprintf(
			"%s reads %s, which must exist in the pod; Corewarden cannot check it", p.plugin, corefile.QuotePath(path)))
	}
	return nil
}

// readsFile takes note of a file that the plugin reads.
func (p *Parser) readsFile(name corefile.Token) {
	p.Settings.Files = append(p.Settings.Files, File{Plugin: p.plugin, Token: name, Path: name.Text})
}

// maxPath is how long a path is for Linux at most, with a zero byte after it.
const maxPath = 4096

// possibleFile reports whether Linux can open a file of the given path at all.
func possibleFile(path string) bool {
	return path != "" && len(path) < maxPath && !strings.Contains(path, "\x00") &&
		!slices.ContainsFunc(strings.Split(path, "/"), func(name string) bool { return len(name) > 255 })
}
