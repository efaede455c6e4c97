package danger

import (
	"slices"

	"corewarden/corefile"
)

// logsEverything warns of a log of all queries of the cluster, and of debug, which is for
// the whole server wherever it stands.
func (c *checker) logsEverything(b *block) {
	for _, d := range b.Directives {
		name := d.Tokens[0]
		switch {
		case name.Foreign():
		case name.Text == "debug":
			c.report.Warn(name, RuleLogsEverything,
				"debug: the whole server logs more, and a panic in a plugin of this block ends it. Remove it when you are done")
		case name.Text == "log" && c.ofEverything(b, d):
			c.report.Warn(name, RuleLogsEverything,
				`log: every query for a name without a zone of its own writes a line. Log only errors with "class error" in a block, or name a zone`)
		}
	}
}

// ofEverything reports whether a log is of all queries for the root zone.
func (c *checker) ofEverything(b *block, d corefile.Directive) bool {
	if !slices.ContainsFunc(b.zones, func(z zone) bool { return z.name == "." && z.port == c.Port }) {
		return false
	}
	if args := line(d); len(args) > 0 && args[0].Text != "." {
		return false
	}
	classes := false
	for _, word := range d.Tokens {
		switch word.Text {
		case "class":
			classes = true
		case "all", "success":
			return true
		}
	}
	return !classes
}
