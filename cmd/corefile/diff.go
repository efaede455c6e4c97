package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/query"
	"corewarden/trace"
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
	if told := trace.Changes(changes); t.json {
		err = told.WriteJSON(stdout)
	} else {
		err = told.WriteText(stdout)
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
