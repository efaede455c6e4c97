package plugin

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
)

// TestEveryPluginHasAGrammar of any release, but for "on", which is refused.
func TestEveryPluginHasAGrammar(t *testing.T) {
	t.Parallel()
	for _, r := range release.All() {
		for _, name := range r.Plugins() {
			if _, found := table[name]; !found && name != "on" {
				t.Errorf("the plugin %s of %s has no grammar", name, r.Name)
			}
		}
	}
	for name, about := range table {
		if !release.Known(name) {
			t.Errorf("no release has the plugin %s", name)
		}
		if about.read == nil || about.Purpose == "" || !strings.HasPrefix(about.Usage, name) || len(Examples(name)) == 0 {
			t.Errorf("something is missing of the plugin %s: %+v", name, about)
		}
		for _, change := range about.Changes {
			if _, err := release.CoreDNS(change.Since); err != nil || change.Text == "" {
				t.Errorf("%s: no change: %+v", name, change)
			}
		}
	}
}

// TestEveryExampleIsValid for all releases that have the plugin, and the property that it
// shows.
func TestEveryExampleIsValid(t *testing.T) {
	t.Parallel()
	for _, r := range release.All() {
		for _, name := range r.Plugins() {
			for _, example := range Examples(name) {
				if !r.AtLeast(example.Since) {
					continue
				}
				var report corefile.Report
				main := corefile.File{Name: name, Path: "/Corefile", Text: example.Text}
				blocks := corefile.Parse(corefile.Configuration{Main: main}, release.Known, &report)
				if len(blocks) != 1 || !blocks[0].Uses(name) {
					t.Fatalf("%s: the example is no server block with the plugin:\n%s", name, example.Text)
				}
				block := &Block{Block: reader.Block{Release: r, Report: &report, Has: blocks[0].Uses, Zones: []string{"example.org."}, Transports: []string{"dns"}}}
				for _, d := range blocks[0].Plugins() {
					Check(d.Name(), d.Tokens, block)
				}
				for _, p := range report.Problems() {
					if p.Severity == corefile.Error || p.Rule != reader.RulePodFile && p.Rule != reader.RulePodNetwork {
						t.Errorf("%s: line %d of the example: %s (%s)\n%s", r.Name, p.Line, p.Message, p.Rule, example.Text)
					}
				}
			}
		}
	}
}

// TestEveryPropertyIsTold finds the properties in the source of the grammars. One that is
// not told is in a block that no example has.
func TestEveryPropertyIsTold(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	for name := range table {
		for _, property := range Properties(name) {
			told[property.Name] = true
		}
	}
	for name, place := range propertiesInSource(t) {
		if !told[name] {
			t.Errorf("%s: no example shows the block with the property %q", place, name)
		}
	}
}

// propertiesInSource returns where each property stands in the source.
func propertiesInSource(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	set := token.NewFileSet()
	for _, parsed := range sources(t, set) {
		ast.Inspect(parsed, func(n ast.Node) bool {
			literal, is := n.(*ast.CompositeLit)
			if !is {
				return true
			}
			if kind, is := literal.Type.(*ast.SelectorExpr); !is || kind.Sel.Name != "Properties" {
				return true
			}
			for _, element := range literal.Elts {
				if name, found1 := nameOf(element); found1 {
					found[name] = set.Position(element.Pos()).String()
				}
			}
			return true
		})
	}
	if len(found) < 100 {
		t.Fatalf("found only %d properties", len(found))
	}
	return found
}

// nameOf returns the name in {Name: "ttl", …}.
func nameOf(property ast.Expr) (string, bool) {
	literal, is := property.(*ast.CompositeLit)
	if !is {
		return "", false
	}
	at := slices.IndexFunc(literal.Elts, func(e ast.Expr) bool {
		pair, is := e.(*ast.KeyValueExpr)
		key, isName := pair.Key.(*ast.Ident)
		return is && isName && key.Name == "Name"
	})
	if at < 0 {
		return "", false
	}
	text, is := literal.Elts[at].(*ast.KeyValueExpr).Value.(*ast.BasicLit)
	if !is {
		return "", false
	}
	name, err := strconv.Unquote(text.Value)
	return name, err == nil
}
