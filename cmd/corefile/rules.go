package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"corewarden/corefile"
	"corewarden/docs"
)

func newRules() *cobra.Command {
	return &cobra.Command{
		Use:   "rules [RULE]",
		Short: "List the rules, or explain one",
		Args:  atMostOne("rule"),
		ValidArgsFunction: completeFirst(func() []cobra.Completion {
			var ids []cobra.Completion
			for _, rule := range docs.Rules() {
				ids = append(ids, cobra.CompletionWithDesc(rule.ID, rule.Summary))
			}
			return ids
		}),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				return explainRule(c.OutOrStdout(), args[0])
			}
			for _, rule := range docs.Rules() {
				fmt.Fprintf(c.OutOrStdout(), "%-24s %s\n", rule.ID, rule.Summary)
			}
			return nil
		},
	}
}

// explainRule prints the page of a rule.
func explainRule(w io.Writer, id string) error {
	var ids []string
	for _, rule := range docs.Rules() {
		if rule.ID == id {
			_, err := fmt.Fprintf(w, "%s\n\n%s\n", rule.ID, strings.TrimSpace(rule.Text))
			return err
		}
		ids = append(ids, rule.ID)
	}
	if nearest := corefile.Nearest(id, ids); nearest != "" {
		return fmt.Errorf("no rule is called %q; did you mean %q?", id, nearest)
	}
	return fmt.Errorf("no rule is called %q. \"corefile rules\" lists them", id)
}
