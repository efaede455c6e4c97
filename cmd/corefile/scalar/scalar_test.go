package scalar_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"corewarden/cmd/corefile/scalar"
)

// TestPlaces finds the words TARGET and end: the first by their lines and columns in the
// value, the second as their lines and columns in the source.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"literal":                           "data:\n  key: |\n    a b\n      TARGET end\n",
		"literal in a sequence":             "- key: |\n    TARGET end\n- other: x\n",
		"literal, chomped":                  "key: |-\n  a\n\n  TARGET end\n\n",
		"literal, kept":                     "key: |+\n  a\n\n\n  TARGET end\n\n\nnext: x\n",
		"literal with an indicator":         "key: |2\n    a\n  TARGET end\n",
		"literal with both indicators":      "key: |2-\n      a\n  TARGET end\n",
		"literal with a comment":            "key: | # why\n  TARGET end\n",
		"literal after empty lines":         "key: |\n\n \n  TARGET end\n",
		"literal with tabs":                 "key: |\n  a\n  \tTARGET end\t\n",
		"literal to the end of the file":    "key: |\n  a\n  TARGET end",
		"literal with CRLF":                 "key: |\r\n  a\r\n  TARGET end\r\n",
		"literal after wide characters":     "key: |\n  ä🙂 TARGET end\n",
		"folded":                            "key: >\n  a\n  b TARGET end\n  c\n",
		"folded with empty lines":           "key: >-\n  a\n\n\n  TARGET end\n",
		"folded with more indented lines":   "key: >\n  a {\n    b\n\n      TARGET end\n  }\n",
		"folded with CRLF":                  "key: >\r\n  a\r\n  TARGET end\r\n",
		"double quotes":                     `key: "a\n\tTARGET end\n"`,
		"double quotes and escapes":         `key: "\u00e9\x41\U0001F642\"\\ TARGET end"`,
		"double quotes over lines":          "key: \"a\n  b\n\n  TARGET end \\\n  c\"\n",
		"double quotes with an escaped end": "key: \"a \\\n   \\ TARGET end\"\n",
		"single quotes":                     "key: 'it''s TARGET end'\n",
		"single quotes over lines":          "key: 'a  \n\n  b\n  TARGET end'\n",
		"plain":                             "key: a TARGET end # comment\n",
		"plain over lines":                  "key: a\n  b\n\n  TARGET end\n",
		"an anchor and a tag":               "key: &here !!str |\n  TARGET end\n",
		"an anchor on a line of its own":    "key: &here\n  # comment\n  TARGET end\n",
		"JSON":                              `{"apiVersion": "v1", "data": {"key": "a {\n  TARGET end\n}\n"}}`,
		"JSON in lines":                     "{\n  \"data\": {\n    \"key\": \"\\tTARGET end\"\n  }\n}\n",
		"flow":                              "{a: 'x', key: TARGET end}",
		"a second document":                 "a: 1\n---\nkey: |\n  TARGET end\n",
		"a byte order mark":                 "\ufeffkey: TARGET end\n",
		"an alias":                          "base: &a |\n  TARGET end\nkey: *a\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, value := find(t, source, "key")
			text := decoded(t, value)
			found, ok := scalar.NewSource(source).Locate(value, text)
			if !ok {
				t.Fatalf("%q not found", text)
			}
			start, end, ok := found.Range(place(text, "TARGET end", len("TARGET")))
			if want := fmt.Sprint(placeOf(source, "TARGET"), placeOf(source, " end")); !ok || fmt.Sprint(start, end) != want {
				t.Errorf("%q is at %v to %v (%v), want %s", text, start, end, ok, want)
			}
			at := strings.Index(text, "TARGET")
			from, to, ok := found.Span(at, at+len("TARGET"))
			if !ok || source[from:to] != "TARGET" {
				t.Errorf("%q is at the bytes from %d to %d (%v)", text, from, to, ok)
			}
			if offset, ok := found.Offset(from + 3); !ok || offset != at+3 {
				t.Errorf("the byte %d is that at %d (%v), want %d", from+3, offset, ok, at+3)
			}
		})
	}
}

// TestOffsetsAtTheEdges looks at the ends of a value, and beside it.
func TestOffsetsAtTheEdges(t *testing.T) {
	t.Parallel()
	const source = "key: |\n  ä\n\n  b\nnext: x\n"
	_, node := find(t, source, "key")
	found, _ := scalar.NewSource(source).Locate(node, "ä\n\nb\n")
	for _, test := range []struct {
		name               string
		start, end         int // in the value
		wantStart, wantEnd int // in the source
		want               bool
	}{
		{"the first character", 0, 2, 9, 11, true},
		{"all", 0, 6, 9, 17, true},
		{"nothing, at the start", 0, 0, 9, 9, true},
		{"nothing, at an empty line", 3, 3, 12, 12, true},
		{"nothing, at the end", 6, 6, 17, 17, true},
		{"too much", 0, 7, 0, 0, false},
		{"backwards", 2, 0, 0, 0, false},
	} {
		if start, end, ok := found.Span(test.start, test.end); start != test.wantStart || end != test.wantEnd || ok != test.want {
			t.Errorf("%s: from %d to %d (%v)", test.name, start, end, ok)
		}
	}
	for _, test := range []struct {
		name         string
		source, want int
		found        bool
	}{
		{"before", 8, 0, false},
		{"the start", 9, 0, true},
		{"behind a wide character", 11, 2, true},
		{"an empty line", 12, 3, true},
		{"indentation", 14, 4, true},
		{"the last word", 15, 4, true},
		{"the end", 17, 6, true},
		{"behind", 18, 0, false},
	} {
		if offset, ok := found.Offset(test.source); offset != test.want || ok != test.found {
			t.Errorf("%s: %d (%v)", test.name, offset, ok)
		}
	}
}

// place returns the line, the column and the column behind a word.
func place(text, word string, length int) (line, column, endColumn int) {
	p := placeOf(text, word)
	return p.Line, p.Column, p.Column + length
}

func placeOf(text, word string) scalar.Place {
	before, _, _ := strings.Cut(strings.TrimPrefix(text, "\ufeff"), word)
	return scalar.Place{Line: strings.Count(before, "\n") + 1, Column: utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1}
}

func decoded(t *testing.T, node *yaml.Node) string {
	t.Helper()
	var text string
	if err := node.Decode(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// find returns a key and its value.
func find(t *testing.T, source, key string) (name, value *yaml.Node) {
	t.Helper()
	for decoder := yaml.NewDecoder(strings.NewReader(source)); ; {
		var document yaml.Node
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		var walk func(*yaml.Node)
		walk = func(node *yaml.Node) {
			for i, child := range node.Content {
				if node.Kind == yaml.MappingNode && i%2 == 0 && child.Value == key {
					name, value = child, node.Content[i+1]
				}
				walk(child)
			}
		}
		walk(&document)
	}
	if value == nil {
		t.Fatalf("no %s in %q", key, source)
	}
	return name, value
}
