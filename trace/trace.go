// Package trace shows what DNS servers do with a question.
package trace

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/query"
)

// A Trace is a question and what becomes of it.
type Trace struct {
	query.Result
	// Asked is the server that the question goes to first.
	Asked string
	// Place tells where a file of a step is: a path, and the ConfigMap and the key in it, if it
	// is one.
	Place func(file string) (path, configMap, key string)
}

// WriteText writes the steps of a query, each with its place, and how it ends.
func (t Trace) WriteText(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "%s %s, asked of %s\n", dns.Type(t.Question.Type), t.Question.Name, t.Asked)
	when := ""
	for _, s := range t.Steps {
		if s.If != when {
			fmt.Fprintf(out, "if %s:\n", s.If)
		}
		when = s.If
		fmt.Fprintf(out, "  %s\n", t.line(s))
	}
	fmt.Fprintf(out, "%s\n", ending(t.End, t.On))
	for _, e := range t.Cases {
		fmt.Fprintf(out, "  if %s: %s\n", e.If, ending(e, nil))
	}
	return out.Flush()
}

// line is a step in one line.
func (t Trace) line(s query.Step) string {
	words := []string{s.Server}
	if s.Block != "" {
		words = append(words, fmt.Sprintf("%q", s.Block))
	}
	if s.Plugin != "" {
		words = append(words, s.Plugin)
	}
	text := strings.Join(words, " ") + ": " + s.Does
	if s.File == "" {
		return text
	}
	path, configMap, key := t.Place(s.File)
	if key != "" {
		path = configMap + "/" + key
	}
	return fmt.Sprintf("%s (%s:%d)", text, path, s.Line)
}

// ending says how a query ends.
func ending(e query.End, on []string) string {
	text := string(e.Outcome)
	switch e.Outcome {
	case query.Answer:
		text = "answer"
	case query.NoData:
		text = "no data: the name exists, but not with this type"
	case query.NXDomain:
		text = "NXDOMAIN: the name does not exist"
	case query.ServFail:
		text = e.Rcode + ": the server fails"
	case query.Refused:
		text = "REFUSED"
	case query.Dropped:
		text = "no reply"
	case query.Discarded:
		text = "discarded: the reply has another question, so clients throw it away"
	case query.Forward:
		text = "the answer of " + strings.Join(e.Upstreams, " or ")
	case query.Loop:
		text = "loop: the query goes in circles until it times out"
	case query.Depends:
		text = "depends on " + strings.Join(on, "; ")
		if len(on) == 0 {
			text = "not known"
		}
	}
	for _, rr := range e.Answers {
		text += "\n  " + strings.Join(strings.Fields(rr.String()), " ")
	}
	return text
}

// record is a trace in JSON. docs/trace.md documents it; its fields do not change.
type record struct {
	Question  questionRecord `json:"question"`
	Steps     []stepRecord   `json:"steps"`
	Outcome   query.Outcome  `json:"outcome"`
	Rcode     string         `json:"rcode"`
	Answers   []string       `json:"answers"`
	Upstreams []string       `json:"upstreams"`
	On        []string       `json:"on"`
	Cases     []caseRecord   `json:"cases"`
}

type questionRecord struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

type stepRecord struct {
	Server    string `json:"server"`
	Block     string `json:"block"`
	Plugin    string `json:"plugin"`
	File      string `json:"file"`
	ConfigMap string `json:"configMap"`
	Key       string `json:"key"`
	Line      int    `json:"line"`
	Does      string `json:"does"`
	If        string `json:"if"`
}

type caseRecord struct {
	If        string        `json:"if"`
	Outcome   query.Outcome `json:"outcome"`
	Rcode     string        `json:"rcode"`
	Answers   []string      `json:"answers"`
	Upstreams []string      `json:"upstreams"`
}

// WriteJSON writes the trace as one object, which docs/trace.md documents.
func (t Trace) WriteJSON(w io.Writer) error {
	told := record{
		Question: questionRecord{t.Question.Name, dns.Type(t.Question.Type).String()},
		Steps:    []stepRecord{}, Cases: caseRecords(t.Cases), On: append([]string{}, t.On...),
		Outcome: t.Outcome, Rcode: t.Rcode, Answers: recordTexts(t.Answers), Upstreams: append([]string{}, t.Upstreams...),
	}
	for _, s := range t.Steps {
		path, configMap, key := t.Place(s.File)
		told.Steps = append(told.Steps, stepRecord{s.Server, s.Block, s.Plugin, path, configMap, key, s.Line, s.Does, s.If})
	}
	return writeJSON(w, told)
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func caseRecords(cases []query.End) []caseRecord {
	records := make([]caseRecord, len(cases))
	for i, e := range cases {
		records[i] = caseRecord{e.If, e.Outcome, e.Rcode, recordTexts(e.Answers), append([]string{}, e.Upstreams...)}
	}
	return records
}

// recordTexts returns records as lines of a zone file, with one space between their words.
func recordTexts(records []dns.RR) []string {
	texts := make([]string, len(records))
	for i, rr := range records {
		texts[i] = strings.Join(strings.Fields(rr.String()), " ")
	}
	return texts
}
