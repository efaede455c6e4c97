package webhook_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"corewarden/webhook"
)

const (
	good = "example.org {\n    forward . 10.0.0.1\n}\n"
	bad  = "example.org {\n    forwrad . 10.0.0.1\n}\n"
)

// TestContent is the specification of the verdicts: which writes are refused, and with
// which causes and warnings.
func TestContent(t *testing.T) {
	t.Parallel()
	s := serve(t)
	type data = map[string]string
	const typo = `data[Corefile]: line 2, column 5: unknown plugin "forwrad"; did you mean "forward"? (unknown-plugin; stops CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7))`
	for _, test := range []struct {
		name     string
		request  request
		causes   []string // "field: message"; none: it is allowed
		warnings []string
	}{
		{name: "a good ConfigMap is created", request: request{object: configMap(t, data{"Corefile": good})}},
		{name: "a ConfigMap without data is created", request: request{object: object(t, nil)}},
		{name: "a ConfigMap whose data is null is created", request: request{object: object(t, map[string]any{"data": nil})}},
		{name: "a bad ConfigMap is not created", request: request{object: configMap(t, data{"Corefile": bad})}, causes: []string{typo}},
		{name: "nor in a dry run", request: request{object: configMap(t, data{"Corefile": bad}), dryRun: true}, causes: []string{typo}},
		{name: "nor an update to it", request: request{old: configMap(t, data{"Corefile": good}), object: configMap(t, data{"Corefile": bad})}, causes: []string{typo}},
		{name: "an update away from it is allowed", request: request{old: configMap(t, data{"Corefile": bad}), object: configMap(t, data{"Corefile": good})}},
		{
			name:     "an update of the metadata of a bad ConfigMap is allowed with a warning",
			request:  request{old: configMap(t, data{"Corefile": bad}), object: object(t, map[string]any{"data": data{"Corefile": bad}, "immutable": false})},
			warnings: []string{`data[Corefile]: line 2, column 5: unknown plugin "forwrad"; did you mean "forward"? (unknown-plugin)`},
		},
		{name: "a comment ignores a warning", request: request{object: configMap(t, data{"Corefile": "example.org {\n    cache 30s # corewarden:ignore silent-zone a zone, really\n    whoami\n}\n"})}},
		{
			name:     "but no error",
			request:  request{object: configMap(t, data{"Corefile": "example.org {\n    forwrad . 10.0.0.53 # corewarden:ignore unknown-plugin it is not\n}\n"})},
			causes:   []string{typo},
			warnings: []string{`data[Corefile]: line 2, column 25: "unknown-plugin" is an error here, and only warnings can be ignored. Fix the error and remove this comment (unused-ignore)`},
		},
		{name: "a bad ConfigMap is deleted", request: request{operation: admissionv1.Delete, old: configMap(t, data{"Corefile": bad})}},
		{name: "one that is being deleted does not become bad", request: request{old: deleting(t, data{"Corefile": good}, "a"), object: deleting(t, data{"Corefile": bad}, "a")}, causes: []string{typo}},
		{
			name:     "a finalizer of a bad ConfigMap is removed with a warning",
			request:  request{old: deleting(t, data{"Corefile": bad}, "a"), object: deleting(t, data{"Corefile": bad})},
			warnings: []string{strings.Replace(typo, "; stops CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7)", "", 1)},
		},
		{
			name:     "so is one of a ConfigMap with a wrong key name",
			request:  request{old: deleting(t, data{"notes": bad}, "a"), object: deleting(t, data{"notes": bad})},
			warnings: []string{`data[notes]: CoreDNS loads only keys ending in "Corefile". Rename it to "notes.Corefile" (key-name)`},
		},
		{
			name:    "another name is left alone",
			request: request{object: object(t, map[string]any{"data": data{"Corefile": bad}, "metadata": map[string]any{"name": "coredns", "namespace": "kube-system"}})},
		},
		{
			name:    "another namespace is left alone",
			request: request{namespace: "default", object: object(t, map[string]any{"data": data{"Corefile": bad}, "metadata": map[string]any{"name": "dns-extra-configs", "namespace": "default"}})},
		},
		{
			name:    "a name that is generated is left alone",
			request: request{object: object(t, map[string]any{"data": data{"Corefile": bad}, "metadata": map[string]any{"generateName": "dns-extra-configs", "namespace": "kube-system"}})},
		},
		{
			name:    "binaryData is judged like data",
			request: request{object: object(t, map[string]any{"binaryData": map[string][]byte{"Corefile": []byte(bad)}})},
			causes:  []string{strings.Replace(typo, "data[", "binaryData[", 1)},
		},
		{
			name:    "all problems are told at once, in the order of the keys",
			request: request{object: configMap(t, data{"b.Corefile": "a..b {\n chaos\n}\n", "a.Corefile": bad, "notes": "x"})},
			causes: []string{
				`data[notes]: CoreDNS loads only keys ending in "Corefile". Rename it to "notes.Corefile", or to "notes.txt" if it is no Corefile (key-name)`,
				strings.Replace(typo, "[Corefile]", "[a.Corefile]", 1),
				`data[b.Corefile]: line 1, column 1: "a..b" is not a zone: a domain name has no two dots in a row. Remove one (invalid-zone; stops CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7))`,
				`data[b.Corefile]: line 2, column 2: node-cache 1.26.7 has no plugin "chaos". It has bind, bufsize, cache, debug, dns64, dnstap, errors, forward, health, hosts, loadbalance, log, loop, metadata, pprof, prometheus, reload, rewrite, template, trace, whoami. Remove it, or move its block to the ConfigMap coredns-extra-configs (unavailable-plugin; stops node-local-dns (node-cache 1.26.7))`,
			},
		},
		{
			name:     "a key whose name says that it is off is left alone, with a warning",
			request:  request{object: configMap(t, data{"Corefile": good, "old.Corefile.disabled": bad})},
			warnings: []string{`data[old.Corefile.disabled]: nothing loads this key, as its name says. If it is a Corefile, name it "old.Corefile" (not-loaded)`},
		},
		{
			name: "a text that is no Corefile is refused with both remedies",
			request: request{object: object(t, map[string]any{"data": data{"notes.Corefile": "Our DNS.\nAsk us\n"}, "metadata": map[string]any{
				"name": "dns-extra-configs", "namespace": "kube-system", "annotations": data{"corewarden.io/renamed-keys": `{"notes.Corefile":"notes"}`},
			}})},
			causes: []string{`data[notes.Corefile]: line 1, column 1: this text does not begin like a Corefile. Begin it with a server block, such as "example.org {"; if it is no Corefile, name the key "notes.txt" (no-corefile; stops CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7))`},
		},
		{
			name:     "a change that its source will undo is allowed with a warning",
			request:  request{old: editedKey(good, flux(`"f:data":{"f:a.Corefile":{}}`, 1)), object: editedKey("# 1", edit(`"f:data":{"f:a.Corefile":{}}`, 2))},
			warnings: []string{`data[a.Corefile]: the next apply by field manager "flux" will undo this change. Change the key in its source too, where it was named "a" (key-overridden)`},
		},
		{
			name:     "an immutable ConfigMap is allowed with a warning",
			request:  request{object: object(t, map[string]any{"data": data{"Corefile": good}, "immutable": true})},
			warnings: []string{`data: "immutable: true" keeps everybody from correcting this ConfigMap: it can only be deleted and created again, and running pods keep its old content. Remove it (immutable)`},
		},
		{
			name:     "what is doubtful is allowed with a warning",
			request:  request{object: configMap(t, data{"Corefile": "*.example.org {\n}\n"})},
			warnings: []string{`data[Corefile]: line 1, column 1: CoreDNS reads "*.example.org" as a zone name, which no query matches. A zone already contains every name below it: remove the "*." (suspicious-zone)`},
		},
		{
			name:     "a refusal has its warnings, too",
			request:  request{object: configMap(t, data{"Corefile": bad, "a.Corefile": "{$ZONE} {\n}\n"})},
			causes:   []string{typo},
			warnings: []string{`data[a.Corefile]: line 1, column 1: the zone depends on environment variables of the server's pod ("ZONE"), so it was not checked (environment-reference)`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := s.ask(t, webhook.ContentPath, test.request)
			if got.Allowed != (len(test.causes) == 0) {
				t.Fatalf("allowed = %v: %+v", got.Allowed, got.Result)
			}
			if got.Patch != nil {
				t.Errorf("it answers with the patch %s", got.Patch)
			}
			if !reflect.DeepEqual(got.Warnings, test.warnings) {
				t.Errorf("warnings:\n%s\nwant:\n%s", strings.Join(got.Warnings, "\n"), strings.Join(test.warnings, "\n"))
			}
			if len(test.causes) > 0 {
				checkInvalid(t, got.Result, test.causes)
			}
		})
	}
}

