package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestPlacesInManifests says where the word whoamy stands, or what is shown instead of it.
func TestPlacesInManifests(t *testing.T) {
	t.Parallel()
	const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns-extra-configs}\n"
	for _, test := range []struct{ name, manifest, place string }{
		{name: "a literal block", manifest: head + "data:\n  Corefile: |\n    example.org {\n        whoamy\n    }\n"},
		{name: "a folded block", manifest: head + "data:\n  Corefile: >\n    example.org {\n\n      whoamy\n\n    }\n"},
		{name: "one quoted line, as kubectl get has it", manifest: head + `data:
  Corefile: "example.org {\n\twhoamy\n}\n"
`},
		{name: "single quotes", manifest: head + "data:\n  Corefile: 'example.org {\n\n    whoamy\n\n    }'\n"},
		{name: "JSON", manifest: `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dns-extra-configs"},"data":{"Corefile":"example.org {\n whoamy\n}\n"}}`},
		{name: "JSON in lines with tabs", manifest: "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"ConfigMap\",\n\t\"metadata\": {\"name\": \"dns-extra-configs\"},\n\t\"data\": {\n\t\t\"Corefile\": \"example.org {\\n whoamy\\n}\\n\"\n\t}\n}\n"},
		{name: "JSON with escapes", manifest: `{"a\\ud83d":"\ud83d\ude42\ud83d","apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dns-extra-configs"},"data":{"Corefile":"# \/ \ud83d\ude42 \ude42 \\ud83d\\ude42 \u00e9\nexample.org {\n whoamy # \ud83d\ude42\n}\n"}}`},
		{name: "a List in JSON", manifest: "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n {\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"dns-extra-configs\"},\n \"data\":{\"Corefile\":\"example.org {\\n whoamy\\n}\\n\"}}]}\n"},
		{name: "a List", manifest: "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: dns-extra-configs}\n  data:\n    Corefile: |\n      example.org {\n        whoamy\n      }\n"},
		{name: "several documents", manifest: "# first\n---\na: b\n---\n" + head + "data:\n  Corefile: |-\n    example.org {\n      whoamy\n    }\n---\nc: d\n"},
		{name: "a byte order mark before each document", manifest: "\ufeff---\na: b\n---\n\ufeff" + head + "data:\n  Corefile: |-\n    example.org {\n      whoamy\n    }\n"},
		{name: "a byte order mark behind helm's comment", manifest: "---\r\n# Source: dns/templates/extra.yaml\r\n\r\n\ufeffdata:\n  Corefile: |-\n    example.org {\n      whoamy\n    }\n" + head},
		{name: "a byte order mark before a document of one line", manifest: "a: b\n--- # next\n\ufeff" + `{"apiVersion": v1, "kind": ConfigMap, "metadata": {"name": dns-extra-configs}, "data": {"Corefile": "example.org {\n whoamy\n}\n"}}`},
		{name: "a byte order mark before JSON with escapes", manifest: "\ufeff" + `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dns-extra-configs"},"data":{"Corefile":"# \/\nexample.org {\n whoamy\n}\n"}}`},
		{name: "CRLF", manifest: strings.ReplaceAll(head+"data:\n  Corefile: |\n    example.org {\n      whoamy\n    }\n", "\n", "\r\n")},
		{name: "tabs and an indicator", manifest: head + "data:\n  Corefile: |2\n    \texample.org {\n    \twhoamy\n    }\n"},
		{name: "an alias", manifest: "base: &corefile |\n  example.org {\n    whoamy\n  }\n" + head + "data:\n  Corefile: *corefile\n"},
		{name: "a merged mapping", manifest: "base: &data\n  Corefile: |\n    example.org {\n      whoamy\n    }\n" + head + "data:\n  <<: *data\n"},
		{name: "several merged mappings, of which the first counts", manifest: "base: &data\n  Corefile: |\n    example.org {\n      whoamy\n    }\nother: &other {Corefile: example.com, a: b}\n" + head + "data:\n  <<: [*data, *other, {Corefile: c}]\n"},
		{name: "a key that hides a merged one", manifest: "base: &data\n  Corefile: example.com\n" + head + "data:\n  <<: *data\n  Corefile: |\n    example.org {\n      whoamy\n    }\n"},
		{name: "helm names the template", manifest: "---\n# Source: dns/templates/extra.yaml\n" + head + "data:\n  Corefile: |\n    example.org {\n      whoamy\n    }\n"},
		{name: "base64 shows the key", manifest: head + "binaryData:\n  \"Corefile\": ZXhhbXBsZS5vcmcgewogd2hvYW15Cn0K\n", place: "5:3:5:13"},
		{name: "a tag of its own shows the key", manifest: head + "data:\n  Corefile: !!binary ZXhhbXBsZS5vcmcgewogd2hvYW15Cn0K\n", place: "5:3:5:11"},
		{name: "a problem of the key shows the key", manifest: head + "data:\n  wrong: |\n    example.org {\n      whoami\n    }\n", place: "5:3:5:8"},
		{name: "one of the ConfigMap shows its start", manifest: "---\n" + head + "immutable: true\n", place: "2:1:2:1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inputs := []input{}
			if err := readManifest("x.yaml", test.manifest, func(in input) { inputs = append(inputs, in) }); err != nil {
				t.Fatal(err)
			}
			var o options
			if err := o.addServers(); err != nil {
				t.Fatal(err)
			}
			_, findings := inputs[0].judge(known{options: o})
			if len(findings) == 0 {
				t.Fatal("nothing found")
			}
			want := test.place
			if want == "" {
				before, _, _ := strings.Cut(strings.ReplaceAll(test.manifest, "\ufeff", ""), "whoamy") // a mark is in no column
				line, column := strings.Count(before, "\n")+1, len(before)-strings.LastIndex(before, "\n")
				want = fmt.Sprintf("%d:%d:%d:%d", line, column, line, column+len("whoamy"))
			}
			at := findings[0].at
			if got := fmt.Sprintf("%d:%d:%d:%d", at.line, at.column, at.endLine, at.endColumn); got != want || at.file != "x.yaml" {
				t.Errorf("%s: %s is at %s of %s, want %s", findings[0].key, findings[0].problem.Message, got, at.file, want)
			}
			if from := "dns/templates/extra.yaml"; strings.Contains(test.manifest, from) != (findings[0].from == from) {
				t.Errorf("it is from %q", findings[0].from)
			}
		})
	}
}
