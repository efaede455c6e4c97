package doctor

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var update = flag.Bool("update", false, "write what is printed to testdata")

// changing is what is different in every run, and what stands for it.
var changing = []struct {
	is     *regexp.Regexp
	stands string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:9443"},
	{regexp.MustCompile(`\([\w.-]+_[0-9a-f]{8}-[0-9a-f-]{27}\)`), "(corewarden-webhook-7c9d_5f0c)"},
	{regexp.MustCompile(`pod node-local-dns-\w+`), "pod node-local-dns-x7k2p"},
	{regexp.MustCompile(`\d+ days left`), "89 days left"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`), "2026-11-25 12:00:00"},
	{regexp.MustCompile(`kubectl-corewarden \S+, image`), "kubectl-corewarden 0.1.0, image"},
	{regexp.MustCompile(`it took \S+`), "it took 2s"},
}

// Golden compares what is printed with a file in testdata. docs/doctor.md shows the same.
func Golden(t *testing.T, name, printed string) {
	t.Helper()
	for _, c := range changing {
		printed = c.is.ReplaceAllString(printed, c.stands)
	}
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(printed), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if printed != string(want) {
		t.Errorf("printed is\n%s\nwant, of %s,\n%s", printed, file, want)
	}
}
