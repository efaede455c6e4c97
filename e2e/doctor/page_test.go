package doctor

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestThePageShowsWhatIsPrinted compares the page with the files.
func TestThePageShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/doctor.md")
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	nodes, err := filepath.Glob("nodes/testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	files := slices.Concat(here, nodes)
	if len(files) == 0 {
		t.Fatal("there are no files to compare with")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), "\n"+string(text)+"```") {
			t.Errorf("docs/doctor.md does not show %s:\n%s", file, text)
		}
	}
}
