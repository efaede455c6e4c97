package danger

import (
	"slices"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin"
)

// logsEverything warns of a log of all queries of the cluster, and of debug, which is for
// the whole server wherever it stands.
func (c *checker) logsEverything(b *block) {
	for _, d := range b.Directives {
		if name := d.Tokens[0]; name.Text == "debug" && !name.Foreign() {
			c.report.Warn(name, RuleLogsEverything,
				"debug: the whole server logs more, and a panic in a plugin of this block ends it. Remove it when you are done")
		}
	}
	if !slices.ContainsFunc(b.zones, func(z dnsserver.Zone) bool { return z.Name == "." && z.Port == c.Port }) {
		return
	}
	for _, l := range b.Logs {
		if !l.Token.Foreign() && ofEverything(l) {
			c.report.Warn(l.Token, RuleLogsEverything,
				`log: every query for a name without a zone of its own writes a line. Log only errors with "class error" in a block, or name a zone`)
		}
	}
}

// ofEverything reports whether a log in a block of the root zone is of all queries.
func ofEverything(l plugin.Log) bool {
	root := func(zone corefile.Token) bool { return zone.Text == "." }
	ofSuccess := func(class corefile.Token) bool { return class.Text == "all" || class.Text == "success" }
	return (len(l.Zones) == 0 || slices.ContainsFunc(l.Zones, root)) && (len(l.Classes) == 0 || slices.ContainsFunc(l.Classes, ofSuccess))
}
