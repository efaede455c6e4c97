package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEditorCompletes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, args, file, text string
		has, lacks             string // labels
	}{
		{"plugins", "--coredns 1.15.0 --node-local-dns 1.26.7", "Corefile", "a {\n  fo^\n}\n", "forward cache import", "kubernetes acl"},
		{"plugins of a release", "--coredns 1.12.1 --node-local-dns none", "Corefile", "a {\n^\n}\n", "kubernetes acl", "shed"},
		{"plugins in an open block", "", "Corefile", "a {\n  ^", "forward", "max_fails"},
		{"properties", "--coredns 1.15.0 --node-local-dns 1.26.7", "Corefile", "a {\n  forward . 10.0.0.1 {\n    m^\n  }\n}\n", "max_fails policy", "max_idle_conns cache import"},
		{"properties of a release", "--coredns 1.15.0 --node-local-dns none", "Corefile", "a {\n  forward . 10.0.0.1 {\n    ^\n  }\n}\n", "max_fails max_idle_conns", "cache"},
		{"values of a property", "", "Corefile", "a {\n  forward . 10.0.0.1 {\n    policy r^\n  }\n}\n", "random round_robin sequential", "policy"},
		{"no value too many", "", "Corefile", "a {\n  forward . 10.0.0.1 {\n    policy random ^\n  }\n}\n", "", "random"},
		{"values of a plugin", "--node-local-dns none", "Corefile", "a {\n  rewrite stop name ^\n}\n", "exact prefix suffix substring regex", "stop name class"},
		{"values after others", "--node-local-dns none", "Corefile", "a {\n  rewrite name exact a b ^\n}\n", "answer", "exact"},
		{"what imports name", "", "Corefile", "(common) {\n  log\n}\na {\n  import ^\n}\n", "common", "log"},
		{"outside of blocks", "", "Corefile", "^\n", "import", "log"},
		{"not in comments", "", "Corefile", "a {\n  # lo^\n}\n", "", "log"},
		{"in a literal block", "", "x.yaml", manifestHead + "  Corefile: |\n    a {\n      fo^\n    }\n", "forward", "acl"},
		{"on an empty line of a literal block", "", "x.yaml", manifestHead + "  Corefile: |\n    a {\n      ^\n    }\n", "forward", "acl"},
		{"in quotes", "", "x.yaml", manifestHead + `  Corefile: "a {\n  forw^\n}"` + "\n", "forward", "acl"},
		{"keys", "", "x.yaml", manifestHead + "  a.Corefile: |\n    import ^\n  b.Corefile: |\n    a {\n    }\n", "b.Corefile", "a.Corefile"},
		{"only in Corefiles of a manifest", "", "x.yaml", manifestHead + "  Corefile: a\n^\n", "", "import"},
		{"by the ConfigMap's own servers", "", "x.yaml", strings.Replace(manifestHead, "dns", "coredns", 1) + "  Corefile: |\n    a {\n      ^\n    }\n", "acl", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, strings.Fields(test.args)...)
			position := c.open(test.file, test.text)
			var list struct{ Items []struct{ Label string } }
			c.request("textDocument/completion", "{"+position+"}", &list)
			var labels []string
			for _, item := range list.Items {
				labels = append(labels, item.Label)
			}
			for _, label := range strings.Fields(test.has) {
				if !slices.Contains(labels, label) {
					t.Errorf("lacks %s: %q", label, labels)
				}
			}
			for _, label := range strings.Fields(test.lacks) {
				if slices.Contains(labels, label) {
					t.Errorf("offers %s: %q", label, labels)
				}
			}
		})
	}
}

// TestEditorCompletionReplacesTheWord shows that what is typed already is replaced, and
// nothing beside it.
func TestEditorCompletionReplacesTheWord(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	position := c.open("x.yaml", manifestHead+"  Corefile: |\n    a {\n      fo^rw . 10.0.0.1\n    }\n")
	var list struct {
		Items []struct {
			Label    string
			TextEdit change
		}
	}
	c.request("textDocument/completion", "{"+position+"}", &list)
	for _, item := range list.Items {
		if got := item.TextEdit.Range.String(); got != "6:6-6:10" || item.TextEdit.NewText != item.Label {
			t.Errorf("%s is put at %s", item.Label, got)
		}
	}
	if len(list.Items) == 0 {
		t.Error("nothing is offered")
	}
}

