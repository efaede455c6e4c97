package keys_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"corewarden/e2e/harness"
	"corewarden/extraconfig"
)

// holds checks what is stored.
func (i keyClients) holds(t *testing.T, want texts) {
	t.Helper()
	if stored := i.get(t, guardedName).data; !maps.Equal(stored, want) {
		t.Fatalf("stored is %q, want %q", stored, want)
	}
}

// owned checks who owns which keys.
func (i keyClients) owned(t *testing.T, want map[string][]string) {
	t.Helper()
	if owners := i.get(t, guardedName).owners; !reflect.DeepEqual(owners, want) {
		t.Errorf("the owners are %v, want %v", owners, want)
	}
}

// says applies a source and checks that the answer has a text, or no warning but that of a
// name that was fixed if the text is "".
func says(t *testing.T, apply func(*testing.T, texts) (string, error), source texts, want string) {
	t.Helper()
	out, err := apply(t, source)
	if err != nil {
		t.Fatal(err)
	}
	warned := strings.Contains(out, "(key-")
	if !strings.Contains(out, want) || want == "" && warned {
		t.Errorf("it says\n%s\nand not %q", out, want)
	}
}

// fails applies a source and checks that it is refused with some texts.
func (i keyClients) fails(t *testing.T, apply func(*testing.T, texts) (string, error), source texts, reasons ...string) {
	t.Helper()
	before := i.get(t, guardedName)
	out, err := apply(t, source)
	if err == nil {
		t.Fatalf("it is not refused: %s", out)
	}
	for _, reason := range reasons {
		if !strings.Contains(err.Error(), reason) {
			t.Errorf("it is refused with\n%v\nand not %q", err, reason)
		}
	}
	if after := i.get(t, guardedName); after.version != before.version {
		t.Error("what was refused was stored")
	}
}

func (i keyClients) foretells(t *testing.T) {
	for _, flags := range [][]string{nil, {"--server-side"}} {
		i.startAfresh(t)
		for _, s := range sources[:6] {
			out, err := i.kubectlApply(append(flags, "--dry-run=server", "--output=json", "--show-managed-fields")...)(t, s.source)
			if err != nil {
				t.Fatal(err)
			}
			var foretold corev1.ConfigMap
			_, object, _ := strings.Cut(out, "{") // behind the warnings
			if err := json.Unmarshal([]byte("{"+object), &foretold); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			says(t, i.kubectlApply(flags...), s.source, "")
			after := i.ConfigMap(t)
			storedOf(&foretold).sameAs(t, "what was foretold", storedOf(after))
			if !maps.Equal(foretold.Annotations, after.Annotations) {
				t.Errorf("the annotations are %q, foretold were %q", after.Annotations, foretold.Annotations)
			}
		}
	}
}

// binaryKeys are those of files that are no UTF-8.
func (i keyClients) binaryKeys(t *testing.T) {
	serverSide := func(t *testing.T, source texts) (string, error) {
		binary := map[string][]byte{}
		for key, text := range source {
			binary[key] = []byte(text)
		}
		return i.KubectlInput(t.Context(), harness.Encode(t, corev1.ConfigMap{BinaryData: binary}), "apply", "--server-side", "--filename=-")
	}
	for _, apply := range []func(*testing.T, texts) (string, error){i.createAndApply, serverSide} {
		i.startAfresh(t)
		for _, s := range sources[:6] {
			source := texts{}
			for key, text := range s.source {
				source[key] = text + "# \xff\n"
			}
			says(t, apply, source, "")
			cm := i.ConfigMap(t)
			if len(cm.Data) > 0 || len(cm.BinaryData) != len(s.want) {
				t.Errorf("after %s stored is %q and %q, want the keys of %q", s.name, cm.Data, cm.BinaryData, s.want)
			}
			for key, text := range s.want {
				if string(cm.BinaryData[key]) != text+"# \xff\n" {
					t.Errorf("after %s %s is %q", s.name, key, cm.BinaryData[key])
				}
			}
			says(t, apply, source, "")
			if again := i.ConfigMap(t); again.ResourceVersion != cm.ResourceVersion {
				t.Errorf("after %s the same again stores something", s.name)
			}
		}
	}
	// And in text, which is another field.
	i.startAfresh(t)
	says(t, i.createAndApply, texts{"a": "# \xff\n"}, "")
	says(t, i.createAndApply, texts{"a": "# 1\n"}, "")
	i.holds(t, texts{"a.Corefile": "# 1\n"})
	if binary := i.ConfigMap(t).BinaryData; len(binary) > 0 {
		t.Errorf("it has left %q behind", binary)
	}
}

func (i keyClients) twoManagers(t *testing.T) {
	i.startAfresh(t)
	a := i.kubectlApply("--server-side", "--field-manager=a")
	b := i.kubectlApply("--server-side", "--field-manager=b")
	says(t, a, texts{"a": "# 1\n"}, "")
	says(t, b, texts{"b": "# 2\n"}, "")
	i.owned(t, map[string][]string{"a Apply": {"a.Corefile"}, "b Apply": {"b.Corefile"}})
	says(t, a, texts{"a": "# 3\n"}, "")
	i.holds(t, texts{"a.Corefile": "# 3\n", "b.Corefile": "# 2\n"})
	says(t, b, texts{"B": "# 4\n"}, "")
	i.holds(t, texts{"a.Corefile": "# 3\n", "B.Corefile": "# 4\n"})
	says(t, a, nil, "")
	i.holds(t, texts{"B.Corefile": "# 4\n"})
}

