package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"corewarden/corefile"
)

// checkOutput writes files into the current folder, checks them and returns what is printed.
func checkOutput(t *testing.T, args string, files map[string]string) (output string, code int) {
	t.Helper()
	for name, content := range files {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	code = run(append([]string{"check"}, strings.Fields(args)...), strings.NewReader(badManifest), &stdout, &stderr)
	if stderr.Len() > 0 {
		t.Errorf("says %s", &stderr)
	}
	return stdout.String(), code
}

// both has an error in a manifest and a warning in a Corefile.
var both = map[string]string{"a,b.yaml": badManifest, "Corefile": "example.org {\n cache 30s\n whoami\n}\n", "ok.Corefile": "example.net {\n whoami\n}\n"}

func TestGitHub(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("GITHUB_STEP_SUMMARY", filepath.Join(t.TempDir(), "summary"))
	got, code := checkOutput(t, "--output github .", both)
	want := "::error file=a%2Cb.yaml,line=7,endLine=7,col=9,endColumn=15,title=unknown-plugin::Corefile:2:5: unknown plugin \"whoamy\"; did you mean \"whoami\"? (unknown-plugin; stops CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7))\n" +
		"::warning file=Corefile,line=2,endLine=2,col=8,endColumn=11,title=silent-zone::cache: CoreDNS reads \"30s\" as a zone name, not a TTL. Write the seconds as a number: cache 30 (silent-zone)\n"
	if want = withNewest(want, ""); got != want || code != exitProblems {
		t.Errorf("exit code %d, prints\n%s\nwant\n%s", code, got, want)
	}
	summary, err := os.ReadFile(os.Getenv("GITHUB_STEP_SUMMARY"))
	if want := "| place | severity | problem |\n|---|---|---|\n| a,b.yaml:7 Corefile:2:5 | error | unknown plugin "; err != nil || !strings.HasPrefix(string(summary), want) {
		t.Errorf("summary is %s (%v), want %s", summary, err, want)
	}
}

// TestGitHubShowsTen checks that what GitHub would drop is in the log, and said.
func TestGitHubShowsTen(t *testing.T) {
	t.Chdir(t.TempDir())
	got, _ := checkOutput(t, "--output github Corefile", map[string]string{"Corefile": "example.org {\n" + strings.Repeat(" cache 30s\n whoamy\n", 12) + "}\n"})
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if n := strings.Count(got, "\n::error ") + 1; n != maxAnnotations || !strings.HasPrefix(lines[0], "::error ") {
		t.Errorf("%d annotations of errors in\n%s", n, got)
	}
	if want := "Corefile:23:2: error: unknown plugin"; !strings.Contains(got, "\n"+want) {
		t.Errorf("lacks %q:\n%s", want, got)
	}
	if want := "more problems are in the log of this step: GitHub shows 10 errors and 10 warnings of each step"; !strings.Contains(lines[len(lines)-1], want) {
		t.Errorf("ends with %q, want %q", lines[len(lines)-1], want)
	}
}

func TestWorkflowCommandsAreEscaped(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	f := finding{at: place{"a:b,c%\n", 1, 2, 3, 4}, problem: corefile.Problem{Rule: "r", Severity: corefile.Error, Message: "100%\r\n::error::x"}}
	if err := printGitHub(&out, result{findings: []finding{f}}); err != nil {
		t.Fatal(err)
	}
	if want := "::error file=a%3Ab%2Cc%25%0A,line=1,endLine=3,title=r::100%25%0D%0A::error::x (r)\n"; out.String() != want {
		t.Errorf("prints %q, want %q", &out, want)
	}
}

// TestSARIF checks the output against the schema of OASIS, and for what GitHub needs besides.
func TestSARIF(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string]map[string]string{"problems": both, "nothing": {"Corefile": "example.org {\n whoami\n}\n"}} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			got, _ := checkOutput(t, "--output sarif .", files)
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(got))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%v\n%s", err, got)
			}
		})
	}
	t.Chdir(t.TempDir())
	got, code := checkOutput(t, "--output sarif .", both)
	var log sarifLog
	if err := json.Unmarshal([]byte(got), &log); err != nil || code != exitProblems {
		t.Fatal(err, code)
	}
	run := log.Runs[0]
	if len(run.Results) != 2 {
		t.Fatalf("%d results in\n%s", len(run.Results), got)
	}
	for i, want := range []struct {
		rule, level, file string
		region            sarifRegion
	}{
		{"unknown-plugin", "error", "a,b.yaml", sarifRegion{7, 9, 7, 15}},
		{"silent-zone", "warning", "Corefile", sarifRegion{2, 8, 2, 11}},
	} {
		r := run.Results[i]
		physical := r.Locations[0].Physical
		if r.RuleID != want.rule || r.Level != want.level || physical.Artifact.URI != want.file || physical.Region != want.region || r.PartialFingerprints["corewarden/v1"] == "" {
			t.Errorf("result %+v, want %+v", r, want)
		}
		if rule := run.Tool.Driver.Rules[r.RuleIndex]; rule.ID != want.rule || rule.Help.Text == "" || rule.ShortDescription.Text == "" || rule.Configuration.Level != want.level {
			t.Errorf("rule %+v, want %+v", rule, want)
		}
	}
}

