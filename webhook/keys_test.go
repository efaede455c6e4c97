package webhook_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	jsonpatch "github.com/evanphx/json-patch/v5"
	admissionv1 "k8s.io/api/admission/v1"

	"corewarden/extraconfig"
	"corewarden/extraconfig/workload"
	"corewarden/webhook"
)

// TestKeys says what the webhook of the key names changes: the patch, and what is stored.
func TestKeys(t *testing.T) {
	t.Parallel()
	s := serve(t)
	const meta = `"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dns-extra-configs","namespace":"kube-system"`
	const deleted = `"deletionTimestamp":"2026-01-02T03:04:05Z"`
	const renamed = `"annotations":{"corewarden.io/renamed-keys":"{\"x.Corefile\":\"x\"}"}`
	for _, test := range []struct {
		name     string
		request  request
		stored   string   // "" where nothing is changed
		paths    []string // what the patch touches, if that is to be checked
		warnings []string
	}{
		{name: "good names stay", request: request{object: `{` + meta + `},"data":{"Corefile":"1","x.Corefile":"2"}}`}},
		{name: "no data", request: request{object: `{` + meta + `}}`}},
		{name: "data that is null", request: request{object: `{` + meta + `},"data":null}`}},
		{
			name:     "a wrong name is fixed",
			request:  request{object: `{` + meta + `},"data":{"Corefile":"1","x":"2"}}`},
			stored:   `{` + meta + `,` + renamed + `},"data":{"Corefile":"1","x.Corefile":"2"}}`,
			paths:    []string{"/data/x", "/data/x.Corefile", "/metadata/annotations"},
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name:     "and in a dry run",
			request:  request{object: `{` + meta + `},"data":{"x":"2"}}`, dryRun: true},
			stored:   `{` + meta + `,` + renamed + `},"data":{"x.Corefile":"2"}}`,
			paths:    []string{"/data/x", "/data/x.Corefile", "/metadata/annotations"},
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name:     "and in binaryData",
			request:  request{object: `{` + meta + `},"binaryData":{"x":"AQI="}}`},
			stored:   `{` + meta + `,` + renamed + `},"binaryData":{"x.Corefile":"AQI="}}`,
			paths:    []string{"/binaryData/x", "/binaryData/x.Corefile", "/metadata/annotations"},
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name:     "fields that the program does not know survive",
			request:  request{object: `{` + meta + `,"annotations":{"a":"b"},"new":{"n":12345678901234567890}},"data":{"x":"2"},"immutable":true,"newer":[1.50,null]}`},
			stored:   `{` + meta + `,"annotations":{"a":"b","corewarden.io/renamed-keys":"{\"x.Corefile\":\"x\"}"},"new":{"n":12345678901234567890}},"data":{"x.Corefile":"2"},"immutable":true,"newer":[1.50,null]}`,
			paths:    []string{"/data/x", "/data/x.Corefile", "/metadata/annotations/corewarden.io~1renamed-keys"},
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name: "the writer's name is the newer text",
			request: request{
				old:    `{` + meta + `,` + renamed + `},"data":{"x.Corefile":"1"}}`,
				object: `{` + meta + `,` + renamed + `},"data":{"x":"2","x.Corefile":"1"}}`,
			},
			stored:   `{` + meta + `,` + renamed + `},"data":{"x.Corefile":"2"}}`,
			paths:    []string{"/data/x", "/data/x.Corefile"},
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name: "a key is renamed in the records of its owners, too, where an applied one loses it",
			request: request{
				old:    `{` + meta + `,` + renamed + `,` + managed(flux(`"f:data":{"f:x.Corefile":{}}`, 1), kubectl(`"f:data":{".":{},"f:y.Corefile":{}},"f:metadata":{"f:labels":{"f:a":{}}}`, 1)) + `},"data":{"x.Corefile":"1","y.Corefile":"2"}}`,
				object: `{` + meta + `,` + renamed + `,` + managed(flux(`"f:data":{"f:x":{},"f:y":{}}`, 2), kubectl(`"f:data":{".":{},"f:y.Corefile":{}},"f:metadata":{"f:labels":{"f:a":{}}}`, 1)) + `},"data":{"x":"1","y":"3","y.Corefile":"2"}}`,
			},
			// y.Corefile was nobody's under the name y: the change of it is refused.
			stored:   `{` + meta + `,` + renamed + `,` + managed(flux(`"f:data":{"f:x.Corefile":{},"f:y":{}}`, 2), kubectl(`"f:data":{".":{},"f:y.Corefile":{}},"f:metadata":{"f:labels":{"f:a":{}}}`, 1)) + `},"data":{"x.Corefile":"1","y":"3","y.Corefile":"2"}}`,
			paths:    []string{"/data/x", "/data/x.Corefile", "/metadata/managedFields/0/fieldsV1/f:data/f:x", "/metadata/managedFields/0/fieldsV1/f:data/f:x.Corefile"},
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name: "an owner of nothing else goes, and what it owns of other fields stays",
			request: request{
				old:    `{` + meta + `,` + renamed + `,` + managed(flux(`"f:data":{"f:x.Corefile":{}}`, 1), kubectl(`"f:data":{"f:x.Corefile":{}},"f:metadata":{"f:labels":{"f:a":{}}}`, 1)) + `},"data":{"x.Corefile":"1"}}`,
				object: `{` + meta + `,` + renamed + `,` + managed(flux(`"f:data":{"f:x.Corefile":{}}`, 1), kubectl(`"f:data":{"f:x.Corefile":{}},"f:metadata":{"f:labels":{"f:a":{}}}`, 1), edit(`"f:data":{"f:x":{}}`, 2)) + `},"data":{"x":"2","x.Corefile":"1"}}`,
			},
			stored:   `{` + meta + `,` + renamed + `,` + managed(kubectl(`"f:metadata":{"f:labels":{"f:a":{}}}`, 1), edit(`"f:data":{"f:x.Corefile":{}}`, 2)) + `},"data":{"x.Corefile":"2"}}`,
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name: "what kubectl apply deletes to add it again is nobody's loss, and with no other change the times stay",
			request: request{
				old:    `{` + meta + `,"resourceVersion":"7","uid":"8","annotations":{"corewarden.io/renamed-keys":"{\"x.Corefile\":\"x\"}","kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"x.Corefile\":\"1\"}}\n"},` + managed(flux(`"f:data":{"f:x.Corefile":{}}`, 1), kubectl(`"f:data":{"f:x.Corefile":{}}`, 1)) + `},"data":{"x.Corefile":"1"}}`,
				object: `{` + meta + `,"resourceVersion":"7","uid":"8","annotations":{"corewarden.io/renamed-keys":"{\"x.Corefile\":\"x\"}","kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"x\":\"1\"}}\n"},` + managed(kubectl(`"f:data":{"f:x":{}}`, 2)) + `},"data":{"x":"1"}}`,
			},
			stored:   `{` + meta + `,"resourceVersion":"7","uid":"8","annotations":{"corewarden.io/renamed-keys":"{\"x.Corefile\":\"x\"}","kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"x.Corefile\":\"1\"}}\n"},` + managed(flux(`"f:data":{"f:x.Corefile":{}}`, 1), kubectl(`"f:data":{"f:x.Corefile":{}}`, 1)) + `},"data":{"x.Corefile":"1"}}`,
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name:     "keys of binaryData have owners as well",
			request:  request{object: `{` + meta + `,` + managed(flux(`"f:binaryData":{"f:x":{}}`, 1)) + `},"binaryData":{"x":"AQI="}}`},
			stored:   `{` + meta + `,` + renamed + `,` + managed(flux(`"f:binaryData":{"f:x.Corefile":{}}`, 1)) + `},"binaryData":{"x.Corefile":"AQI="}}`,
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name:     "owners that cannot be read stay",
			request:  request{object: `{` + meta + `,` + managed(flux(`"f:data":[]`, 1), `{"manager":"x","operation":"Update"}`) + `},"data":{"x":"1"}}`},
			stored:   `{` + meta + `,` + renamed + `,` + managed(flux(`"f:data":[]`, 1), `{"manager":"x","operation":"Update"}`) + `},"data":{"x.Corefile":"1"}}`,
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name: "a record that is dropped is restored without a word",
			request: request{
				old:    `{` + meta + `,` + renamed + `},"data":{"x.Corefile":"1"}}`,
				object: `{` + meta + `},"data":{"x.Corefile":"2"}}`,
			},
			stored: `{` + meta + `,` + renamed + `},"data":{"x.Corefile":"2"}}`,
			paths:  []string{"/metadata/annotations"},
		},
		{name: "a key whose name says that it is off stays", request: request{object: `{` + meta + `},"data":{"README":"x","old.Corefile.disabled":"x"}}`}},
		{name: "a collision is left to the other webhook", request: request{object: `{` + meta + `},"data":{"x":"1","x.Corefile":"2"}}`}},
		{name: "a deletion", request: request{operation: admissionv1.Delete, old: `{` + meta + `},"data":{"x":"1"}}`}},
		{name: "another name", request: request{object: `{"metadata":{"name":"coredns","namespace":"kube-system"},"data":{"x":"1"}}`}},
		{name: "another namespace", request: request{namespace: "default", object: `{"metadata":{"name":"dns-extra-configs","namespace":"default"},"data":{"x":"1"}}`}},
		{name: "a name that is generated", request: request{object: `{"metadata":{"generateName":"dns-extra-configs","namespace":"kube-system"},"data":{"x":"1"}}`}},
		{
			name: "one that is being deleted loses a finalizer",
			request: request{
				old:    `{` + meta + `,` + deleted + `,"finalizers":["a/b"]},"data":{"x":"1"}}`,
				object: `{` + meta + `,` + deleted + `},"data":{"x":"1"}}`,
			},
		},
		{
			name: "one that is being deleted and changed",
			request: request{
				old:    `{` + meta + `,` + deleted + `},"data":{"x.Corefile":"1"}}`,
				object: `{` + meta + `,` + deleted + `},"data":{"x":"1"}}`,
			},
			stored:   `{` + meta + `,` + deleted + `,` + renamed + `},"data":{"x.Corefile":"1"}}`,
			warnings: []string{`key "x" renamed to "x.Corefile": CoreDNS loads only keys ending in "Corefile"`},
		},
		{
			name: "an immutable one, which the API server would refuse to change",
			request: request{
				old:    `{` + meta + `},"data":{"x":"1"},"immutable":true}`,
				object: `{` + meta + `,"labels":{"a":"b"}},"data":{"x":"1"},"immutable":true}`,
			},
		},
		{
			name:     "an object of another kind",
			request:  request{object: `{"kind":"Secret","metadata":{"name":"x"},"data":{"x":1}}`},
			warnings: []string{"corewarden left the object as it is: it cannot be read as a ConfigMap"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := s.ask(t, webhook.KeysPath, test.request)
			if !got.Allowed {
				t.Fatalf("it was refused: %+v", got.Result)
			}
			if !reflect.DeepEqual(got.Warnings, test.warnings) {
				t.Errorf("warnings = %q, want %q", got.Warnings, test.warnings)
			}
			if paths := pathsOf(t, got.Patch); test.paths != nil && !slices.Equal(paths, test.paths) {
				t.Errorf("the patch touches %q, want %q", paths, test.paths)
			}
			if test.stored == "" {
				if got.Patch != nil {
					t.Errorf("the patch is %s, want none", got.Patch)
				}
				return
			}
			stored := patched(t, test.request.object, got.Patch)
			if !sameJSON(t, string(stored), test.stored) {
				t.Errorf("stored is\n%s\nwant\n%s", stored, test.stored)
			}
			if again := s.ask(t, webhook.KeysPath, request{old: test.request.old, object: string(stored)}); again.Patch != nil || len(again.Warnings) > 0 {
				t.Errorf("a second run answers with the patch %s and %q", again.Patch, again.Warnings)
			}
		})
	}
}

