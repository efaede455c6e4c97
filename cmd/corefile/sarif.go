package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"corewarden/buildinfo"
	"corewarden/corefile"
	"corewarden/docs"
)

// The parts of SARIF 2.1.0 that code scanning reads.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string       `json:"id"`
		ShortDescription sarifMessage `json:"shortDescription"`
		Help             sarifMessage `json:"help"`
		Configuration    struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
	}
	sarifMessage struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string       `json:"level"`
		Message sarifMessage `json:"message"`
	}
	sarifResult struct {
		RuleID              string            `json:"ruleId"`
		RuleIndex           int               `json:"ruleIndex"`
		Level               string            `json:"level"`
		Message             sarifMessage      `json:"message"`
		Locations           []sarifLocation   `json:"locations"`
		PartialFingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI       string `json:"uri"`
				URIBaseID string `json:"uriBaseId"`
			} `json:"artifactLocation"`
			Region sarifRegion `json:"region"`
		} `json:"physicalLocation"`
		Logical []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	}
)

// maxResults is how many results GitHub takes of one run; it refuses a file with more.
const maxResults = 25_000

func printSARIF(w io.Writer, r result) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}, Invocations: []sarifInvocation{{ExecutionSuccessful: true}}}
	run.Tool.Driver = sarifDriver{Name: "corefile", Version: buildinfo.Read().Version, Rules: []sarifRule{}}
	rules := map[string]int{}
	findings := r.errorsFirst()
	if left := len(findings) - maxResults; left > 0 {
		findings = findings[:maxResults]
		run.Invocations[0].Notifications = []sarifNotification{{"warning", sarifMessage{Text: fmt.Sprintf("%d more problems are left out: GitHub takes %d results of one run", left, maxResults)}}}
	}
	fingerprints := r.fingerprints(findings)
	for i, f := range findings {
		id := f.problem.Rule
		if _, found := rules[id]; !found {
			rules[id] = len(rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, ruleInSARIF(id, f.problem.Severity))
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: id, RuleIndex: rules[id], Level: string(f.problem.Severity), Message: sarifMessage{Text: f.sentence()},
			Locations:           []sarifLocation{r.locationInSARIF(f)},
			PartialFingerprints: map[string]string{"corewarden/v1": fingerprints[i]},
		})
	}
	return encode(w, sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// ruleInSARIF describes a rule as docs/rules.md does.
func ruleInSARIF(id string, severity corefile.Severity) sarifRule {
	rule := sarifRule{ID: id}
	for _, page := range docs.Rules() {
		if page.ID == id {
			text := strings.TrimSpace(page.Text)
			rule.ShortDescription, rule.Help = sarifMessage{Text: page.Summary}, sarifMessage{Text: text, Markdown: text}
		}
	}
	rule.Configuration.Level = string(severity)
	return rule
}

func (r result) locationInSARIF(f finding) sarifLocation {
	var l sarifLocation
	l.Physical.Artifact.URI = (&url.URL{Path: r.path(f.at.file)}).String()
	l.Physical.Artifact.URIBaseID = "%SRCROOT%"
	l.Physical.Region = sarifRegion{max(f.at.line, 1), f.at.column, f.at.endLine, f.at.endColumn}
	if f.key != "" {
		l.Logical = []sarifLogical{{Name: f.key, Kind: "member"}}
	}
	return l
}