// deleting returns the JSON of a ConfigMap that is being deleted, which waits for finalizers.
func deleting(t *testing.T, data map[string]string, finalizers ...string) string {
	t.Helper()
	return object(t, map[string]any{"data": data, "metadata": map[string]any{
		"name": "dns-extra-configs", "namespace": "kube-system", "deletionTimestamp": "2026-01-02T03:04:05Z", "finalizers": finalizers,
	}})
}

// editedKey returns the JSON of a ConfigMap with a key that was renamed, and its owner.
func editedKey(text, owner string) string {
	return fmt.Sprintf(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dns-extra-configs","namespace":"kube-system","annotations":{"corewarden.io/renamed-keys":"{\"a.Corefile\":\"a\"}"},%s},"data":{"a.Corefile":%q}}`, managed(owner), text)
}

// checkInvalid checks that a status is 422 Invalid with the given causes, which is what
// kubectl prints line by line.
func checkInvalid(t *testing.T, status *metav1.Status, want []string) {
	t.Helper()
	if status.Code != http.StatusUnprocessableEntity || status.Reason != metav1.StatusReasonInvalid || status.Status != metav1.StatusFailure {
		t.Errorf("status is %d %s %s, want 422 Invalid Failure", status.Code, status.Reason, status.Status)
	}
	if status.Details == nil || status.Details.Name != "dns-extra-configs" || status.Details.Kind != "ConfigMap" {
		t.Fatalf("details are %+v, want those of the ConfigMap", status.Details)
	}
	var causes []string
	for _, cause := range status.Details.Causes {
		if cause.Type != metav1.CauseTypeFieldValueInvalid {
			t.Errorf("the cause %v is of type %s", cause, cause.Type)
		}
		causes = append(causes, cause.Field+": "+cause.Message)
	}
	if !reflect.DeepEqual(causes, want) {
		t.Errorf("causes:\n%s\nwant:\n%s", strings.Join(causes, "\n"), strings.Join(want, "\n"))
	}
	if message := `ConfigMap "dns-extra-configs" is invalid: ` + strings.Join(want, "; "); status.Message != message {
		t.Errorf("message:\n%s\nwant:\n%s", status.Message, message)
	}
}

func TestRepliesStaySmall(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var text strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&text, "*.a%d {\n forwrad%d\n}\n", i, i)
	}
	got := s.ask(t, webhook.ContentPath, request{object: configMap(t, map[string]string{"Corefile": text.String()})})
	if causes := len(got.Result.Details.Causes); causes != 51 {
		t.Errorf("the refusal has %d causes, want 50 and one that says that there are more", causes)
	}
	if last := got.Result.Details.Causes[50]; last.Field != "data" || !strings.Contains(last.Message, "more-problems") {
		t.Errorf("the last cause is %v", last)
	}
	// The API server cuts the warnings of a reply at 4,096 characters.
	if all := strings.Join(got.Warnings, ""); len(all) > 4096 || len(got.Warnings) < 10 {
		t.Errorf("%d warnings have %d characters", len(got.Warnings), len(all))
	}
}

// TestBadRequestsAreRefused is about requests that no API server sends.
func TestBadRequestsAreRefused(t *testing.T) {
	t.Parallel()
	s := serve(t)
	review := request{object: configMap(t, map[string]string{"Corefile": good})}.review(t)
	for _, test := range []struct {
		name, contentType string
		body              []byte
		want              string
	}{
		{"truncated", "application/json", review[:len(review)/2], "unexpected end of JSON input"},
		{"another content type", "text/plain", review, "contentType=text/plain, expected application/json"},
		{"empty", "application/json", nil, "request body is empty"},
		{"no JSON", "application/json", []byte("Corefile"), "couldn't get version/kind; json parse error"},
		{"an object of another kind", "application/json", request{object: `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"},"data":{"a":1}}`}.review(t), "cannot unmarshal"},
		{"without an object", "application/json", request{}.review(t), "there is no content to decode"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := s.post(t, webhook.ContentPath, test.contentType, test.body)
			if got.Allowed || got.Result.Code != http.StatusBadRequest || !strings.Contains(got.Result.Message, test.want) {
				t.Errorf("allowed = %v, %d %q; want 400 with %q", got.Allowed, got.Result.Code, got.Result.Message, test.want)
			}
		})
	}
}

func TestLogsHoldNoCorefile(t *testing.T) {
	t.Parallel()
	s := serve(t)
	const secret = "sesame-9f2c"
	object := configMap(t, map[string]string{"Corefile": "a.org {\n " + secret + "\n}\n*." + secret + " {\n}\n", "hosts": secret})
	for _, path := range []string{webhook.KeysPath, webhook.ContentPath, webhook.StampingPath} {
		s.ask(t, path, request{object: object})
		s.ask(t, path, request{old: object, object: object})
		s.post(t, path, "application/json", []byte(strings.TrimSuffix(object, "}")))
	}
	if lines := logs.with(secret); len(lines) > 0 {
		t.Errorf("the log holds text of the Corefile:\n%s", strings.Join(lines, "\n"))
	}
	if lines := logs.with("unknown-plugin"); len(lines) == 0 {
		t.Error("the log does not tell of the problem")
	}
}
