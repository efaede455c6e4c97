package webhook_test

import (
	"fmt"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"

	"corewarden/webhook"
)

// TestStamp says what becomes of the stamp of a workload: what was, what is written, by
// whom, and the patch. The stamp of all but the controller's writes stays as it was.
func TestStamp(t *testing.T) {
	t.Parallel()
	s := serve(t)
	const (
		bare    = `{"spec":{"template":{"spec":{}}}}`
		null    = `{"spec":{"template":{"metadata":{"annotations":null}}}}`
		labels  = `{"spec":{"template":{"metadata":{"labels":{"a":"b"}}}}}`
		other   = `{"spec":{"template":{"metadata":{"annotations":{"a":"b"}}}}}`
		one     = `{"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":"v1:1"}}}}}`
		two     = `{"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":"v1:2"}}}}}`
		oneMore = `{"spec":{"template":{"metadata":{"annotations":{"a":"b","corewarden.io/config-hash":"v1:1"}}}}}`
		path    = "/spec/template/metadata/annotations/corewarden.io~1config-hash"
	)
	add := func(path, value string) string {
		return fmt.Sprintf(`[{"op":"add","path":%q,"value":%s}]`, path, value)
	}
	for _, test := range []struct {
		name          string
		before, after string
		user          string
		want          string // the patch
		stored        string
	}{
		{name: "it stays", before: one, after: one},
		{name: "there is none", before: bare, after: other},
		{name: "restarted by hand", before: one, after: oneMore},
		{name: "changed, as by a rollout undo", before: one, after: two, want: add(path, `"v1:1"`), stored: one},
		{name: "removed, as by a replace", before: oneMore, after: other, want: add(path, `"v1:1"`), stored: oneMore},
		{name: "removed with all annotations", before: one, after: labels, want: add("/spec/template/metadata/annotations", `{"corewarden.io/config-hash":"v1:1"}`)},
		{name: "removed by annotations that are null", before: one, after: null, want: add("/spec/template/metadata/annotations", `{"corewarden.io/config-hash":"v1:1"}`), stored: one},
		{name: "removed with all metadata", before: one, after: bare, want: add("/spec/template/metadata", `{"annotations":{"corewarden.io/config-hash":"v1:1"}}`)},
		{name: "added by hand", before: other, after: oneMore, want: `[{"op":"remove","path":"` + path + `"}]`, stored: other},
		{name: "changed by the controller", before: one, after: two, user: controller},
		{name: "added by the controller", before: bare, after: one, user: controller},
		{name: "removed by the controller", before: one, after: bare, user: controller},
		{name: "changed by another service account", before: one, after: two, user: "system:serviceaccount:kube-system:corewarden", want: add(path, `"v1:1"`), stored: one},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := s.ask(t, webhook.StampingPath, request{kind: "Deployment", old: test.before, object: test.after, user: test.user})
			if !got.Allowed || len(got.Warnings) > 0 {
				t.Fatalf("allowed = %v, %v with %q", got.Allowed, got.Result, got.Warnings)
			}
			if string(got.Patch) != test.want {
				t.Fatalf("patch is %s, want %s", got.Patch, test.want)
			}
			if test.want == "" {
				return
			}
			stored := patched(t, test.after, got.Patch)
			if test.stored != "" && !sameJSON(t, string(stored), test.stored) {
				t.Errorf("stored is %s, want %s", stored, test.stored)
			}
			if again := s.ask(t, webhook.StampingPath, request{kind: "Deployment", old: test.before, object: string(stored)}); again.Patch != nil {
				t.Errorf("a second run answers with the patch %s", again.Patch)
			}
		})
	}
}

// What is kept of rollouts survives whoever writes a workload, as an operator that puts its
// own idea of it.
func TestRecordsOfRolloutsAreKept(t *testing.T) {
	t.Parallel()
	s := serve(t)
	const (
		kept = `{"metadata":{"name":"node-local-dns","annotations":{"a":"b","corewarden.io/braked-hash":"v1:1","corewarden.io/completed-hash":"v1:0","corewarden.io/rollout":"{}"}},"spec":{}}`
		bare = `{"metadata":{"name":"node-local-dns"},"spec":{}}`
		own  = `{"metadata":{"name":"node-local-dns","annotations":{"a":"b"}},"spec":{}}`
		some = `{"metadata":{"name":"node-local-dns","annotations":{"a":"b","corewarden.io/braked-hash":"v1:2","corewarden.io/retry":"1"}},"spec":{}}`
	)
	for name, tt := range map[string]struct{ before, after, user, want string }{
		"put without annotations":   {kept, bare, "", strings.Replace(kept, `"a":"b",`, "", 1)},
		"put with others":           {kept, own, "", kept},
		"changed":                   {kept, some, "", strings.Replace(kept, `"a":"b",`, `"a":"b","corewarden.io/retry":"1",`, 1)},
		"forged":                    {own, kept, "", own},
		"written by the controller": {kept, own, controller, own},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.ask(t, webhook.StampingPath, request{kind: "DaemonSet", old: tt.before, object: tt.after, user: tt.user})
			stored := tt.after
			if got.Patch != nil {
				stored = string(patched(t, tt.after, got.Patch))
			}
			if !got.Allowed || !sameJSON(t, stored, tt.want) {
				t.Errorf("stored is %s, want %s", stored, tt.want)
			}
		})
	}
}

func TestStampOfANewWorkloadIsItsWriters(t *testing.T) {
	t.Parallel()
	s := serve(t)
	got := s.ask(t, webhook.StampingPath, request{
		operation: admissionv1.Create, kind: "Deployment",
		object: `{"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":"v1:1"}}}}}`,
	})
	if !got.Allowed || got.Patch != nil {
		t.Errorf("allowed = %v with the patch %s", got.Allowed, got.Patch)
	}
}
