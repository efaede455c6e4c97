package main

import "io"

// A codeQualityIssue is an entry of GitLab's report of type codequality.
type codeQualityIssue struct {
	Description string              `json:"description"`
	CheckName   string              `json:"check_name"`
	Fingerprint string              `json:"fingerprint"`
	Severity    string              `json:"severity"`
	Location    codeQualityLocation `json:"location"`
}

type codeQualityLocation struct {
	Path  string `json:"path"`
	Lines struct {
		Begin int `json:"begin"`
	} `json:"lines"`
}

func printGitLab(w io.Writer, r result) error {
	issues := make([]codeQualityIssue, len(r.findings))
	fingerprints := r.fingerprints(r.findings)
	for i, f := range r.findings {
		issues[i] = codeQualityIssue{
			Description: f.sentence(), CheckName: f.problem.Rule, Fingerprint: fingerprints[i], Severity: "minor",
			Location: codeQualityLocation{Path: r.path(f.at.file)},
		}
		issues[i].Location.Lines.Begin = max(f.at.line, 1)
		if r.fails(f.problem.Severity) {
			issues[i].Severity = "major"
		}
	}
	return encode(w, issues)
}
