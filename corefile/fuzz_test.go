package corefile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/coredns/caddy/caddyfile"

	"corewarden/corefile"
)

// FuzzParse compares the grouping into server blocks with CoreDNS's own parser, on text
// that makes it read neither a file nor the environment.
func FuzzParse(f *testing.F) {
	for _, texts := range parserCases {
		f.Add(texts[0])
	}
	f.Fuzz(func(t *testing.T, text string) {
		for word := range corefile.Words(text) { // not of the text, in which carriage returns may part a word
			if strings.Contains(word.Text, "import") || strings.Contains(word.Text, "{$") || strings.Contains(word.Text, "{%") {
				t.Skip("not harmless")
			}
		}
		want, wantErr := caddyfile.Parse("Corefile", strings.NewReader(text), nil)
		var report corefile.Report
		main := corefile.File{Name: "Corefile", Path: "/etc/coredns/Corefile", Text: text}
		blocks := corefile.Parse(corefile.Configuration{Main: main, Dirs: []string{bundleDir}}, everyDirective, &report)
		if got := hasError(report.Problems()); got != (wantErr != nil) {
			t.Fatalf("rejected = %v, but CoreDNS says: %v\nproblems: %v", got, wantErr, report.Problems())
		}
		if wantErr != nil {
			return
		}
		if got, want := describe(blocks), describeCaddy(want); !slices.Equal(got, want) {
			t.Errorf("blocks differ\ngot:  %q\nwant: %q", got, want)
		}
	})
}
