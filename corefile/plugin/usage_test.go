package plugin

import (
	"regexp"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
)

// TestErrorsShowTheUsageThatIsTold gives each property too few and too many arguments. Where
// that is an error, it shows how the property is written.
func TestErrorsShowTheUsageThatIsTold(t *testing.T) {
	t.Parallel()
	compared := 0
	usage := regexp.MustCompile(`(?:Write: (.*)|: (\S+) takes no argument\. .*)$`)
	for name := range table {
		for _, property := range Properties(name) {
			if property.Until != "" {
				continue
			}
			want := strings.TrimSpace(property.Name + " " + property.Arguments)
			for _, arguments := range []string{"", strings.Repeat(" x", 20)} {
				for _, p := range withProperty(name, property.Name+arguments, newest()) {
					match := usage.FindStringSubmatch(p.Message)
					if p.Rule != reader.RuleWrongArguments || match == nil || p.Line != 3 {
						continue
					}
					compared++
					if got := match[1] + match[2]; got != want {
						t.Errorf("%s: the error shows %q, and the property tells %q", name, got, want)
					}
				}
			}
		}
	}
	if compared < 150 {
		t.Errorf("compared only %d errors", compared)
	}
}

// withProperty returns the problems of a plugin's examples whose block has only the given
// line.
func withProperty(name, line string, r release.Release) []corefile.Problem {
	var all []corefile.Problem
	block := regexp.MustCompile(`(?s)\n    (` + name + `\b[^\n]*) \{\n.*?\n    \}`)
	for _, example := range Examples(name) {
		if match := block.FindStringSubmatch(example.Text); match != nil && r.AtLeast(example.Since) {
			all = append(all, check(name, match[1]+" {\n"+line+"\n}", r)...)
		}
	}
	return all
}

// check returns the problems of a use of a plugin in a server block for example.org.
func check(name, use string, r release.Release) []corefile.Problem {
	var report corefile.Report
	main := corefile.File{Name: name, Path: "/Corefile", Text: "example.org {\n" + use + "\n}\n"}
	for _, block := range corefile.Parse(corefile.Configuration{Main: main}, release.Known, &report) {
		Check(name, block.Plugins()[0].Tokens, &Block{Block: reader.Block{Release: r, Report: &report, Has: block.Uses, Zones: []string{"example.org."}}})
	}
	return report.Problems()
}
