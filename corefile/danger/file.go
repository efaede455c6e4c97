package danger

import (
	"fmt"
	"path"
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// missingFiles warns of files that no volume of the server's pod provides. It looks at the
// words that the plugins' grammars take for the name of a file in the pod, where that is the
// name which the plugin opens.
func (c *checker) missingFiles(b *block) {
	if c.Lacks == nil || !slices.ContainsFunc(c.said, func(p corefile.Problem) bool { return p.Rule == reader.RulePodFile }) {
		return
	}
	for _, file := range b.Files {
		about, _ := plugin.About(file.Plugin)
		if file.Token.Foreign() || about.Files == plugin.Derived {
			continue
		}
		said := c.saidAt(file.Token, reader.RulePodFile)
		if len(said) == 0 {
			continue
		}
		name := file.Path
		if about.Files == plugin.RelativeToRoot && b.Root != "" && !path.IsAbs(name) {
			name = path.Join(b.Root, name)
		}
		if c.Lacks(name) {
			c.refined = append(c.refined, said...)
			c.report.Warn(file.Token, RuleMissingFile, fmt.Sprintf(
				"%s: no volume in the pods of %s provides %s. Mount the file, or write its content here", file.Plugin, c.server, corefile.QuotePath(name)))
		}
	}
}
