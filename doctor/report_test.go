package doctor

import (
	"slices"
	"strings"
	"testing"
)

func TestAReportHasALineForEachCheck(t *testing.T) {
	t.Parallel()
	r := Report{
		Client: "1.0.0", Kubernetes: "v1.37.2",
		Checks: []Result{
			{Title: "one", Status: OK, Detail: "seen"},
			{Title: "two", Status: Skipped, Findings: []Finding{{Skipped, "you may not", ""}}},
			{Title: "three", Status: Failed, Findings: []Finding{{Failed, "it broke\n  twice", "fix it"}, {Warning, "and that", "that too"}}},
		},
		Counts: map[Status]int{OK: 1, Skipped: 1, Failed: 1},
	}
	const want = `kubectl-corewarden 1.0.0, image unknown, Kubernetes v1.37.2

ok       one (seen)
skipped  two
         you may not
FAILED   three
         it broke twice
         -> fix it
         and that
         -> that too

3 checks: 1 ok, 1 failed, 1 skipped
`
	var text strings.Builder
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if text.String() != want {
		t.Errorf("the report is\n%s\nwant\n%s", text.String(), want)
	}
	if want := "waiting, as 1 of 3 checks fail: three"; r.Progress() != want {
		t.Errorf("progress is %q, want %q", r.Progress(), want)
	}
}

func TestEveryCheckHasAnIDOfItsOwn(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, c := range checks() {
		if c.title == "" || c.look == nil || slices.Contains(ids, c.id) {
			t.Errorf("check %q is incomplete, or not the first of its name", c.id)
		}
		ids = append(ids, c.id)
	}
}
