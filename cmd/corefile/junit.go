package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

type (
	junitReport struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Failure *junitFailure `xml:"failure"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// printJUnit writes a test suite for each file: a test that fails for each problem that fails
// the run, one that passes and says so for each warning, and one that passes for a clean file.
func printJUnit(w io.Writer, r result) error {
	report := junitReport{Name: "corefile"}
	for _, path := range r.checked {
		suite := junitSuite{Name: r.path(path)}
		for _, f := range r.findings {
			if f.path == path {
				suite.add(r.junitCase(f))
			}
		}
		if len(suite.Cases) == 0 {
			suite.add(junitCase{Name: "no problems", Class: suite.Name, File: suite.Name})
		}
		report.Tests += suite.Tests
		report.Failures += suite.Failures
		report.Suites = append(report.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(report); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
}

func (r result) junitCase(f finding) junitCase {
	file := r.path(f.at.file)
	place := fmt.Sprintf("%s:%d:%d", file, f.at.line, f.at.column)
	text := strings.TrimSpace(place + " " + f.keyPlace())
	c := junitCase{Name: f.problem.Rule + " at " + place, Class: file, File: file}
	if r.fails(f.problem.Severity) {
		c.Failure = &junitFailure{Message: f.sentence(), Type: string(f.problem.Severity), Text: text}
	} else {
		c.Output = text + ": " + string(f.problem.Severity) + ": " + f.sentence()
	}
	return c
}
