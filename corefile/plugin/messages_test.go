package plugin_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/messages anew")

// compareMessages compares what is said of a test's examples with its file.
func compareMessages(t *testing.T, name string, examples []example) {
	t.Helper()
	var text strings.Builder
	for _, e := range examples {
		problems := judge(t, name, e)
		if len(problems) == 0 {
			continue
		}
		if e.coredns != "" {
			fmt.Fprintf(&text, "CoreDNS %s:\n", e.coredns)
		}
		for i, line := range strings.Split(e.text, "\n") {
			if i == 30 {
				text.WriteString("    ...\n")
				break
			}
			fmt.Fprintf(&text, "    %.300s\n", line)
		}
		for _, p := range problems {
			fmt.Fprintf(&text, "%d:%d %s: %s (%s)\n", p.Line-1, p.Column, p.Severity, p.Message, p.Rule)
		}
		text.WriteString("\n")
	}
	file := filepath.Join("testdata", "messages", strings.TrimPrefix(t.Name(), "Test")+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := text.String(); got != string(want) {
		t.Errorf("%s differs from what is said now. If that is right, run go test ./corefile/plugin -update.\n%s", file, firstDifference(got, string(want)))
	}
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(got, want string) string {
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i, line := range gotLines {
		if i >= len(wantLines) || line != wantLines[i] {
			return fmt.Sprintf("line %d: got  %s\nwant %s", i+1, line, strings.Join(wantLines[min(i, len(wantLines)):min(i+1, len(wantLines))], ""))
		}
	}
	return fmt.Sprintf("line %d: got nothing\nwant %s", len(gotLines), wantLines[len(gotLines)-1])
}

// TestEveryMessageIsShown finds the messages in the source of the grammars and readers: each stands in
// a file of testdata/messages.
func TestEveryMessageIsShown(t *testing.T) {
	t.Parallel()
	var shown strings.Builder
	if err := filepath.WalkDir(filepath.Join("testdata", "messages"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		shown.Write(text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	messages := messagesInSource(t)
	if len(messages) < 150 {
		t.Fatalf("found only %d messages", len(messages))
	}
	verb := regexp.MustCompile(`%%|%[a-z]`)
	for format, place := range messages {
		pattern := verb.ReplaceAllStringFunc(regexp.QuoteMeta(format), func(v string) string {
			if v == "%%" {
				return "%"
			}
			return ".*"
		})
		if !regexp.MustCompile(`: ` + pattern).MatchString(shown.String()) {
			t.Errorf("%s: no example shows %q", place, format)
		}
	}
}

// messagesInSource returns where each format of a message stands, as far as it is a literal.
func messagesInSource(t *testing.T) map[string]string {
	t.Helper()
	formatOf := map[string]int{"Errorf": 1, "Warnf": 1, "ErrorAt": 2, "WarnAt": 2, "SuggestAt": 3, "wrong": 1}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	readers, err := filepath.Glob(filepath.Join("reader", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	set := token.NewFileSet()
	for _, name := range append(files, readers...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			method, is := call.Fun.(*ast.SelectorExpr)
			if !is {
				return true
			}
			at, is := formatOf[method.Sel.Name]
			if !is || at >= len(call.Args) {
				return true
			}
			if format, is := literal(call.Args[at]); is {
				found[format] = set.Position(call.Pos()).String()
			}
			return true
		})
	}
	return found
}

// literal returns the text of a literal, or of several that are added.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, isLeft := literal(e.X)
		right, isRight := literal(e.Y)
		return left + right, isLeft && isRight
	}
	return "", false
}
