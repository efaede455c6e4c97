package playground_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile/release"
	"corewarden/playground"
)

func answer(t *testing.T, r playground.Request) playground.Response {
	t.Helper()
	request, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var told playground.Response
	if err := json.Unmarshal([]byte(playground.Answer(string(request))), &told); err != nil {
		t.Fatal(err)
	}
	return told
}

// places tells problems in short: "error 2:5 unknown-plugin".
func places(problems []playground.Problem) []string {
	short := make([]string, len(problems))
	for i, p := range problems {
		short[i] = fmt.Sprintf("%s %d:%d %s", p.Severity, p.Line, p.Column, p.Rule)
	}
	return short
}

func TestProblemsAreThoseOfThePlatform(t *testing.T) {
	t.Parallel()
	const (
		forward = "forward . 10.0.0.53\n"
		block   = "corp.example {\n    forward . 10.0.0.53\n}\n"
		root    = ".:53 {\n    forward . 10.0.0.53\n}\n"
	)
	for _, test := range []struct {
		platform, text string
		want           []string
	}{
		{"whole", root, nil},
		{"whole", "corp.example {\n    forwrad . 10.0.0.53\n}\n", []string{"error 2:5 unknown-plugin"}},
		{"metakube", root, []string{"error 1:1 zone-already-served"}},
		{"aks-server", block, nil},
		{"aks-server", root, []string{"error 1:1 zone-already-served"}},
		{"aks-override", "log\n", []string{"warning 1:1 logs-everything"}},
		{"aks-override", block, []string{"error 1:1 unknown-plugin"}},
		{"k3s-override", "hosts {\n    10.0.0.1 a.example\n}\n", []string{"error 1:1 repeated-plugin"}},
		{"gardener-override", forward, nil},
		{"gardener-server", "corp.example:8053 {\n    forward . 10.0.0.53\n}\n", nil},
	} {
		t.Run(test.platform+"/"+test.text, func(t *testing.T) {
			t.Parallel()
			told := answer(t, playground.Request{Corefile: test.text, Platform: test.platform, CoreDNS: "1.14.4"})
			if got := places(told.Problems); told.Error != "" || !slices.Equal(got, test.want) {
				t.Errorf("%q %q, want %q: %+v", told.Error, got, test.want, told.Problems)
			}
		})
	}
}

func TestProblemsExplainTheirRules(t *testing.T) {
	t.Parallel()
	told := answer(t, playground.Request{Corefile: "a {\n    bogus\n}\n", Platform: "whole", CoreDNS: "1.15.0"})
	if len(told.Problems) != 1 || !strings.Contains(told.Problems[0].About, "Error.") || told.Problems[0].Server != "CoreDNS 1.15.0" {
		t.Errorf("%+v", told.Problems)
	}
}

// TestNoPlatformStopsByItself judges no text at all, for every release.
func TestNoPlatformStopsByItself(t *testing.T) {
	t.Parallel()
	for _, p := range playground.Platforms() {
		for _, r := range release.All() {
			asked := playground.Request{Corefile: "# nothing\n", Platform: p.ID}
			if version := r.Name[strings.LastIndex(r.Name, " ")+1:]; r.HasAll() {
				asked.CoreDNS = version
			} else {
				asked.NodeLocalDNS = version
			}
			asked.Name, asked.From = "a.example", "coredns"
			told := answer(t, asked)
			for _, problem := range told.Problems {
				if problem.Severity == "error" || problem.Rule == "broken-base" || problem.Rule == "missing-base" || problem.Rule == "not-loaded" {
					t.Errorf("%s, %s: %+v", p.ID, r.Name, problem)
				}
			}
		}
	}
}

func TestTraces(t *testing.T) {
	t.Parallel()
	const block = "corp.example {\n    forward . 10.0.0.53\n}\n"
	for _, test := range []struct {
		request playground.Request
		want    []string // what the trace has, in this order
	}{
		{
			playground.Request{Platform: "whole", Corefile: block, CoreDNS: "1.15.0", Name: "www.corp.example", From: "coredns"},
			[]string{"A www.corp.example., asked of coredns", "(your text:2)", "the answer of 10.0.0.53"},
		},
		{
			playground.Request{Platform: "whole", Corefile: "a {\n    bogus\n}\n", CoreDNS: "1.15.0", Name: "a", From: "coredns"},
			[]string{"CoreDNS 1.15.0 does not start"},
		},
		{
			playground.Request{Platform: "metakube", Corefile: block, CoreDNS: "1.15.0", NodeLocalDNS: "1.26.7", Name: "web.shop.svc.cluster.local", Type: "AAAA", From: "node-local-dns"},
			[]string{"AAAA web.shop.svc.cluster.local., asked of node-local-dns", "(node-local-dns/Corefile:", "(coredns/Corefile:", "NXDOMAIN"},
		},
		{
			playground.Request{Platform: "aks-override", Corefile: "hosts {\n    10.0.0.1 a.example\n    fallthrough\n}\n", CoreDNS: "1.15.0", Name: "a.example", From: "coredns"},
			[]string{"hosts", "(your text:2)", "10.0.0.1"},
		},
		{
			playground.Request{Platform: "k3s-server", Corefile: block, CoreDNS: "1.15.0", Name: "a.example", From: "node-local-dns"},
			[]string{"choose a release of node-local-dns"},
		},
		{
			playground.Request{Platform: "whole", Corefile: block, CoreDNS: "1.15.0", Name: "a..b", From: "coredns"},
			[]string{`"a..b" is not a domain name`},
		},
	} {
		t.Run(test.request.Platform+"/"+test.request.Name, func(t *testing.T) {
			t.Parallel()
			whole := strings.Join(answer(t, test.request).Trace, "\n")
			rest := whole
			for _, want := range test.want {
				_, after, found := strings.Cut(rest, want)
				if !found {
					t.Fatalf("no %q in its place in\n%s", want, whole)
				}
				rest = after
			}
		})
	}
}

func TestEditedBases(t *testing.T) {
	t.Parallel()
	asked := playground.Request{
		Corefile: "corp.example {\n    whoami\n}\n", Platform: "aks-server", CoreDNS: "1.15.0",
		Bases: map[string]string{"coredns": "corp.example {\n    whoami\n}\nimport custom/*.server\n"},
	}
	if got := places(answer(t, asked).Problems); !slices.Equal(got, []string{"error 1:1 zone-already-served"}) {
		t.Errorf("%q", got)
	}
}

func TestRequestsThatAreNone(t *testing.T) {
	t.Parallel()
	for request, want := range map[string]string{
		`{`:                      "unexpected end of JSON input",
		`{"platform": "nimbus"}`: `unknown platform "nimbus"`,
		`{"platform": "whole", "coredns": "new"}`: `"new" is not a version of CoreDNS`,
	} {
		var told playground.Response
		if err := json.Unmarshal([]byte(playground.Answer(request)), &told); err != nil || !strings.Contains(told.Error, want) {
			t.Errorf("%s: %q %v, want %q", request, told.Error, err, want)
		}
	}
	if told := answer(t, playground.Request{Platform: "whole"}); len(told.Servers) > 0 || told.Error != "" {
		t.Errorf("without a server: %+v", told)
	}
}