func TestKeysThatAVolumeNamesStay(t *testing.T) {
	t.Parallel()
	cluster := extraconfig.Cluster{Servers: servers(t)}.With(workload.New("Deployment", "coredns", workload.Pod{
		Volumes: []workload.Volume{{Name: "extra", ConfigMap: &workload.ConfigMapSource{
			Name: "dns-extra-configs", Items: []workload.KeyToPath{{Key: "shop", Path: "shop.Corefile"}},
		}}},
		Containers: []workload.Container{{
			Image: "coredns:1.15.0", Args: []string{"-conf", "/etc/coredns/Corefile"}, VolumeMounts: []workload.VolumeMount{{Name: "extra", MountPath: "/etc/coredns/extra-configs"}},
		}},
	}))
	s := serveFor(t, &cluster)
	object := configMap(t, map[string]string{"shop": good})
	if got := s.ask(t, webhook.KeysPath, request{object: object}); !got.Allowed || got.Patch != nil || got.Warnings != nil {
		t.Errorf("the patch is %s, with %q", got.Patch, got.Warnings)
	}
	if got := s.ask(t, webhook.ContentPath, request{object: object}); !got.Allowed {
		t.Errorf("it is refused: %v", got.Result)
	}
}

// managed is a record of field managers, of which the others are entries. Their times
// differ by a number.
func managed(entries ...string) string {
	return `"managedFields":[` + strings.Join(entries, ",") + `]`
}