func TestSARIFHasAtMostWhatGitHubTakes(t *testing.T) {
	t.Parallel()
	findings := make([]finding, maxResults+3)
	for i := range findings {
		findings[i].problem = corefile.Problem{Rule: "unknown-plugin", Severity: corefile.Warning}
	}
	findings[maxResults+1].problem.Severity = corefile.Error
	var out bytes.Buffer
	if err := printSARIF(&out, result{findings: findings}); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Results) != maxResults || run.Results[0].Level != "error" {
		t.Errorf("%d results, the first an %s", len(run.Results), run.Results[0].Level)
	}
	if want := "3 more problems are left out: GitHub takes 25000 results of one run"; len(run.Invocations[0].Notifications) != 1 || run.Invocations[0].Notifications[0].Message.Text != want {
		t.Errorf("says %+v, want %q", run.Invocations[0].Notifications, want)
	}
}

func TestGitLab(t *testing.T) {
	t.Chdir(t.TempDir())
	got, code := checkOutput(t, "--output gitlab .", both)
	var issues []codeQualityIssue
	if err := json.Unmarshal([]byte(got), &issues); err != nil || code != exitProblems {
		t.Fatal(err, code)
	}
	var short []string
	for _, i := range issues {
		short = append(short, fmt.Sprint(i.Severity, " ", i.CheckName, " ", i.Location.Path, ":", i.Location.Lines.Begin, " ", len(i.Fingerprint)))
	}
	if got, want := strings.Join(short, "\n"), "minor silent-zone Corefile:2 32\nmajor unknown-plugin a,b.yaml:7 32"; got != want {
		t.Errorf("prints\n%s\nwant\n%s", got, want)
	}
}

// TestFingerprintsStay checks that lines above a problem do not make it a new one, and that
// two that look the same are two.
func TestFingerprintsStay(t *testing.T) {
	t.Chdir(t.TempDir())
	fingerprints := func(text string) []string {
		got, _ := checkOutput(t, "--output gitlab Corefile", map[string]string{"Corefile": text})
		var issues []codeQualityIssue
		if err := json.Unmarshal([]byte(got), &issues); err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, i := range issues {
			all = append(all, i.Fingerprint)
		}
		return all
	}
	before, after := fingerprints("a.example {\n whoamy\n whoamy\n}\n"), fingerprints("# more\n\na.example {\n  whoamy\n  whoamy\n}\n")
	if len(before) != 2 || fmt.Sprint(before) != fmt.Sprint(after) || before[0] == before[1] {
		t.Errorf("%v becomes %v", before, after)
	}
}

func TestJUnit(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, test := range []struct {
		args     string
		failures int
	}{{"--output junit .", 1}, {"--output junit --fail-on warning .", 2}} {
		got, code := checkOutput(t, test.args, both)
		var report junitReport
		if err := xml.Unmarshal([]byte(got), &report); err != nil || code != exitProblems {
			t.Fatal(err, code)
		}
		if report.Tests != 3 || report.Failures != test.failures || len(report.Suites) != 3 {
			t.Errorf("%s prints\n%s", test.args, got)
		}
	}
	got, _ := checkOutput(t, "--output junit a,b.yaml", both)
	want := xml.Header + `<testsuites name="corefile" tests="1" failures="1">
  <testsuite name="a,b.yaml" tests="1" failures="1">
    <testcase name="unknown-plugin at a,b.yaml:7:9" classname="a,b.yaml" file="a,b.yaml">
      <failure message="unknown plugin &#34;whoamy&#34;; did you mean &#34;whoami&#34;? (unknown-plugin; stops CoreDNS 1.15.0 and node-local-dns (node-cache 1.26.7))" type="error">a,b.yaml:7:9 Corefile:2:5</failure>
    </testcase>
  </testsuite>
</testsuites>
`
	if want = withNewest(want, ""); got != want {
		t.Errorf("prints\n%s\nwant\n%s", got, want)
	}
}

// TestPathsFromTheRoot checks that pipelines get paths from the root of the repository.
func TestPathsFromTheRoot(t *testing.T) {
	root := t.TempDir()
	for _, folder := range []string{".git", "deploy/dns"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(root, "deploy", "dns"))
	r := result{root: repositoryRoot()}
	for file, want := range map[string]string{
		"x.yaml": "deploy/dns/x.yaml", "../x.yaml": "deploy/x.yaml", filepath.Join(root, "x.yaml"): "x.yaml",
		"../../../x.yaml": "../../../x.yaml", "-": "-", "..x.yaml": "deploy/dns/..x.yaml",
	} {
		if got := r.path(file); got != want {
			t.Errorf("%s is %s, want %s", file, got, want)
		}
	}
}