func TestEditorExplains(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, args, text, want, where string }{
		{"a plugin", "", "a {\n  forw^ard . 10.0.0.1\n}\n", "```text\nforward FROM TO... {\n    except ZONE...\n", "1:2-1:9"},
		{"a plugin that a server lacks", "", "a {\n  ^file db\n}\n", "does not have it", "1:2-1:6"},
		{"a property", "", "a {\n  forward . 10.0.0.1 {\n    ^policy random\n  }\n}\n", "policy random|round_robin|sequential\n```\n\nA property of forward.", "2:4-2:10"},
		{"a property that came", "", "a {\n  forward . 10.0.0.1 {\n    max_age^ 5s\n  }\n}\n", "A property of forward. Since CoreDNS 1.14.3.", "2:4-2:11"},
		{"a broken rule", "", "a {\n  ca^hce\n}\n", "**unknown-plugin**\n\n", "1:2-1:7"},
		{"nothing else", "", "a {\n  forward ^. 10.0.0.1\n}\n", "", ""},
		{"no comment", "", "a {\n  # forw^ard\n}\n", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, strings.Fields(test.args)...)
			position := c.open("Corefile", test.text)
			var got *struct {
				Contents struct{ Kind, Value string }
				Range    spanOfLines
			}
			c.request("textDocument/hover", "{"+position+"}", &got)
			switch {
			case test.want == "" && got == nil:
			case got == nil || test.want == "":
				t.Errorf("got %v", got)
			case !strings.Contains(got.Contents.Value, test.want) || got.Range.String() != test.where || got.Contents.Kind != "markdown":
				t.Errorf("at %s: %s", got.Range, got.Contents.Value)
			}
		})
	}
}

func TestEditorFindsSnippetsAndKeys(t *testing.T) {
	t.Parallel()
	const manifest = manifestHead + `  a.Corefile: |
    (com^mon) {
      log
    }
    a {
      import common
    }
    import b.conf
  b.conf: |
    b {
      import com^mon
    }
  c.Corefile: |
    import /etc/coredns/extra-configs/b.co^nf
    import *.co^nf
`
	carets := strings.Split(manifest, caret)
	for _, test := range []struct {
		name        string
		caret       int // which of them
		definitions string
		references  string // with the declaration
	}{
		{"a snippet from its declaration", 1, "5:4-5:12", "5:4-5:12 9:13-9:19 14:13-14:19"},
		{"a snippet from an import of another key", 2, "5:4-5:12", "5:4-5:12 9:13-9:19 14:13-14:19"},
		{"a key", 3, "12:2-12:8", "12:2-12:8 11:11-11:17 17:11-17:44 18:11-18:17"},
		{"the keys of a pattern", 4, "12:2-12:8", "12:2-12:8 11:11-11:17 17:11-17:44 18:11-18:17"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			text := strings.Join(carets[:test.caret], "") + caret + strings.Join(carets[test.caret:], "")
			position := c.open("x.yaml", text)
			for method, want := range map[string]string{"definition": test.definitions, "references": test.references} {
				var found []struct {
					URI   string
					Range spanOfLines
				}
				c.request("textDocument/"+method, `{"context": {"includeDeclaration": true}, `+position+"}", &found)
				var places []string
				for _, f := range found {
					if f.URI != c.uri("x.yaml") {
						t.Errorf("a place in %s", f.URI)
					}
					places = append(places, f.Range.String())
				}
				if got := strings.Join(places, " "); got != want {
					t.Errorf("%s: %s, want %s", method, got, want)
				}
			}
		})
	}
}

