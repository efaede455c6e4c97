package danger

import (
	"fmt"
	"path"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
)

// readers are the plugins whose files have the names that stand in the Corefile.
var readers = map[string]bool{"file": true, "hosts": true, "tls": true, "forward": true, "grpc": true}

// missingFiles warns of files that no volume of the server's pod provides. It looks at the
// words that the plugins' grammars take for the name of a file in the pod.
func (c *checker) missingFiles(b *block) {
	if c.Lacks == nil || !slices.ContainsFunc(c.said, func(p corefile.Problem) bool { return p.Rule == plugin.RulePodFile }) {
		return
	}
	for _, d := range b.Directives {
		if d.Tokens[0].Foreign() || !readers[d.Name()] {
			continue
		}
		for _, word := range d.Tokens[1:] {
			said := c.saidAt(word, plugin.RulePodFile)
			if len(said) == 0 {
				continue
			}
			name := word.Text
			if root := rootOf(b); root != "" && !path.IsAbs(name) {
				name = path.Join(root, name)
			}
			if c.Lacks(name) {
				c.refined = append(c.refined, said...)
				c.report.Warn(word, RuleMissingFile, fmt.Sprintf(
					"%s: no volume in the pods of %s provides %s. Mount the file, or write its content here", d.Name(), c.server, corefile.QuotePath(name)))
			}
		}
	}
}

// rootOf returns the folder that the plugin root of a block names, or "".
func rootOf(b *block) string {
	for _, d := range b.Directives {
		if args := line(d); d.Name() == "root" && len(args) == 1 {
			return args[0].Text
		}
	}
	return ""
}
