package alerts_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"corewarden/e2e/parts"
)

// A panel is one of deploy/prometheus/dashboard.json.
type panel struct {
	ID      int    `json:"id"`
	Type    string `json:"type"`
	Title   string `json:"title"`
	GridPos struct{ X, Y, W, H int }
	Targets []struct {
		Expr string `json:"expr"`
	} `json:"targets"`
}

func dashboard(t *testing.T) []panel {
	t.Helper()
	text, err := os.ReadFile("../../deploy/prometheus/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []panel `json:"panels"`
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	return dashboard.Panels
}

// TestDashboardQueriesParse has promtool read each query, as that of a recording rule. That
// their metrics exist is tested in e2e/lifecycle.
func TestDashboardQueriesParse(t *testing.T) {
	t.Parallel()
	binaries, err := parts.Build(t.Context(), os.Stderr, parts.Promtool)
	if err != nil {
		t.Fatal(err)
	}
	type rule struct {
		Record string `json:"record"`
		Expr   string `json:"expr"`
	}
	var rules []rule
	for _, p := range dashboard(t) {
		for i, target := range p.Targets {
			rules = append(rules, rule{fmt.Sprintf("panel:%d_%d", p.ID, i), target.Expr})
		}
	}
	if len(rules) < 20 {
		t.Fatalf("there are only %d queries", len(rules))
	}
	file := filepath.Join(t.TempDir(), "queries.yaml")
	text, err := json.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}}) // which is YAML, too
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, text)
	if out, err := exec.CommandContext(t.Context(), binaries[parts.Promtool], "check", "rules", file).CombinedOutput(); err != nil {
		t.Errorf("promtool check rules: %v\n%s", err, out)
	}
}

// TestDashboardPanelsHaveTheirPlace is about what Grafana would only show as a mess.
func TestDashboardPanelsHaveTheirPlace(t *testing.T) {
	t.Parallel()
	ids := map[int]bool{}
	taken := map[[2]int]string{}
	for _, p := range dashboard(t) {
		if ids[p.ID] {
			t.Errorf("%s: there are two panels with the id %d", p.Title, p.ID)
		}
		ids[p.ID] = true
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("%s has no query", p.Title)
		}
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, ok := taken[[2]int{x, y}]; ok {
					t.Fatalf("%s lies over %s", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		if p.GridPos.W == 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("%s is not within the 24 columns", p.Title)
		}
	}
}
