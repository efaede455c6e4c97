package scalar_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"corewarden/cmd/corefile/scalar"
)

// FuzzLocate locates the scalars of a text that is read as YAML, and the text itself as a
// scalar that the encoder wrote, which has to be found.
func FuzzLocate(f *testing.F) {
	for _, text := range []string{
		"key: |\n  a\n\n    b\n  c\n", "key: >2-\n    a\n  b\n\n\n  c\n d", "a: 'it''s\n\n b'\nb: \"x\\\n  \\u00e9\\ty\"", "- &a !!str a b\n   c # d\n- *a\n",
		"example.org {\n\tforward . 10.0.0.53\n}\n", " a\nb", "\n\n a\n", "a \nb\u0085c\u2028d", "{\"a\": \"b\\nc\"}", "a:\r\n  b\r\n\r\n  c\r\n", "\ufeffa: b", "|+\n a\n\n\n", "--- >\n a\n  b\n c\n...\n",
	} {
		f.Add(text, uint8(yaml.LiteralStyle))
	}
	f.Fuzz(func(t *testing.T, text string, style uint8) {
		if len(text) > 1000 {
			t.Skip("looking at every character takes too long")
		}
		for _, node := range scalars(text) {
			locate(t, text, node)
		}
		written := yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
			{Kind: yaml.ScalarNode, Value: "key"}, {Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.Style(style) & (yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle)},
		}}
		encoded, err := yaml.Marshal(&written)
		if err != nil || !utf8.ValidString(text) {
			return
		}
		for _, node := range scalars(string(encoded)) {
			if found := locate(t, string(encoded), node); !found && strings.TrimSpace(node.Value) != "" {
				t.Errorf("%q is not found in %q", node.Value, encoded)
			}
		}
	})
}

// scalars returns the scalars of the first document.
func scalars(text string) []*yaml.Node {
	var document yaml.Node
	if yaml.Unmarshal([]byte(text), &document) != nil {
		return nil
	}
	var all []*yaml.Node
	var walk func(*yaml.Node)
	walk = func(node *yaml.Node) {
		if node.Kind == yaml.ScalarNode {
			all = append(all, node)
		}
		for _, child := range node.Content {
			walk(child)
		}
	}
	walk(&document)
	return all
}

// locate checks that each line of a value that is found ends behind its start, and that a
// character which stands for itself is where it is said to be.
func locate(t *testing.T, text string, node *yaml.Node) bool {
	found, ok := scalar.NewSource(text).Locate(node, node.Value)
	if !ok {
		return false
	}
	lines := strings.Split(text, "\n")
	for i, line := range strings.Split(strings.TrimPrefix(node.Value, "\ufeff"), "\n") {
		column := 0
		for _, r := range line {
			column++
			start, end, ok := found.Range(i+1, column, column+1)
			if !ok || start.Line < 1 || start.Line > len(lines) || end.Line < start.Line || end.Line == start.Line && end.Column <= start.Column {
				t.Fatalf("%q of line %d of %q is at %v to %v in %q", r, i+1, node.Value, start, end, text)
			}
			source := []rune(strings.TrimPrefix(lines[start.Line-1], "\ufeff"))
			if letter := r >= 'a' && r <= 'z' || r == '{'; letter && source[start.Column-1] != r && source[start.Column-1] != '\\' {
				t.Fatalf("%q of line %d of %q is at %v in %q", r, i+1, node.Value, start, text)
			}
		}
	}
	return true
}
