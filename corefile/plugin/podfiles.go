package plugin

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"corewarden/corefile"
)

// podFile checks the name of a file that has to be in the server's pod for it to start.
// Nothing here knows whether it is there, or what it holds.
func (p *Parser) podFile(token corefile.Token, what string) error {
	name := token.Text
	if p.hidden(token) {
		return nil
	}
	if !possibleFile(name) {
		return p.errorAt(token, RuleInvalidValue, "%s is %s, which cannot be a file name. Write its path", what, corefile.Quote(name))
	}
	p.readsFile(token)
	if !p.Report.FullOfWarnings() {
		p.Report.Warn(token, RulePodFile, fmt.Sprintf(
			"%s reads %s, which must exist in the pod; Corewarden cannot check it", p.plugin, corefile.QuotePath(name)))
	}
	return nil
}

// has reports whether the pod has a file for certain.
func (p *Parser) has(name corefile.Token) bool {
	_, known := p.Pod.file(p.inRoot(name.Text))
	return known
}

// inRoot returns the path of a file that is relative to the folder that root names.
func (p *Parser) inRoot(name string) string {
	if p.Settings.Root == "" || path.IsAbs(name) {
		return name
	}
	return path.Join(p.Settings.Root, name)
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
