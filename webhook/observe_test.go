package webhook_test

import (
	"slices"
	"strings"
	"testing"

	"corewarden/webhook"
)

// TestObserve holds that nothing is refused or changed where the webhooks observe, and that
// warnings say what would be.
func TestObserve(t *testing.T) {
	t.Parallel()
	type data = map[string]string
	const (
		typo = `would be rejected: data[Corefile]: line 2, column 5: unknown plugin "forwrad"; did you mean "forward"? (unknown-plugin; stops CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7))`
		one  = `{"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":"v1:1"}}}}}`
		two  = `{"spec":{"template":{"metadata":{"annotations":{"corewarden.io/config-hash":"v1:2"}}}}}`
	)
	for _, test := range []struct {
		name, path string
		request    request
		want       []string
		counted    string // in corewarden_admissions_total: rule, verdict, webhook
	}{
		{
			name: "a typo", path: webhook.ContentPath, request: request{object: configMap(t, data{"Corefile": bad})},
			want: []string{typo}, counted: "unknown-plugin would-deny content",
		},
		{
			name: "what would be rejected comes first", path: webhook.ContentPath,
			request: request{object: configMap(t, data{"Corefile": bad, "A.Corefile": "{$ZONE} {\n}\n"})},
			want:    []string{typo, `data[A.Corefile]: line 1, column 1: the zone depends on environment variables of the server's pod ("ZONE"), so it was not checked (environment-reference)`},
			counted: "unknown-plugin would-deny content",
		},
		{
			name: "a wrong key name", path: webhook.KeysPath, request: request{object: configMap(t, data{"example.org": good})},
			want:    []string{`key "example.org" would be renamed to "example.org.Corefile": CoreDNS loads only keys ending in "Corefile"`},
			counted: "key-name would-change keys",
		},
		{
			name: "which is judged as if it were renamed", path: webhook.ContentPath, request: request{object: configMap(t, data{"example.org": bad})},
			want:    []string{strings.Replace(typo, "[Corefile]", "[example.org.Corefile]", 1)},
			counted: "unknown-plugin would-deny content",
		},
		{
			name: "another stamp", path: webhook.StampingPath, request: request{kind: "Deployment", old: one, object: two},
			counted: "stamp-kept would-change stamp",
		},
		{
			name: "good content", path: webhook.ContentPath, request: request{object: configMap(t, data{"Corefile": good})},
			counted: " allowed content",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := serveWith(t, webhook.Options{Observe: true})
			got := s.ask(t, test.path, test.request)
			if !got.Allowed || got.Patch != nil {
				t.Errorf("allowed = %v, with the patch %s", got.Allowed, got.Patch)
			}
			if !slices.Equal(got.Warnings, test.want) {
				t.Errorf("it warns of\n%s\nwant\n%s", strings.Join(got.Warnings, "\n"), strings.Join(test.want, "\n"))
			}
			families, err := s.metrics.Gather()
			if err != nil {
				t.Fatal(err)
			}
			var counted []string
			for _, label := range families[0].GetMetric()[0].GetLabel() {
				counted = append(counted, label.GetValue())
			}
			if got := strings.Join(counted, " "); got != test.counted {
				t.Errorf("it is counted as %q, want %q", got, test.counted)
			}
		})
	}
}