func flux(fields string, n int) string    { return managedEntry("flux", "Apply", fields, n) }
func kubectl(fields string, n int) string { return managedEntry("kubectl", "Update", fields, n) }
func edit(fields string, n int) string    { return managedEntry("edit", "Update", fields, n) }

func managedEntry(manager, operation, fields string, n int) string {
	return fmt.Sprintf(`{"manager":%q,"operation":%q,"apiVersion":"v1","time":"2026-01-02T03:04:0%dZ","fieldsType":"FieldsV1","fieldsV1":{%s}}`, manager, operation, n, fields)
}

func TestRejectLeavesWrongNamesToTheRefusal(t *testing.T) {
	t.Parallel()
	s := serveWith(t, webhook.Options{KeyPolicy: extraconfig.RejectKeys})
	object := configMap(t, map[string]string{"Corefile": good, "x.corefile": ""})
	if got := s.ask(t, webhook.KeysPath, request{object: object}); !got.Allowed || got.Patch != nil || got.Warnings != nil {
		t.Errorf("it answers %+v", got)
	}
	got := s.ask(t, webhook.ContentPath, request{object: object})
	if got.Allowed {
		t.Fatal("a wrong name is allowed")
	}
	checkInvalid(t, got.Result, []string{`data[x.corefile]: CoreDNS loads only keys ending in "Corefile". Rename it to "x.Corefile" (key-name)`})
}

