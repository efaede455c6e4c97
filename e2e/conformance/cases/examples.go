package cases

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// READMEs returns the examples in the READMEs of CoreDNS's plugins: all blocks of code
// that look like a Corefile, those that show a plugin's syntax too. Source is the folder
// of CoreDNS's module.
func READMEs(source string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(source, "plugin", "*", "README.md"))
	if err != nil {
		return nil, err
	}
	var all []Case
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		origin := "README of " + filepath.Base(filepath.Dir(file))
		for _, block := range codeBlocks(string(text)) {
			if c, ok := fromText(origin, block); ok {
				all = append(all, c)
			}
		}
	}
	return all, nil
}

// codeBlocks returns the fenced blocks of a Markdown text that may hold a Corefile.
func codeBlocks(text string) []string {
	var blocks []string
	var block []string
	fence := "" // of the block that is open
	language := ""
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case fence != "" && strings.HasPrefix(trimmed, fence):
			if slices.Contains([]string{"", "corefile", "txt", "text", "options"}, language) {
				blocks = append(blocks, strings.Join(block, ""))
			}
			fence, block = "", nil
		case fence != "":
			block = append(block, line)
		case strings.HasPrefix(trimmed, "~~~"), strings.HasPrefix(trimmed, "```"):
			fence = trimmed[:3]
			language = strings.ToLower(strings.TrimSpace(trimmed[3:]))
		}
	}
	return blocks
}

// GoTests returns the examples in the tables of Go tests: all string literals that look
// like a Corefile, wherever they stand. The folders are searched for *_test.go files, not
// those below them.
func GoTests(folders ...string) ([]Case, error) {
	var all []Case
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, fmt.Errorf("read examples: %w", err)
			}
			origin := "tests of " + strings.TrimSuffix(filepath.Base(folder)+"/"+filepath.Base(file), "_test.go")
			for _, text := range literals(parsed) {
				if c, ok := fromText(origin, text); ok {
					all = append(all, c)
				}
			}
		}
	}
	return all, nil
}

// literals returns the strings of a Go file, those joined of several literals as one.
func literals(file *ast.File) []string {
	var texts []string
	ast.Inspect(file, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, ok := stringOf(e)
		if ok {
			texts = append(texts, text)
		}
		return !ok
	})
	return texts
}

// stringOf returns the value of a string expression. A part that is no literal is most
// often the name of a file.
func stringOf(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, leftOK := stringOf(e.X)
		right, rightOK := stringOf(e.Y)
		if !leftOK {
			left = inDir("names")
		}
		if !rightOK {
			right = inDir("names")
		}
		return left + right, leftOK || rightOK
	case *ast.ParenExpr:
		return stringOf(e.X)
	}
	return "", false
}

// Written returns the cases of text files. A file holds several: "== NAME" starts a case
// and "-- KEY --" a file of it; a case without keys is one Corefile.
func Written(files fs.FS) ([]Case, error) {
	names, err := fs.Glob(files, "*.txt")
	if err != nil {
		return nil, err
	}
	var all []Case
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		topic := strings.TrimSuffix(path.Base(name), ".txt")
		for part := range strings.SplitSeq("\n"+string(text), "\n== ") {
			if title, body, found := strings.Cut(part, "\n"); found && title != "" {
				all = append(all, written(topic+": "+title, strings.TrimSuffix(body, "\n")))
			}
		}
	}
	return all, nil
}

func written(origin, body string) Case {
	if !strings.HasPrefix(body, "-- ") {
		return plain(origin, "", body+"\n")
	}
	files := map[string]string{}
	for part := range strings.SplitSeq("\n"+body, "\n-- ") {
		if key, text, found := strings.Cut(part+"\n", " --\n"); found {
			files[key] = text
		}
	}
	return Case{Origin: origin, Files: files}
}
