package repository

import (
	"os/exec"
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

// TestCorefileStartsAtOnce keeps packages out of the offline checker that make it start more
// slowly, as they make tables, types or connections ready. A hook or an editor starts it for
// every file.
func TestCorefileStartsAtOnce(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "./cmd/corefile")
	list.Dir = "../.."
	packages, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(packages), "corewarden/corefile\n") {
		t.Fatalf("the checker is not made of these packages:\n%s", packages)
	}
	for name := range strings.Lines(string(packages)) {
		for _, costly := range []string{"github.com/prometheus/", "google.golang.org/protobuf/", "k8s.io/", "net/http\n", "sigs.k8s.io/"} {
			if strings.HasPrefix(name, costly) {
				t.Errorf("cmd/corefile needs %s", name)
			}
		}
	}
}