// TestManyOwnersAreMendedSoon is about time: a ConfigMap has up to 2,000 keys, and as many field
// managers as fit into a megabyte or so.
func TestManyOwnersAreMendedSoon(t *testing.T) {
	t.Parallel()
	s := serve(t)
	const managers, keys = 3_000, 2_000
	side := func(suffix, text string) string {
		var entries, data []string
		for i := range managers {
			entries = append(entries, managedEntry(fmt.Sprint("m", i), "Apply", fmt.Sprintf(`"f:data":{"f:k%[1]d%[2]s":{},"f:k%[3]d%[2]s":{}}`, i, suffix, i+1), 1))
		}
		for i := range keys {
			data = append(data, fmt.Sprintf(`"k%d%s":%q`, i, suffix, text))
		}
		return `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dns-extra-configs","namespace":"kube-system",` + managed(entries...) + `},"data":{` + strings.Join(data, ",") + `}}`
	}
	start := time.Now()
	got := s.ask(t, webhook.KeysPath, request{old: side(".Corefile", "1"), object: side("", "2")})
	elapsed := time.Since(start)
	t.Logf("%d ms", elapsed.Milliseconds())
	if !got.Allowed || got.Patch == nil || elapsed > time.Minute { // far above what it takes on a busy machine
		t.Errorf("after %v: allowed = %v with a patch of %d bytes", elapsed, got.Allowed, len(got.Patch))
	}
	// The API server cuts the warnings of a reply at 4,096 characters, and those of the content
	// come with it.
	last := len(got.Warnings) - 1
	if all := strings.Join(got.Warnings, ""); len(all) > 1000 || last < 10 || got.Warnings[last] != fmt.Sprint(keys-last, " more keys renamed") {
		t.Errorf("the warnings are %q", got.Warnings)
	}
}

// pathsOf returns the paths that a JSON patch touches, sorted, without repeats.
func pathsOf(t *testing.T, patch []byte) []string {
	t.Helper()
	if patch == nil {
		return nil
	}
	var operations []struct{ Path string }
	if err := json.Unmarshal(patch, &operations); err != nil {
		t.Fatalf("%s: %v", patch, err)
	}
	var paths []string
	for _, o := range operations {
		paths = append(paths, o.Path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// sameJSON compares two objects, numbers digit by digit.
func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	decode := func(text string) (value any) {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&value); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return value
	}
	return reflect.DeepEqual(decode(a), decode(b))
}

// patched applies a JSON patch as the API server does.
func patched(t *testing.T, object string, patch []byte) []byte {
	t.Helper()
	p, err := jsonpatch.DecodePatch(patch)
	if err != nil {
		t.Fatalf("%s: %v", patch, err)
	}
	result, err := p.Apply([]byte(object))
	if err != nil {
		t.Fatalf("%s does not fit: %v", patch, err)
	}
	return result
}

func TestMutatingWebhooksLeaveAloneWhatTheyCannotRead(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, path := range []string{webhook.KeysPath, webhook.StampingPath} {
		for _, r := range []request{
			{old: `[]`, object: `[]`},
			{old: `"x"`, object: `{"metadata":1}`},
			{old: `{"spec":1}`, object: `{"spec":[]}`},
			{operation: admissionv1.Update, object: `{}`},
			{operation: admissionv1.Update, old: `{}`},
			{operation: admissionv1.Create},
		} {
			if got := s.ask(t, path, r); !got.Allowed || got.Patch != nil {
				t.Errorf("%s answers %+v with allowed = %v, %v and the patch %s", path, r, got.Allowed, got.Result, got.Patch)
			}
		}
	}
}
