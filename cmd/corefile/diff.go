package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/query"
)

const diffUsage = `Usage: corefile diff [flags] OLD NEW

Lists the names for which the DNS servers of NEW do something else than those of OLD. Both are a
Corefile, a manifest or a folder, as for corefile trace. The exit code is 1 where there are any.

`

func runDiff(args []string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	t, words, err := parseTracing("diff", diffUsage, args, stderr)
	if err != nil {
		return exitUsage, err
	}
	if len(words) != 2 {
		return exitUsage, errors.New("write: corefile diff OLD NEW")
	}
	before, err := t.system(words[:1], stdin, stderr)
	if err != nil {
		return exitUsage, fmt.Errorf("%s: %w", words[0], err)
	}
	after, err := t.system(words[1:], stdin, stderr)
	if err != nil {
		return exitUsage, fmt.Errorf("%s: %w", words[1], err)
	}
	changes, unsure := query.Diff(before.System, after.System, before.entry, after.entry)
	if len(unsure) > 0 && configurationText(before.System) != configurationText(after.System) {
		fmt.Fprintf(stderr, "corefile: names that only a regular expression tells apart, as on line %d of %s, were not all compared\n", unsure[0].Line(), unsure[0].File())
	}
	if t.json {
		err = printJSONValue(stdout, changeRecords(changes))
	} else {
		err = printChanges(stdout, changes)
	}
	switch {
	case err != nil:
		return exitUsage, err
	case len(changes) > 0:
		return exitProblems, nil
	}
	return exitClean, nil
}

// configurationText is all words of what servers load.
func configurationText(s query.System) string {
	var all strings.Builder
	for _, server := range s {
		for i := range server.Blocks {
			b := &server.Blocks[i]
			tokens := [][]corefile.Token{b.Keys}
			for _, d := range b.Directives {
				tokens = append(tokens, d.Tokens)
			}
			for _, line := range tokens {
				for _, token := range line {
					all.WriteString(token.Text + " ")
				}
				all.WriteByte('\n')
			}
		}
	}
	return all.String()
}

// maxNames is how many names of one change are shown.
const maxNames = 20

func printChanges(w io.Writer, changes []query.Change) error {
	out := bufio.NewWriter(w)
	for _, c := range changes {
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

func changeRecords(changes []query.Change) []changeRecord {
	records := make([]changeRecord, len(changes))
	for i, c := range changes {
		for _, n := range c.Names {
			records[i].Names = append(records[i].Names, changedRecord{pattern(n.Name), typeNames(n.Types)})
		}
		records[i].Before, records[i].After = newFateRecord(c.Before), newFateRecord(c.After)
	}
	return records
}

func newFateRecord(r query.Result) fateRecord {
	return fateRecord{r.Outcome, r.Rcode, recordTexts(r.Answers), append([]string{}, r.Upstreams...), append([]string{}, r.On...), caseRecords(r.Cases)}
}
