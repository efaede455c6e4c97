package clients_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// temporary is the name of a file that Argo CD hands to its kubectl.
var temporary = regexp.MustCompile(`/dev/shm/\d+`)

// onPage expects a block in a section of docs/rejections.md.
func onPage(t *testing.T, section, block string) {
	t.Helper()
	page, err := os.ReadFile("../../docs/rejections.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(page), "\n## "+section+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	if !found || !strings.Contains(text, block) {
		t.Errorf("docs/rejections.md does not show under %q:\n%s", section, block)
	}
}
