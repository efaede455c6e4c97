package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"corewarden/corefile"
	"corewarden/corefile/query"
	"corewarden/trace"
)

func newDiff() *cobra.Command {
	var t tracing
	c := &cobra.Command{
		Use:   "diff [flags] OLD NEW",
		Short: "List the names whose fate changes",
		Long: `List the names for which the DNS servers of NEW do something else than those of OLD.

Both are a Corefile, a manifest or a folder, as for corefile trace. The exit code is 1 where
there are any.`,
		RunE: func(c *cobra.Command, args []string) error {
			return t.compare(args, c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	t.addFlags(c)
	return c
}

// compare lists what two paths differ in.
func (t tracing) compare(paths []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(paths) != 2 {
		return errors.New("write: corefile diff OLD NEW")
	}
	if err := t.addServers(); err != nil {
		return err
	}
	before, err := t.system(paths[:1], stdin, stderr)
	if err != nil {
		return fmt.Errorf("%s: %w", paths[0], err)
	}
	after, err := t.system(paths[1:], stdin, stderr)
	if err != nil {
		return fmt.Errorf("%s: %w", paths[1], err)
	}
	changes, unsure := query.Diff(before.System, after.System, before.entry, after.entry)
	if len(unsure) > 0 && configurationText(before.System) != configurationText(after.System) {
		fmt.Fprintf(stderr, "corefile: names that only a regular expression tells apart, as on line %d of %s, were not all compared\n", unsure[0].Line(), unsure[0].File())
	}
	if err := t.write(stdout, trace.Changes(changes)); err != nil {
		return err
	}
	if len(changes) > 0 {
		return errProblems
	}
	return nil
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
