package main

import (
	"fmt"
	"io"
	"strings"

	"corewarden/corefile"
	"corewarden/docs"
)

// explain prints the page of a rule, or a list of all rules.
func explain(args []string, stdout io.Writer) error {
	switch len(args) {
	case 0:
		for _, rule := range docs.Rules() {
			fmt.Fprintf(stdout, "%-24s %s\n", rule.ID, rule.Summary)
		}
		return nil
	case 1:
	default:
		return fmt.Errorf("rules takes at most one rule, not %q", args)
	}
	var ids []string
	for _, rule := range docs.Rules() {
		if rule.ID == args[0] {
			fmt.Fprintf(stdout, "%s\n\n%s\n", rule.ID, strings.TrimSpace(rule.Text))
			return nil
		}
		ids = append(ids, rule.ID)
	}
	if nearest := corefile.Nearest(args[0], ids); nearest != "" {
		return fmt.Errorf("no rule is called %q; did you mean %q?", args[0], nearest)
	}
	return fmt.Errorf("no rule is called %q. \"corefile rules\" lists them", args[0])
}
