package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"corewarden/corefile/release"
)

// caret marks the position in the texts of these tests.
const caret = "^"

const manifestHead = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\ndata:\n"

// A client is an editor that talks to "corefile lsp" in this process.
type client struct {
	t         *testing.T
	conn      *jsonrpc2.Conn
	folder    string
	published chan published
	exit      chan int
	version   int
}

// The parts of messages that these tests look at.
type (
	published struct {
		URI         string
		Diagnostics []struct {
			Range    spanOfLines
			Severity int
			Code     string
			Message  string
		}
	}
	spanOfLines struct {
		Start, End struct{ Line, Character int }
	}
	change struct {
		Range   spanOfLines
		NewText string
	}
)

func (r spanOfLines) String() string {
	return fmt.Sprintf("%d:%d-%d:%d", r.Start.Line, r.Start.Character, r.End.Line, r.End.Character)
}

type connection struct {
	io.Reader
	io.WriteCloser
}

// newClient starts a server, and a client that has been introduced to it.
func newClient(t *testing.T, args ...string) *client {
	t.Helper()
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	c := &client{t: t, folder: t.TempDir(), published: make(chan published, 100), exit: make(chan int, 1)}
	go func() {
		c.exit <- run(append([]string{"lsp"}, args...), toServer, fromServer, os.Stderr)
		fromServer.Close()
	}()
	handler := jsonrpc2.HandlerWithError(func(_ context.Context, _ *jsonrpc2.Conn, req *jsonrpc2.Request) (any, error) {
		var p published
		err := json.Unmarshal(*req.Params, &p)
		c.published <- p
		return nil, err
	})
	c.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(connection{toClient, fromClient}, jsonrpc2.VSCodeObjectCodec{}), handler)
	c.request("initialize", `{"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}}`, nil)
	t.Cleanup(c.end)
	return c
}

// end ends the server as the protocol says.
func (c *client) end() {
	if err := c.conn.Call(context.Background(), "shutdown", nil, nil); err != nil {
		c.t.Error(err)
	}
	if err := c.conn.Notify(context.Background(), "exit", nil); err != nil {
		c.t.Error(err)
	}
	if code := <-c.exit; code != exitClean {
		c.t.Errorf("exit code %d", code)
	}
}

func (c *client) request(method, params string, result any) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	if err := c.conn.Call(ctx, method, json.RawMessage(params), result); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) notify(method, params string) {
	c.t.Helper()
	if err := c.conn.Notify(c.t.Context(), method, json.RawMessage(params)); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) uri(name string) string { return "file://" + filepath.Join(c.folder, name) }

// open opens or changes a file of the folder. It returns the position of the caret in it.
func (c *client) open(name, text string) string {
	c.t.Helper()
	before, after, _ := strings.Cut(text, caret)
	c.version++
	quoted, _ := json.Marshal(before + after)
	c.notify("textDocument/didOpen", fmt.Sprintf(`{"textDocument": {"uri": %q, "languageId": "corefile", "version": %d, "text": %s}}`, c.uri(name), c.version, quoted))
	return fmt.Sprintf(`"textDocument": {"uri": %q}, "position": {"line": %d, "character": %d}`,
		c.uri(name), strings.Count(before, "\n"), len(before)-strings.LastIndex(before, "\n")-1)
}

// diagnostics returns what is published next of a file.
func (c *client) diagnostics(name string) string {
	c.t.Helper()
	for deadline := time.After(time.Minute); ; {
		select {
		case p := <-c.published:
			if p.URI != c.uri(name) {
				continue
			}
			var lines []string
			for _, d := range p.Diagnostics {
				lines = append(lines, fmt.Sprintf("%s %d %s: %s", d.Range, d.Severity, d.Code, d.Message))
			}
			return strings.Join(lines, "\n")
		case <-deadline:
			c.t.Fatalf("nothing is published of %s", name)
		}
	}
}

