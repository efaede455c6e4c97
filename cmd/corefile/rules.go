package main

import (
	"fmt"
	"io"
	"strings"

	"corewarden/corefile"
	"corewarden/docs"
)

// runRules prints the page of a rule, or a list of all rules.
func runRules(args []string, _ io.Reader, stdout, _ io.Writer) (int, error) {
	switch len(args) {
	case 0:
		for _, rule := range docs.Rules() {
			fmt.Fprintf(stdout, "%-24s %s\n", rule.ID, rule.Summary)
		}
		return exitClean, nil
	case 1:
	default:
		return exitUsage, fmt.Errorf("rules takes at most one rule, not %q", args)
	}
	var ids []string
	for _, rule := range docs.Rules() {
		if rule.ID == args[0] {
			fmt.Fprintf(stdout, "%s\n\n%s\n", rule.ID, strings.TrimSpace(rule.Text))
			return exitClean, nil
		}
		ids = append(ids, rule.ID)
	}
	if nearest := corefile.Nearest(args[0], ids); nearest != "" {
		return exitUsage, fmt.Errorf("no rule is called %q; did you mean %q?", args[0], nearest)
	}
	return exitUsage, fmt.Errorf("no rule is called %q. \"corefile rules\" lists them", args[0])
}
