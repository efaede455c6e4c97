package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestACallOfAVulnerableFunctionFails(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	err := run(t.Context(), []string{"-C", "testdata/vulnerable", "."}, &stdout, &stderr)
	if err == nil || !strings.Contains(err.Error(), "update the modules") {
		t.Errorf("error %v\n%s", err, &stderr)
	}
	for _, want := range []string{
		"database " + pinned + ": ",
		"GO-2022-1059: ", "in golang.org/x/text v0.3.7, fixed in v0.3.8",
		"vulnerable.main\n    golang.org/x/text/language.ParseAcceptLanguage\n",
	} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("prints\n%s\nwant %q", &stdout, want)
		}
	}
}

func TestAModuleAloneDoesNotFail(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	if err := run(t.Context(), []string{"-C", "testdata/unaffected", "."}, &stdout, &stderr); err != nil {
		t.Errorf("%v\n%s%s", err, &stdout, &stderr)
	}
	if !strings.Contains(stdout.String(), "\n0 vulnerabilities are called; ") || strings.Contains(stdout.String(), "; 0 others") {
		t.Errorf("prints\n%s", &stdout)
	}
}

func TestTheDatabaseLeavesOutWhatWasWithdrawn(t *testing.T) {
	t.Parallel()
	reports, folder := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"GO-1.json": `{"id": "GO-1", "affected": [{"package": {"name": "a"}, "ranges": [{"events": [{"introduced": "0"}, {"fixed": "1.2.3"}, {"introduced": "2.0.0"}, {"fixed": "2.1.0"}]}]}]}`,
		"GO-2.json": `{"id": "GO-2", "withdrawn": "2024-01-02T00:00:00Z", "affected": [{"package": {"name": "a"}}]}`,
		"GO-3.json": `{"id": "GO-3", "affected": [{"package": {"name": "b"}}]}`,
	} {
		if err := os.WriteFile(filepath.Join(reports, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if size, err := writeDatabase(folder, reports); err != nil || size != 2 {
		t.Fatalf("%d reports, %v", size, err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "index", "modules.json"))
	if err != nil {
		t.Fatal(err)
	}
	var modules []indexedModule
	if err := json.Unmarshal(text, &modules); err != nil {
		t.Fatal(err)
	}
	if len(modules) != 2 || modules[0].Path != "a" || len(modules[0].Vulns) != 1 || modules[0].Vulns[0].Fixed != "2.1.0" || modules[1].Vulns[0].ID != "GO-3" {
		t.Errorf("modules.json is %s", text)
	}
}

func TestAnEmptyDatabaseIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := writeDatabase(t.TempDir(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "there is no report") {
		t.Errorf("error %v", err)
	}
}
