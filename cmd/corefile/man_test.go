package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestManual writes a page for each command, with all of its flags.
func TestManual(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var out bytes.Buffer
	if code := run([]string{"man", folder}, nil, &out, &out); code != exitClean || out.Len() > 0 {
		t.Fatalf("exit code %d, prints\n%s", code, &out)
	}
	for page, want := range map[string]string{
		"corefile.1":         ".BR corefile\\-check (1)\nCheck Corefiles and manifests\n",
		"corefile-check.1":   ".TP\n\\fB\\-\\-output\\fR \\fIformat\\fR\noutput format: text, json, github, sarif, gitlab or junit (default text)\n",
		"corefile-fmt.1":     ".TP\n\\fB\\-w\\fR, \\fB\\-\\-write\\fR\nwrite the files",
		"corefile-explain.1": "and show an example.\n.PP\nWithout PLUGIN, it lists",
		"corefile-rules.1":   ".SH SEE ALSO\n.BR corefile (1)\n",
	} {
		text, err := os.ReadFile(filepath.Join(folder, page))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s is\n%s\nwant %q in it; %v", page, text, want, err)
		}
	}
}

func TestRoff(t *testing.T) {
	t.Parallel()
	if got, want := roff(".TH\n'x\na\\b -c"), "\\&.TH\n\\&'x\na\\eb \\-c"; got != want {
		t.Errorf("is %q, want %q", got, want)
	}
}
