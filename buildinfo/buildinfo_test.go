package buildinfo

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
)

func TestABuildThatIsNoReleaseSaysSo(t *testing.T) {
	t.Parallel()
	if got := Read().String(); !regexp.MustCompile(`^devel \(revision \S+, go\S+, \w+/\w+\)$`).MatchString(got) {
		t.Errorf("version %q", got)
	}
}

func TestAChangedTreeIsMarked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		settings []debug.BuildSetting
		want     string
	}{
		{nil, ""},
		{[]debug.BuildSetting{{Key: "vcs.modified", Value: "true"}}, ""},
		{[]debug.BuildSetting{{Key: "vcs.revision", Value: "0123abc"}, {Key: "vcs.modified", Value: "false"}}, "0123abc"},
		{[]debug.BuildSetting{{Key: "vcs.revision", Value: "0123abc"}, {Key: "vcs.modified", Value: "true"}}, "0123abc-dirty"},
	} {
		if got := committed(test.settings); got != test.want {
			t.Errorf("commit %q of %v, want %q", got, test.settings, test.want)
		}
	}
}

// A misspelt -X is not an error for the linker: it sets nothing.
func TestTheLinkerSetsVersionAndRevision(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "corefile")
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", binary,
		"-ldflags", "-X corewarden/buildinfo.version=v1.2.3 -X corewarden/buildinfo.revision=0123abc", "../cmd/corefile")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), binary, "-version").Output()
	if want := "corefile v1.2.3 (revision 0123abc, go"; err != nil || !strings.HasPrefix(string(out), want) {
		t.Errorf("it prints %q and ends with %v, want %q", out, err, want)
	}
}
