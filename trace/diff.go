package trace

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/query"
)

// maxNames is how many names of one change are shown.
const maxNames = 20

// Changes are names whose fate changes.
type Changes []query.Change

// WriteText writes the names, grouped, with what becomes of them before and after.
func (all Changes) WriteText(w io.Writer) error {
	out := bufio.NewWriter(w)
	for _, c := range all {
		for i, n := range c.Names {
			if i == maxNames {
				fmt.Fprintf(out, "and %d more\n", len(c.Names)-maxNames)
				break
			}
			fmt.Fprintln(out, nameAndTypes(n))
		}
		fmt.Fprintf(out, "  before: %s\n  after:  %s\n\n", fate(c.Before), fate(c.After))
	}
	return out.Flush()
}

// pattern is a name with "*" for any other label.
func pattern(name string) string { return strings.ReplaceAll(name, query.Fresh, "*") }

func nameAndTypes(n query.ChangedName) string {
	if n.AllTypes {
		return pattern(n.Name)
	}
	return pattern(n.Name) + " " + strings.Join(typeNames(n.Types), " ")
}

func typeNames(types []uint16) []string {
	var names []string
	for _, t := range types {
		names = append(names, dns.Type(t).String())
	}
	return names
}

// fate says how a query ends in one line.
func fate(r query.Result) string {
	line := func(text string) string { return strings.ReplaceAll(pattern(text), "\n ", "") }
	if len(r.Cases) == 0 {
		return line(ending(r.End, r.On))
	}
	var cases []string
	for _, e := range r.Cases {
		cases = append(cases, fmt.Sprintf("if %s: %s", e.If, line(ending(e, nil))))
	}
	return strings.Join(cases, "; ")
}

// changeRecord is a change in JSON. docs/trace.md documents it; its fields do not change.
type changeRecord struct {
	Names  []changedRecord `json:"names"`
	Before fateRecord      `json:"before"`
	After  fateRecord      `json:"after"`
}

type changedRecord struct {
	Name  string   `json:"name"`
	Types []string `json:"types"`
}

type fateRecord struct {
	Outcome   query.Outcome `json:"outcome"`
	Rcode     string        `json:"rcode"`
	Answers   []string      `json:"answers"`
	Upstreams []string      `json:"upstreams"`
	On        []string      `json:"on"`
	Cases     []caseRecord  `json:"cases"`
}

// WriteJSON writes a list of changes, which docs/trace.md documents.
func (all Changes) WriteJSON(w io.Writer) error {
	records := make([]changeRecord, len(all))
	for i, c := range all {
		for _, n := range c.Names {
			records[i].Names = append(records[i].Names, changedRecord{pattern(n.Name), typeNames(n.Types)})
		}
		records[i].Before, records[i].After = newFateRecord(c.Before), newFateRecord(c.After)
	}
	return writeJSON(w, records)
}

func newFateRecord(r query.Result) fateRecord {
	return fateRecord{r.Outcome, r.Rcode, recordTexts(r.Answers), append([]string{}, r.Upstreams...), append([]string{}, r.On...), caseRecords(r.Cases)}
}
