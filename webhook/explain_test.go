package webhook_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"corewarden/extraconfig"
	"corewarden/webhook"
)

// TestExplain says which writes are answered with what they change for names.
func TestExplain(t *testing.T) {
	t.Parallel()
	known := knownOf(t, metakube(t), "", "")
	type data = map[string]string
	const (
		shop    = "shop.example {\n    forward . 10.0.0.1\n}\n"
		changed = "shop.example {\n    forward . 10.0.0.2\n}\n"
		want    = "what changes: asked of coredns, shop.example. and *.shop.example. now get the answer of 10.0.0.2 (was the answer of 10.0.0.1)"
	)
	update := request{old: configMap(t, data{"Corefile": shop}), object: configMap(t, data{"Corefile": changed})}
	dry := func(r request) request {
		r.dryRun = true
		return r
	}
	for _, test := range []struct {
		name    string
		policy  webhook.ExplainPolicy
		request request
		want    []string
	}{
		{"a dry run of an update", webhook.ExplainDryRuns, dry(update), []string{want}},
		{"not the update itself", webhook.ExplainDryRuns, update, nil},
		{"unless that is asked for", webhook.ExplainAlways, update, []string{want}},
		{"nor anything if that is switched off", webhook.ExplainNever, dry(update), nil},
		{"nor what is refused", webhook.ExplainAlways, request{old: update.old, object: configMap(t, data{"Corefile": bad})}, nil},
		{"nor what stays", webhook.ExplainAlways, request{old: update.old, object: configMap(t, data{"Corefile": "# ours\n" + shop})}, nil},
		{"nor the way out of bad content", webhook.ExplainAlways, request{old: configMap(t, data{"Corefile": bad}), object: update.object}, nil},
		{"the first content", webhook.ExplainAlways, request{object: update.object}, []string{
			"what changes: asked of coredns, shop.example. and *.shop.example. now get the answer of 10.0.0.2 (was the answer of the upstream on line 13 of coredns/Corefile)",
		}},
		{"too much", webhook.ExplainAlways, request{old: update.old, object: configMap(t, data{"Corefile": shop + strings.Repeat("# a line of a text that is long\n", 10_000)})}, []string{
			"what changes: too large to explain here. Use corefile diff",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := serveOptions(t, webhook.Options{Cluster: func() *extraconfig.Cluster { return known }, Explain: test.policy})
			got := explanations(s.ask(t, webhook.ContentPath, test.request).Warnings)
			if !slices.Equal(got, test.want) {
				t.Errorf("it says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// At most five lines say what changes, and they leave room for what is doubtful.
func TestExplanationsAndWarningsFit(t *testing.T) {
	t.Parallel()
	known := knownOf(t, metakube(t), "", "")
	s := serveOptions(t, webhook.Options{Cluster: func() *extraconfig.Cluster { return known }, Explain: webhook.ExplainAlways})
	var text strings.Builder
	for i := range 20 {
		fmt.Fprintf(&text, "zone%d.example {\n    forward . 10.0.0.%d\n    cache 30s\n}\n", i, i+1)
	}
	got := s.ask(t, webhook.ContentPath, request{object: configMap(t, map[string]string{"Corefile": text.String()})})
	all := strings.Join(got.Warnings, "")
	if len(all) > 4096 || len(got.Warnings) < 10 {
		t.Errorf("%d warnings of %d characters: %q", len(got.Warnings), len(all), got.Warnings)
	}
	if last := got.Warnings[len(got.Warnings)-1]; !strings.HasSuffix(last, " more warnings") {
		t.Errorf("the last line is %q", last)
	}
	if n := len(explanations(got.Warnings)); n > 5 {
		t.Errorf("%d lines say what changes", n)
	}
}

func explanations(warnings []string) []string {
	var lines []string
	for _, w := range warnings {
		if strings.HasPrefix(w, "what changes: ") {
			lines = append(lines, w)
		}
	}
	return lines
}