// TestEditorFindsWhatLiesInOtherFiles goes from a file to a snippet in one that is not open.
func TestEditorFindsWhatLiesInOtherFiles(t *testing.T) {
	t.Parallel()
	c := newClient(t, "--bundle")
	if err := os.WriteFile(filepath.Join(c.folder, "a.Corefile"), []byte("# ä\n(common) {\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	position := c.open("b.Corefile", "b {\n  import comm^on\n}\n")
	var found []struct {
		URI   string
		Range spanOfLines
	}
	c.request("textDocument/definition", "{"+position+"}", &found)
	if len(found) != 1 || found[0].URI != c.uri("a.Corefile") || found[0].Range.String() != "1:0-1:8" {
		t.Errorf("got %v", found)
	}
}

func TestEditorWritesSuggestions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, file, text, title, want string }{
		{"a plugin", "Corefile", "a {\n  cah^ce\n}\n", `Write "cache"`, "1:2-1:7 cache"},
		{"a plugin in quotes", "Corefile", "a {\n  \"cah^ce\"\n}\n", `Write "cache"`, "1:2-1:9 cache"},
		{"a property", "Corefile", "a {\n  cache {\n    sucess^ 100\n  }\n}\n", `Write "success"`, "2:4-2:10 success"},
		{"a value", "Corefile", "a {\n  forward . 10.0.0.1 {\n    policy ran^dm\n  }\n}\n", `Write "random"`, "2:11-2:16 random"},
		{"a brace", "Corefile", "a {\n  ca^che{\n  success 100\n }\n}\n", `Write "cache {"`, "1:2-1:8 cache {"},
		{"in a literal block", "x.yaml", manifestHead + "  Corefile: |\n    a {\n      c^ahce\n    }\n", `Write "cache"`, "6:6-6:11 cache"},
		{"in the other of two ConfigMaps", "x.yaml", manifestHead + "  Corefile: |\n    b {\n      log\n    }\n---\n" + strings.Replace(manifestHead, "dns", "coredns", 1) + "  Corefile: |\n    a {\n      c^ahce\n    }\n", `Write "cache"`, "15:6-15:11 cache"},
		{"a key", "x.yaml", manifestHead + "  exam^ple.org: |\n    a {\n      log\n    }\n", `Rename the key to "example.org.Corefile"`, "4:2-4:13 example.org.Corefile"},
		{"a key in quotes", "x.yaml", manifestHead + "  \"exam^ple.org\": |\n    a {\n      log\n    }\n", `Rename the key to "example.org.Corefile"`, "4:3-4:14 example.org.Corefile"},
		{"nothing where nothing is wrong", "Corefile", "^a {\n  cahce\n}\n", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			position := c.open(test.file, test.text)
			position = strings.Replace(position, `"position": `, `"range": {"start": `, 1)
			position += `, "end": ` + position[strings.LastIndex(position, "{"):] + "}"
			var actions []struct {
				Title, Kind string
				Diagnostics []any
				Edit        struct{ Changes map[string][]change }
			}
			c.request("textDocument/codeAction", `{"context": {"diagnostics": []}, `+position+"}", &actions)
			var got []string
			for _, a := range actions {
				for _, edit := range a.Edit.Changes[c.uri(test.file)] {
					got = append(got, a.Title, edit.Range.String()+" "+edit.NewText)
				}
				if a.Kind != "quickfix" || len(a.Diagnostics) != 1 {
					t.Errorf("got %+v", a)
				}
			}
			if want := []string{test.title, test.want}; test.title != "" && !slices.Equal(got, want) || test.title == "" && got != nil {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestEditorFormats(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, file, text, want string }{
		{"the lines that change", "Corefile", "a {\n    log\n  errors\n    cache\n}\n", "2:0-3:0 \"    errors\\n\""},
		{"nothing", "Corefile", "a {\n    log\n}\n", ""},
		{"a line end at the end", "Corefile", "a {\n}", "1:0-1:1 \"}\\n\""},
		{"a literal block", "x.yaml", manifestHead + "  Corefile: |\n    a {\n      log\n    }\n", "6:0-7:0 \"        log\\n\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			c.open(test.file, test.text)
			var edits []change
			c.request("textDocument/formatting", fmt.Sprintf(`{"textDocument": {"uri": %q}}`, c.uri(test.file)), &edits)
			var got []string
			for _, e := range edits {
				got = append(got, fmt.Sprintf("%s %q", e.Range, e.NewText))
			}
			if joined := strings.Join(got, "\n"); joined != test.want {
				t.Errorf("got %s, want %s", cmp.Or(joined, "nothing"), test.want)
			}
		})
	}
}
