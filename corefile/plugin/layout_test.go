package plugin

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ofAll are the files that belong to no plugin.
var ofAll = []string{"about.go", "plugin.go", "settings.go", "table.go"}

// TestEveryFileIsOfOnePlugin shows that a file is named after its plugin, and that what several
// plugins read alike stands in package reader.
func TestEveryFileIsOfOnePlugin(t *testing.T) {
	t.Parallel()
	owners := map[string]string{} // of functions, and of methods of Parser behind a "."
	used := map[string][]string{} // the names that a plugin's files hold
	for name, file := range sources(t, token.NewFileSet()) {
		if slices.Contains(ofAll, name) {
			continue
		}
		owner := ownerOf(name)
		if owner == "" {
			t.Errorf("%s has neither the name of a plugin nor one that starts with it", name)
		}
		for _, d := range file.Decls {
			switch f, is := d.(*ast.FuncDecl); {
			case !is:
			case f.Recv == nil:
				owners[f.Name.Name] = owner
			case types.ExprString(f.Recv.List[0].Type) == "*Parser":
				owners["."+f.Name.Name] = owner
			}
		}
		used[owner] = append(used[owner], namesIn(file)...)
	}
	for user, names := range used {
		for _, name := range names {
			if owner, found := owners[name]; found && owner != user {
				t.Errorf("%s uses %s of %s: what two plugins use belongs into package reader", user, name, owner)
			}
		}
	}
}

// namesIn returns the names of a file that are called, and those behind a ".", with it.
func namesIn(file *ast.File) []string {
	var all []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			all = append(all, "."+n.Sel.Name)
		case *ast.CallExpr:
			if name, is := n.Fun.(*ast.Ident); is {
				all = append(all, name.Name)
			}
		}
		return true
	})
	return all
}

// ownerOf returns the plugin whose name a file's starts with, the longest there is.
func ownerOf(file string) (owner string) {
	for name := range table {
		if strings.HasPrefix(file, strings.ReplaceAll(name, "_", "")) && len(name) > len(owner) {
			owner = name
		}
	}
	return owner
}

// sources returns the files of the package but for its tests, by name.
func sources(t *testing.T, set *token.FileSet) map[string]*ast.File {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*ast.File{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if all[name], err = parser.ParseFile(set, name, nil, parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
	}
	return all
}
