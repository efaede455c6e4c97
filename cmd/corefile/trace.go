package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/query"
)

const traceUsage = `Usage: corefile trace [flags] NAME [TYPE] FILE|FOLDER|-...

Says what the DNS servers do when a pod asks for NAME. TYPE is A unless it is given. FILE is a
Corefile or a manifest, as for corefile check: manifests make up a cluster.

`

func runTrace(args []string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	t, words, err := parseTracing("trace", traceUsage, args, stderr)
	if err != nil {
		return exitUsage, err
	}
	if len(words) < 2 {
		return exitUsage, errors.New("write: corefile trace NAME [TYPE] FILE")
	}
	name, paths := words[0], words[1:]
	typ := dns.TypeA
	if given, found := dns.StringToType[strings.ToUpper(paths[0])]; found && len(paths) > 1 {
		typ, paths = given, paths[1:]
	}
	if _, valid := dns.IsDomainName(name); !valid || name == "" {
		return exitUsage, fmt.Errorf("%q is not a domain name", name)
	}
	d, err := t.system(paths, stdin, stderr)
	if err != nil {
		return exitUsage, err
	}
	result := d.Ask(d.entry, query.Question{Name: dns.Fqdn(name), Type: typ})
	if t.json {
		return exitClean, d.printTraceJSON(stdout, result)
	}
	return exitClean, d.printTrace(stdout, result)
}

// printTrace prints the steps of a query, each with its place, and how it ends.
func (d *dnsSystem) printTrace(w io.Writer, r query.Result) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "%s %s, asked of %s\n", dns.Type(r.Question.Type), r.Question.Name, d.entry.Name)
	when := ""
	for _, s := range r.Steps {
		if s.If != when {
			fmt.Fprintf(out, "if %s:\n", s.If)
		}
		when = s.If
		fmt.Fprintf(out, "  %s\n", d.line(s))
	}
	fmt.Fprintf(out, "%s\n", ending(r.End, r.On))
	for _, e := range r.Cases {
		fmt.Fprintf(out, "  if %s: %s\n", e.If, ending(e, nil))
	}
	return out.Flush()
}

// line is a step in one line.
func (d *dnsSystem) line(s query.Step) string {
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
	path, configMap, key := d.place(s.File)
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

// traceRecord is a trace in JSON. docs/trace.md documents it; its fields do not change.
type traceRecord struct {
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

func (d *dnsSystem) printTraceJSON(w io.Writer, r query.Result) error {
	record := traceRecord{
		Question: questionRecord{r.Question.Name, dns.Type(r.Question.Type).String()},
		Steps:    []stepRecord{}, Cases: caseRecords(r.Cases), On: append([]string{}, r.On...),
		Outcome: r.Outcome, Rcode: r.Rcode, Answers: recordTexts(r.Answers), Upstreams: append([]string{}, r.Upstreams...),
	}
	for _, s := range r.Steps {
		path, configMap, key := d.place(s.File)
		record.Steps = append(record.Steps, stepRecord{s.Server, s.Block, s.Plugin, path, configMap, key, s.Line, s.Does, s.If})
	}
	return printJSONValue(w, record)
}

func caseRecords(cases []query.End) []caseRecord {
	records := make([]caseRecord, len(cases))
	for i, e := range cases {
		records[i] = caseRecord{e.If, e.Outcome, e.Rcode, recordTexts(e.Answers), append([]string{}, e.Upstreams...)}
	}
	return records
}

func printJSONValue(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// recordTexts returns records as lines of a zone file, with one space between their words.
func recordTexts(records []dns.RR) []string {
	texts := make([]string, len(records))
	for i, rr := range records {
		texts[i] = strings.Join(strings.Fields(rr.String()), " ")
	}
	return texts
}