func (i keyClients) oneKeyOfTwoManagers(t *testing.T) {
	i.startAfresh(t)
	a := i.kubectlApply("--server-side", "--field-manager=a")
	b := i.kubectlApply("--server-side", "--field-manager=b")
	says(t, a, texts{"x": "# 1\n"}, "")
	says(t, b, texts{"x": "# 1\n"}, "")
	i.owned(t, map[string][]string{"a Apply": {"x.Corefile"}, "b Apply": {"x.Corefile"}})
	says(t, a, nil, "")
	i.holds(t, texts{"x.Corefile": "# 1\n"}) // b has it still

	// The API server sees no conflict: nobody owns x. The last one wins, and hears of it.
	const warning = "the next apply by field manager %q will undo this change"
	says(t, a, texts{"x": "# 2\n"}, fmt.Sprintf(warning, "b"))
	i.holds(t, texts{"x.Corefile": "# 2\n"})
	i.owned(t, map[string][]string{"a Apply": {"x.Corefile"}})

	// Under the right name it sees one.
	i.fails(t, b, texts{"x.Corefile": "# 1\n"}, `conflict with "a"`, ".data.x.Corefile")
	says(t, i.kubectlApply("--server-side", "--field-manager=b", "--force-conflicts"), texts{"x.Corefile": "# 1\n"}, fmt.Sprintf(warning, "a"))
	i.owned(t, map[string][]string{"b Apply": {"x.Corefile"}})
}

// editsRenamed has sed for an editor.
func (i keyClients) editsRenamed(t *testing.T) {
	edit := func(script string) string {
		t.Helper()
		cmd := i.KubectlCommand(t.Context(), "edit", "configmap", extraconfig.Name, "--namespace="+extraconfig.Namespace)
		cmd.Env = append(cmd.Env, "KUBE_EDITOR=sed -i -e '"+script+"'", "TMPDIR="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("kubectl edit: %v:\n%s", err, out)
		}
		return string(out)
	}
	for flags, source := range map[string]string{"": "kubectl apply", "--server-side": `apply by field manager "kubectl"`} {
		i.startAfresh(t)
		apply := i.kubectlApply(strings.Fields(flags)...)
		says(t, apply, texts{"a": "# 1\n"}, "")
		// The text is in the manifest of the last kubectl apply, too, where it has quotes.
		out := edit(`s/^    # 1$/    # 2/`)
		if want := "the next " + source + ` will undo this change. Change the key in its source too, where it was named "a"`; !strings.Contains(out, want) {
			t.Errorf("kubectl edit says\n%s\nand not %q", out, want)
		}
		i.holds(t, texts{"a.Corefile": "# 2\n"})
		says(t, apply, texts{"a": "# 1\n"}, "")
		i.holds(t, texts{"a.Corefile": "# 1\n"})

		if out := edit("s/^  a.Corefile:/  b:/"); !strings.Contains(out, `key "b" renamed to "b.Corefile"`) {
			t.Errorf("kubectl edit says\n%s", out)
		}
		i.holds(t, texts{"b.Corefile": "# 1\n"})
	}
}

func (i keyClients) patchesRenamed(t *testing.T) {
	patch := func(kind string) func(*testing.T, texts) (string, error) {
		return func(t *testing.T, keys texts) (string, error) {
			var patch any = map[string]any{"data": keys}
			if kind == "json" {
				var operations []any
				for key, text := range keys {
					operations = append(operations, map[string]string{"op": "add", "path": "/data/" + key, "value": text})
				}
				patch = operations
			}
			return i.Kubectl(t.Context(), harness.PatchArgs(kind, harness.JSON(t, patch))...)
		}
	}
	for _, kind := range []string{"merge", "strategic", "json"} {
		t.Run(kind, func(t *testing.T) {
			i.startAfresh(t)
			says(t, i.kubectlApply("--server-side"), texts{"a": "# 1\n", "b.Corefile": "# 2\n"}, "")
			says(t, patch(kind), texts{"a": "# 3\n"}, `the next apply by field manager "kubectl" will undo this change`)
			i.holds(t, texts{"a.Corefile": "# 3\n", "b.Corefile": "# 2\n"})
			says(t, patch(kind), texts{"a": "# 3\n"}, "")
			says(t, patch(kind), texts{"c": "# 4\n"}, "")
			i.holds(t, texts{"a.Corefile": "# 3\n", "b.Corefile": "# 2\n", "c.Corefile": "# 4\n"})
			i.owned(t, map[string][]string{"kubectl Apply": {"b.Corefile"}, "kubectl-patch Update": {"a.Corefile", "c.Corefile"}})
			i.fails(t, patch(kind), texts{"b": "# 5\n"}, `data[b]: to be loaded, the key must be named "b.Corefile"`, "(key-collision)")
		})
	}
	// What a patch removes the webhook does not get to see.
	i.Run(t, harness.PatchArgs("json", `[{"op":"replace","path":"/data/a","value":"# 6\n"}]`)...)
	i.holds(t, texts{"a.Corefile": "# 6\n", "b.Corefile": "# 2\n", "c.Corefile": "# 4\n"})
	all := i.get(t, guardedName).data
	if out := i.Run(t, harness.PatchArgs("merge", `{"data":{"a":null}}`)...); !strings.Contains(out, "patched (no change)") {
		t.Errorf("the removal of a key under the writer's name says %q", out)
	}
	if _, err := i.Kubectl(t.Context(), harness.PatchArgs("json", `[{"op":"remove","path":"/data/a"}]`)...); err == nil {
		t.Error("a JSON patch can remove a key under the writer's name")
	}
	i.holds(t, all)
	i.Run(t, harness.PatchArgs("merge", `{"data":{"a.Corefile":null}}`)...)
	i.Run(t, harness.PatchArgs("json", `[{"op":"remove","path":"/data/c.Corefile"}]`)...)
	i.holds(t, texts{"b.Corefile": "# 2\n"})
}

