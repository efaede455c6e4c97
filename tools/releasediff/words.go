package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
)

// readPlugin reads the package of a plugin, whose files are among the texts, or nothing
// where it is none. The configuration is read by any of its files, not only by setup.go:
// those count that look for words or import caddy.
func readPlugin(dir string, texts map[string]string) (files, error) {
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if path.Dir(name) != dir {
			continue
		}
		f, err := parser.ParseFile(set, name, texts[name], 0)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, f)
	}
	importsCaddy := func(f *ast.File) bool { return imports(f, "github.com/coredns/caddy") }
	if !slices.ContainsFunc(parsed, importsCaddy) {
		return nil, nil
	}
	constants := constants(parsed)
	found := files{}
	for _, f := range parsed {
		lines := map[string]int{}
		for _, w := range words(f, constants) {
			if _, before := lines[w.text]; !before {
				lines[w.text] = set.Position(w.pos).Line
			}
		}
		if name := set.Position(f.Package).Filename; len(lines) > 0 || importsCaddy(f) {
			found[name] = file{texts[name], lines}
		}
	}
	return found, nil
}

func imports(f *ast.File, module string) bool {
	return slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == strconv.Quote(module) })
}

// constants returns the strings that the package's constants are, by name.
func constants(parsed []*ast.File) map[string]string {
	constants := map[string]string{}
	for _, f := range parsed {
		for _, declaration := range f.Decls {
			group, is := declaration.(*ast.GenDecl)
			if !is || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				spec := spec.(*ast.ValueSpec)
				for i, value := range spec.Values {
					if text := values(value, nil); len(text) == 1 && i < len(spec.Names) {
						constants[spec.Names[i].Name] = text[0]
					}
				}
			}
		}
	}
	return constants
}

type word struct {
	text string
	pos  token.Pos
}

// words returns the strings that the file's code looks for: those of the cases of a
// switch, those that something is compared with, and the keys of a map.
func words(f *ast.File, constants map[string]string) []word {
	var found []word
	add := func(e ast.Expr) {
		for _, text := range values(e, constants) {
			if text != "" {
				found = append(found, word{text, e.Pos()})
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CaseClause:
			for _, e := range n.List {
				add(e)
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				add(n.X)
				add(n.Y)
			}
		case *ast.CompositeLit:
			if _, isMap := n.Type.(*ast.MapType); !isMap {
				break
			}
			for _, element := range n.Elts {
				if pair, is := element.(*ast.KeyValueExpr); is {
					add(pair.Key)
				}
			}
		}
		return true
	})
	return found
}

// values returns the string that an expression is by itself, a literal or a constant, or
// nothing.
func values(e ast.Expr, constants map[string]string) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return []string{text}
		}
	case *ast.Ident:
		if text, is := constants[e.Name]; is {
			return []string{text}
		}
	case *ast.ParenExpr:
		return values(e.X, constants)
	}
	return nil
}
