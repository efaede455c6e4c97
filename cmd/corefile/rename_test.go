package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sourcegraph/jsonrpc2"
)

// TestEditorRenamesSnippets renames one that two keys name, whichever word of it the caret
// is in.
func TestEditorRenamesSnippets(t *testing.T) {
	t.Parallel()
	const manifest = manifestHead + `  a.Corefile: |
    (com^mon) {
      log
    }
    a {
      import "com^mon"
    }
  b.Corefile: "b {\n import com^mon\n}"
`
	carets := strings.Split(manifest, caret)
	for i, word := range []string{"5:5-5:11", "9:14-9:20", "11:28-11:34"} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			position := c.open("x.yaml", strings.Join(carets[:i+1], "")+caret+strings.Join(carets[i+1:], ""))
			var prepared spanOfLines
			c.request("textDocument/prepareRename", "{"+position+"}", &prepared)
			if got := prepared.String(); got != word {
				t.Errorf("the name is at %s", got)
			}
			var edit struct{ Changes map[string][]change }
			c.request("textDocument/rename", `{"newName": "shared", `+position+"}", &edit)
			var got []string
			for _, e := range edit.Changes[c.uri("x.yaml")] {
				got = append(got, e.Range.String()+" "+e.NewText)
			}
			if want := []string{"5:5-5:11 shared", "9:14-9:20 shared", "11:28-11:34 shared"}; !slices.Equal(got, want) || len(edit.Changes) != 1 {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestEditorRenamesOnlyWhatItCan(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, newName, want string }{
		{"a plugin", "a {\n  wh^oami\n}\n", "x", "only snippets can be renamed"},
		{"a key", "import b.C^orefile\n", "x", "only snippets can be renamed"},
		{"a name of two words", "(comm^on) {\n}\n", "a b", `"a b" cannot be the name of a snippet. Use letters, digits, ".", "-" and "_"`},
		{"no name", "(comm^on) {\n}\n", "", `"" cannot be the name of a snippet. Use letters, digits, ".", "-" and "_"`},
		{"the name of another one", "(comm^on) {\n}\n(other) {\n}\n", "other", `there is a snippet or a key "other" already`},
		{"a name with escapes", "(com\"m^on) {\n}\na {\n  import \"com\\\"mon\"\n}\n", "other", `"com\"mon" is written with escapes in some place. Rename it by hand`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, "--bundle")
			c.open("b.Corefile", "b {\n}\n")
			position := c.open("Corefile", test.text)
			err := c.conn.Call(t.Context(), "textDocument/rename", json.RawMessage(fmt.Sprintf(`{"newName": %q, %s}`, test.newName, position)), nil)
			var failure *jsonrpc2.Error
			if !errors.As(err, &failure) || failure.Message != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