func (i keyClients) migrates(t *testing.T) {
	i.startAfresh(t)
	clientSide, serverSide := i.kubectlApply(), i.kubectlApply("--server-side")
	says(t, clientSide, texts{"a": "# 1\n", "b": "# 2\n"}, "created")
	says(t, clientSide, texts{"a": "# 1\n", "b": "# 2\n"}, "configured") // though nothing is
	says(t, serverSide, texts{"a": "# 1\n", "b": "# 2\n"}, "")
	says(t, serverSide, texts{"a": "# 3\n"}, "")
	i.holds(t, texts{"a.Corefile": "# 3\n"})
	says(t, clientSide, texts{"c": "# 4\n"}, "")
	i.holds(t, texts{"c.Corefile": "# 4\n"})

	// As kubectl create leaves no record, the first apply adds to what is there.
	i.startAfresh(t)
	i.Run(t, "create", "configmap", extraconfig.Name, "--namespace="+extraconfig.Namespace, "--from-literal=a=# 1")
	says(t, clientSide, texts{"a": "# 2\n"}, "")
	i.holds(t, texts{"a.Corefile": "# 2\n"})
}

func (i keyClients) repairsTheRecord(t *testing.T) {
	i.startAfresh(t)
	apply := i.kubectlApply("--server-side", "--field-manager=a")
	says(t, apply, texts{"a": "# 1\n"}, "")
	good := i.get(t, guardedName).record
	for _, spoilt := range []string{"", "x", "null", "[]", `{"a.Corefile":1}`, `{"a.Corefile":"b"}`, `{"a.Corefile":"a.Corefile"}`, `{"b.Corefile":"b"}`} {
		i.Run(t, "annotate", "configmap", extraconfig.Name, "--namespace="+extraconfig.Namespace, "--overwrite", extraconfig.RenamedKeysAnnotation+"="+spoilt)
		if record := i.get(t, guardedName).record; record != good {
			t.Errorf("%q leaves the record %q, not %q", spoilt, record, good)
		}
	}
	i.Run(t, "annotate", "configmap", extraconfig.Name, "--namespace="+extraconfig.Namespace, extraconfig.RenamedKeysAnnotation+"-")
	if record := i.get(t, guardedName).record; record != good {
		t.Errorf("without the annotation it is %q, not %q", record, good)
	}
	says(t, i.kubectlApply("--server-side", "--field-manager=b"), texts{"a": "# 2\n"}, "(key-overridden)")
	i.holds(t, texts{"a.Corefile": "# 2\n"})
}

func (i keyClients) refusesCollisions(t *testing.T) {
	const both = `data[a]: to be loaded, the key must be named "a.Corefile", but that key exists with another text`
	for _, c := range []client{{"client-side", i.kubectlApply()}, {"server-side", i.kubectlApply("--server-side", "--force-conflicts")}, {"replace", i.replaces}} {
		t.Run(c.name, func(t *testing.T) {
			i.startAfresh(t)
			i.fails(t, c.apply, texts{"a": "# 1\n", "a.Corefile": "# 2\n"}, both)
			i.fails(t, c.apply, texts{"a.corefile": "# 1\n", "a.COREFILE": "# 2\n"}, `and so must "a.COREFILE", with another text`, `and so must "a.corefile", with another text`)
			i.applies(t, c, texts{"a": "# 1\n", "a.Corefile": "# 1\n"}, texts{"a.Corefile": "# 1\n"})
			i.fails(t, c.apply, texts{"a": "# 2\n", "a.Corefile": "# 3\n"}, both)
		})
	}
	i.startAfresh(t)
	says(t, i.kubectlApply("--server-side", "--field-manager=a"), texts{"a.Corefile": "# 1\n"}, "")
	i.fails(t, i.kubectlApply("--server-side", "--field-manager=b"), texts{"a": "# 2\n"}, both)
}
