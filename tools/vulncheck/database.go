package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// databaseModule has all reports in the folder data/osv, in OSV's format.
const databaseModule = "golang.org/x/vulndb"

// A database is a folder as govulncheck reads it: the reports, with an index.
type database struct {
	folder  string
	version string
	size    int // how many vulnerabilities it has
}

func (d database) close() { os.RemoveAll(d.folder) }

func openDatabase(ctx context.Context, version string) (database, error) {
	out, err := exec.CommandContext(ctx, "go", "mod", "download", "-json", databaseModule+"@"+version).Output()
	if err != nil {
		return database{}, fmt.Errorf("go mod download %s@%s: %w\n%s", databaseModule, version, err, out)
	}
	var module struct{ Version, Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return database{}, err
	}
	folder, err := os.MkdirTemp("", "vulncheck")
	if err != nil {
		return database{}, err
	}
	d := database{folder: folder, version: module.Version}
	if d.size, err = writeDatabase(folder, filepath.Join(module.Dir, "data", "osv")); err != nil {
		d.close()
	}
	return d, err
}

// A report is what the index needs of a vulnerability.
type report struct {
	ID        string     `json:"id"`
	Modified  time.Time  `json:"modified"`
	Withdrawn *time.Time `json:"withdrawn,omitempty"`
	Aliases   []string   `json:"aliases,omitempty"`
	Affected  []struct {
		Package struct{ Name string }
		Ranges  []struct {
			Events []struct{ Fixed string }
		}
	} `json:"affected"`
}

// Entries of the index.
type (
	indexedModule struct {
		Path  string                 `json:"path"`
		Vulns []indexedVulnerability `json:"vulns"`
	}
	indexedVulnerability struct {
		ID       string    `json:"id"`
		Modified time.Time `json:"modified"`
		Fixed    string    `json:"fixed,omitempty"`
	}
	indexedReport struct {
		ID       string    `json:"id"`
		Modified time.Time `json:"modified"`
		Aliases  []string  `json:"aliases,omitempty"`
	}
)

// writeDatabase lays a database out, as https://go.dev/doc/security/vuln/database says.
func writeDatabase(folder, reports string) (size int, err error) {
	if err := errors.Join(os.Symlink(reports, filepath.Join(folder, "ID")), os.Mkdir(filepath.Join(folder, "index"), 0o755)); err != nil {
		return 0, err
	}
	paths, err := filepath.Glob(filepath.Join(reports, "*.json"))
	if err != nil {
		return 0, err
	}
	if len(paths) == 0 {
		return 0, fmt.Errorf("there is no report in %s", reports)
	}
	modules := make(map[string][]indexedVulnerability)
	var all []indexedReport
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		var r report
		if err := json.Unmarshal(text, &r); err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		if r.Withdrawn != nil {
			continue
		}
		all = append(all, indexedReport{r.ID, r.Modified, r.Aliases})
		for module, fixed := range r.modules() {
			modules[module] = append(modules[module], indexedVulnerability{r.ID, r.Modified, fixed})
		}
	}
	var byModule []indexedModule
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		byModule = append(byModule, indexedModule{path, modules[path]})
	}
	return len(all), errors.Join(
		writeJSON(filepath.Join(folder, "index", "db.json"), map[string]time.Time{"modified": {}}),
		writeJSON(filepath.Join(folder, "index", "modules.json"), byModule),
		writeJSON(filepath.Join(folder, "index", "vulns.json"), all),
	)
}

// modules returns the modules that a report is about, each with the version of the last fix.
func (r report) modules() map[string]string {
	found := make(map[string]string)
	for _, affected := range r.Affected {
		fixed := found[affected.Package.Name]
		for _, versions := range affected.Ranges {
			for _, event := range versions.Events {
				if event.Fixed != "" {
					fixed = strings.TrimPrefix(event.Fixed, "v") // events are in order
				}
			}
		}
		found[affected.Package.Name] = fixed
	}
	return found
}

func writeJSON(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}
