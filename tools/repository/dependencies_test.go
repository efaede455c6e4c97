package repository

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestDirectDependenciesAreExplained(t *testing.T) {
	t.Parallel()
	r := readRepository(t)
	required := func(text string) []string {
		var modules []string
		for _, m := range regexp.MustCompile(`(?m)^(?:require )?\t?(\S+) v\S+$`).FindAllStringSubmatch(text, -1) {
			modules = append(modules, m[1])
		}
		slices.Sort(modules)
		return modules
	}(r.texts["go.mod"])
	const page = "docs/dependencies.md"
	var explained []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\S+)` \\| \\S").FindAllStringSubmatch(r.texts[page], -1) {
		explained = append(explained, m[1])
	}
	slices.Sort(explained)
	if len(required) == 0 || !slices.Equal(required, explained) {
		t.Errorf("go.mod requires directly\n%s\nand %s explains\n%s", strings.Join(required, "\n"), page, strings.Join(explained, "\n"))
	}
}
