package reader

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"corewarden/corefile"
)

// PodFile checks the name of a file that has to be in the server's pod for it to start.
// Nothing here knows whether it is there, or what it holds.
func (p *Parser) PodFile(token corefile.Token, what string) error {
	name := token.Text
	if p.Hidden(token) {
		return nil
	}
	if !PossibleFile(name) {
		return p.ErrorAt(token, RuleInvalidValue, "%s is %s, which cannot be a file name. Write its path", what, corefile.Quote(name))
	}
	p.ReadsFile(token)
	if !p.Report.FullOfWarnings() {
		p.Report.Warn(token, RulePodFile, fmt.Sprintf(
			"%s reads %s, which must exist in the pod; Corewarden cannot check it", p.Name, corefile.QuotePath(name)))
	}
	return nil
}

// HasFile reports whether the pod has a file for certain.
func (p *Parser) HasFile(name corefile.Token) bool {
	_, known := p.Pod.Content(p.InRoot(name.Text))
	return known
}

// InRoot returns the path of a file that is relative to the folder that root names.
func (p *Parser) InRoot(name string) string {
	if p.found.Root == "" || path.IsAbs(name) {
		return name
	}
	return path.Join(p.found.Root, name)
}

// ReadsFile takes note of a file that the plugin reads.
func (p *Parser) ReadsFile(name corefile.Token) {
	p.found.Files = append(p.found.Files, File{Plugin: p.Name, Token: name, Path: name.Text})
}

// maxPath is how long a path is for Linux at most, with a zero byte after it.
const maxPath = 4096

// PossibleFile reports whether Linux can open a file of the given path at all.
func PossibleFile(path string) bool {
	return path != "" && len(path) < maxPath && !strings.Contains(path, "\x00") &&
		!slices.ContainsFunc(strings.Split(path, "/"), func(name string) bool { return len(name) > 255 })
}
