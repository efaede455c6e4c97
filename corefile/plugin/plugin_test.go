package plugin_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/release"
)

// An example is what one plugin makes of one text.
type example struct {
	text string // inside of a server block for example.org
	// want are the problems, "line:column rule" each, separated by "; ". A warning has
	// "warning " before it. "" is silent acceptance. The text's first line is line 1.
	want string
	// coredns is the version of CoreDNS; "" is 1.15.0.
	coredns string
	// files are those that the pod has for certain, by path, and neighbour is the server
	// beside it.
	files     map[string]string
	neighbour reader.Neighbour
	// zones and transports are those of the block; none: example.org. over DNS.
	zones, transports, ports []string
}

// runExamples judges each example as the given plugin does. What is said of them stands in
// testdata/messages.
func runExamples(t *testing.T, name string, examples []example) {
	t.Helper()
	compareMessages(t, name, examples)
	for _, e := range examples {
		t.Run(strings.TrimSpace(e.coredns+" "+e.text), func(t *testing.T) {
			t.Parallel()
			problems := judge(t, name, e)
			if got := describe(problems); got != e.want {
				t.Errorf("got %q, want %q\n%v", got, e.want, problems)
			}
			if !rejected(problems) {
				wantNoErrorFromHiddenWords(t, name, e)
			}
			for _, p := range problems {
				if !strings.HasPrefix(p.Message, name+": ") && !strings.HasPrefix(p.Message, name+" reads ") {
					t.Errorf("the message does not name its plugin: %s", p.Message)
				}
			}
		})
	}
}

func rejected(problems []corefile.Problem) bool {
	return slices.ContainsFunc(problems, func(p corefile.Problem) bool { return p.Severity == corefile.Error })
}

var word = regexp.MustCompile(`\S+`)

// wantNoErrorFromHiddenWords has the environment hide each word of what is accepted, which may
// be the very word.
func wantNoErrorFromHiddenWords(t *testing.T, name string, e example) {
	t.Helper()
	if len(e.text) > 500 {
		return // texts of bounds take too long
	}
	for _, at := range word.FindAllStringIndex(e.text, -1) {
		if w := e.text[at[0]:at[1]]; w == name || strings.ContainsAny(w, "{}\"#") {
			continue
		}
		hidden := e
		hidden.text = e.text[:at[0]] + "{$X}" + e.text[at[1]:]
		if problems := judge(t, name, hidden); rejected(problems) {
			t.Errorf("%s\nis rejected: %v", hidden.text, problems)
		}
	}
}

func judge(t *testing.T, name string, e example) []corefile.Problem {
	t.Helper()
	version := e.coredns
	if version == "" {
		version = "1.15.0"
	}
	r, err := release.CoreDNS(version)
	if err != nil {
		t.Fatal(err)
	}
	var report corefile.Report
	conf := corefile.Configuration{Main: corefile.File{Name: "Corefile", Path: "/Corefile", Text: "example.org {\n" + e.text + "\n}\n"}}
	blocks := corefile.Parse(conf, release.Known, &report)
	if len(report.Problems()) > 0 || len(blocks) != 1 {
		t.Fatalf("the example is no single server block: %v", report.Problems())
	}
	var tokens []corefile.Token
	used := map[string]bool{}
	unnamed := false
	for _, d := range blocks[0].Directives {
		unnamed = unnamed || d.Tokens[0].DependsOnEnvironment()
		used[d.Name()] = true
		if d.Name() == name {
			tokens = append(tokens, d.Tokens...)
		}
	}
	zones := e.zones
	if zones == nil {
		zones = []string{"example.org."}
	}
	transports := e.transports
	if transports == nil {
		transports = []string{"dns"}
	}
	plugin.Check(name, tokens, &plugin.Block{Block: reader.Block{
		Release: r, Report: &report, Zones: zones, Transports: transports, Ports: e.ports, Unnamed: unnamed, Has: func(name string) bool { return used[name] },
		Pod: reader.Pod{Neighbour: e.neighbour, File: func(path string) (string, bool) { text, found := e.files[path]; return text, found }},
	}})
	return report.Problems()
}

func describe(problems []corefile.Problem) string {
	var all []string
	for _, p := range problems {
		severity := ""
		if p.Severity == corefile.Warning {
			severity = "warning "
		}
		all = append(all, fmt.Sprintf("%s%d:%d %s", severity, p.Line-1, p.Column, p.Rule))
	}
	return strings.Join(all, "; ")
}
