package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"corewarden/corefile/release"
)

// written returns the paths of files with the given texts, in a folder of their own.
func written(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestTraceAndDiff(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"Corefile":        "a.org {\n hosts {\n  192.0.2.1 www.a.org\n }\n}\n",
		"other.Corefile":  "a.org {\n hosts {\n  192.0.2.2 www.a.org\n }\n}\n",
		"port.Corefile":   "a.org:1053 {\n whoami\n}\n",
		"bound.Corefile":  "a.org {\n bind 169.254.20.10\n forward . __PILLAR__CLUSTER__DNS__\n}\n",
		"bad.Corefile":    "a.org {\n whoamy\n}\n",
		"base.Corefile":   "import extra-configs/*Corefile\n. {\n forward . 192.0.2.53\n}\n",
		"bundle.yaml":     goodManifest,
		"folder/Corefile": "a.org {\n whoami\n}\n",
	}
	for _, test := range []struct {
		name, args string
		code       int
		want       string // part of what is printed; "" for nothing at all
	}{
		{"a name without its final dot", "trace www.a.org F/Corefile", 0, "answer\n  www.a.org. 3600 IN A 192.0.2.1\n"},
		{"a name with it, and a type", "trace www.a.org. aaaa F/Corefile", 0, "AAAA www.a.org., asked of coredns"},
		{"flags behind the name", "trace www.a.org --from node-local-dns F/Corefile", 0, "asked of node-local-dns"},
		{"the place of a step", "trace www.a.org F/Corefile", 0, "hosts: answers A www.a.org. (F/Corefile:3)"},
		{"a server on another port", "trace a.org F/port.Corefile", 0, "answers with the address of the client"},
		{"placeholders of node-cache", "trace a.org --from node-local-dns F/bound.Corefile", 0, "the answer of 192.0.2.53"},
		{"a Corefile in a base", "trace b.org --base coredns=F/base.Corefile F/Corefile", 0, "the answer of 192.0.2.53"},
		{"a ConfigMap beside a Corefile that is not known", "trace b.org F/bundle.yaml", 0, "depends on the own Corefile of coredns"},
		{"its own zone", "trace example.org F/bundle.yaml", 0, "(dns-extra-configs/Corefile:1)"},
		{"a folder is a ConfigMap", "trace a.org F/folder", 0, "answers with the address of the client"},
		{"a server that does not start", "trace a.org F/bad.Corefile", 2, `unknown plugin "whoamy"`},
		{"no name", "trace F/Corefile", 2, "write: corefile trace NAME [TYPE] FILE"},
		{"not a name", "trace a..org F/Corefile", 2, "is not a domain name"},
		{"no such server", "trace a.org --from kube-dns F/Corefile", 2, "unknown server"},

		{"a change", "diff F/Corefile F/other.Corefile", 1, "www.a.org. A\n  before: answer www.a.org. 3600 IN A 192.0.2.1\n  after:  answer www.a.org. 3600 IN A 192.0.2.2\n"},
		{"no change", "diff F/Corefile F/Corefile", 0, ""},
		{"a change that no server starts on", "diff F/Corefile F/bad.Corefile", 2, "F/bad.Corefile: CoreDNS " + release.NewestCoreDNS + " does not start"},
		{"a change in JSON", "diff --output json F/Corefile F/other.Corefile", 1, `"types": [`},
		{"one file", "diff F/Corefile", 2, "write: corefile diff OLD NEW"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := written(t, files)
			var out bytes.Buffer
			code := run(strings.Fields(strings.ReplaceAll(test.args, "F/", folder+"/")), strings.NewReader(""), &out, &out)
			got := strings.ReplaceAll(out.String(), folder+"/", "F/")
			if code != test.code || !strings.Contains(got, test.want) || test.want == "" && got != "" {
				t.Errorf("exit code %d, want %d; prints\n%s\nwant\n%s", code, test.code, got, test.want)
			}
		})
	}
}

// TestTraceJSON is the contract of --output json.
func TestTraceJSON(t *testing.T) {
	t.Parallel()
	folder := written(t, map[string]string{"Corefile": "a.org {\n forward . 192.0.2.1:5353\n}\n"})
	var out, errs bytes.Buffer
	if code := run([]string{"trace", "x.a.org", "--output", "json", folder + "/Corefile"}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("exit code %d\n%s", code, &errs)
	}
	var got any
	if err := json.Unmarshal(bytes.ReplaceAll(out.Bytes(), []byte(folder+"/"), nil), &got); err != nil {
		t.Fatal(err)
	}
	step := func(plugin string, line float64, does string) any {
		return map[string]any{"server": "coredns", "block": "a.org", "plugin": plugin, "file": "Corefile", "configMap": "", "key": "", "line": line, "does": does, "if": ""}
	}
	want := map[string]any{
		"question": map[string]any{"name": "x.a.org.", "type": "A"},
		"steps":    []any{step("", 1, "takes A x.a.org."), step("forward", 2, "sends A x.a.org. to 192.0.2.1:5353")},
		"outcome":  "forward", "rcode": "", "answers": []any{}, "upstreams": []any{"192.0.2.1:5353"}, "on": []any{}, "cases": []any{},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("prints\n%s\nwant\n%v", &out, want)
	}
}