func TestEditorShowsProblemsWhereTheyStand(t *testing.T) {
	t.Parallel()
	const unknown = `1 unknown-plugin: unknown plugin "cahce"; did you mean "cache"?`
	for _, test := range []struct{ name, file, text, want string }{
		{"a Corefile", "Corefile", "a {\n    cahce\n}\n", "1:4-1:9 " + unknown},
		{"columns in UTF-16", "Corefile", "🙂.example.org é.example.org a..b {\n    whoami\n}\n", `0:29-0:33 1 invalid-zone: `},
		{"CRLF", "Corefile", "a {\r\n    cahce\r\n}\r\n", "1:4-1:9 " + unknown},
		{"lone carriage returns, which start a line for editors only", "Corefile", "# x\ry\na {\n cahce\n}\n", "3:1-3:6 " + unknown},
		{"a literal block", "x.yaml", manifestHead + "  Corefile: |\n    a {\n      cahce\n    }\n", "6:6-6:11 " + unknown},
		{"quotes", "x.yaml", manifestHead + `  "Corefile": "a {\n  cahce\n}"` + "\n", "4:22-4:27 " + unknown},
		{"the name of a key", "x.yaml", manifestHead + "  example.org: |\n    a {\n      log\n    }\n", `4:2-4:13 2 key-name: key "example.org" renamed`},
		{"a file without its ConfigMap's name", "x.yaml", strings.Replace(manifestHead, "dns-extra-configs", "other", 1) + "  Corefile: a {\n", ""},
		{"YAML that cannot be read", "x.yaml", manifestHead + "  Corefile: |\n    a {\n\tlog\n    }\n", "4:0-4:1 2 : not checked: yaml: line 5: found a tab"},
		{"YAML of others that cannot be read", "x.yaml", "{{ template }}\n: :\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			c.open(test.file, test.text)
			if got := c.diagnostics(test.file); !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestEditorJudgesSiblingsTogether opens, changes, closes and stores files of one folder.
func TestEditorJudgesSiblingsTogether(t *testing.T) {
	t.Parallel()
	c := newClient(t, "--bundle", "--node-local-dns", "none")
	if err := os.WriteFile(filepath.Join(c.folder, "a.Corefile"), []byte("example.org {\n    whoami\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const served = `0:0-0:11 1 zone-already-served: `
	c.open("b.Corefile", "example.org {\n    whoami\n}\n")
	if got := c.diagnostics("b.Corefile"); !strings.HasPrefix(got, served) {
		t.Errorf("with a file that is stored:\n%s", got)
	}
	c.open("a.Corefile", "example.com {\n    whoami\n}\n")
	if got := c.diagnostics("b.Corefile"); got != "" {
		t.Errorf("with a file that is not stored yet:\n%s", got)
	}
	c.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument": {"uri": %q}}`, c.uri("a.Corefile")))
	if got := c.diagnostics("b.Corefile"); !strings.HasPrefix(got, served) {
		t.Errorf("with a file that was closed and not stored:\n%s", got)
	}
	if err := os.Remove(filepath.Join(c.folder, "a.Corefile")); err != nil {
		t.Fatal(err)
	}
	c.notify("workspace/didChangeWatchedFiles", `{"changes": []}`)
	if got := c.diagnostics("b.Corefile"); got != "" {
		t.Errorf("with a file that is gone:\n%s", got)
	}
}

func TestEditorWatchesWhatItReads(t *testing.T) {
	t.Parallel()
	var o options
	if err := o.addBase("coredns=../../docs/examples/base.Corefile"); err != nil {
		t.Fatal(err)
	}
	e, err := newEditor(o)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := e.watch(), []string{"**/*{Corefile,.yaml,.yml,.json}", "**/base.Corefile"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEditorForgetsClosedFiles(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.open("Corefile", "a {\n cahce\n}\n")
	if c.diagnostics("Corefile") == "" {
		t.Error("no problem is shown")
	}
	c.notify("textDocument/didClose", fmt.Sprintf(`{"textDocument": {"uri": %q}}`, c.uri("Corefile")))
	if got := c.diagnostics("Corefile"); got != "" {
		t.Errorf("a closed file shows\n%s", got)
	}
}

// TestEditorReadsTheBaseThatIsOpen changes a server's own Corefile in the editor.
func TestEditorReadsTheBaseThatIsOpen(t *testing.T) {
	t.Parallel()
	base := filepath.Join(t.TempDir(), "base")
	if err := os.WriteFile(base, []byte("import extra-configs/*Corefile\n. {\n    log\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, "--node-local-dns", "none", "--base", "coredns="+base)
	c.open("x.Corefile", "example.org {\n    whoami\n}\n")
	if got := c.diagnostics("x.Corefile"); got != "" {
		t.Errorf("got\n%s", got)
	}
	c.notify("textDocument/didOpen", fmt.Sprintf(`{"textDocument": {"uri": %q, "version": 1, "text": "import extra-configs/*Corefile\nexample.org {\n    log\n}\n"}}`, "file://"+base))
	if got := c.diagnostics("x.Corefile"); !strings.Contains(got, "zone-already-served") {
		t.Errorf("got\n%s", got)
	}
	position := c.open("y.Corefile", "import comm^on\n")
	c.notify("textDocument/didOpen", fmt.Sprintf(`{"textDocument": {"uri": %q, "version": 2, "text": "(common) {\n}\nimport extra-configs/*Corefile\n"}}`, "file://"+base))
	var found []struct{ URI string }
	c.request("textDocument/definition", "{"+position+"}", &found)
	if len(found) != 1 || found[0].URI != "file://"+base {
		t.Errorf("the snippet is in %v", found)
	}
}

// TestEditorJudgesABaseByItself shows that it is not judged as a key beside itself.
func TestEditorJudgesABaseByItself(t *testing.T) {
	t.Parallel()
	const text = "example.org {\n    whoami\n    cahce\n}\n"
	base := filepath.Join(t.TempDir(), "Corefile")
	if err := os.WriteFile(base, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newClient(t, "--base", "coredns="+base)
	c.folder = filepath.Dir(base)
	c.open("Corefile", text)
	if got := c.diagnostics("Corefile"); strings.Count(got, "\n") != 0 || !strings.HasSuffix(got, `did you mean "cache"? (stops CoreDNS `+release.NewestCoreDNS+")") {
		t.Errorf("got\n%s", got)
	}
}

// TestEditorReadsOnlyFilesBeside leaves out what is no file, or far too large for a ConfigMap.
func TestEditorReadsOnlyFilesBeside(t *testing.T) {
	t.Parallel()
	c := newClient(t, "--bundle", "--node-local-dns", "none")
	same := "example.org {\n    whoami\n}\n"
	if err := os.Mkdir(filepath.Join(c.folder, "folder.Corefile"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.folder, "large.Corefile"), []byte(same+strings.Repeat("#\n", maxSibling/2)), 0o600); err != nil {
		t.Fatal(err)
	}
	c.open("README", same)
	c.open("b.Corefile", same)
	if got := c.diagnostics("b.Corefile"); got != "" {
		t.Errorf("got\n%s", got)
	}
}

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
