package danger

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// notAsked are plugins whose zones matter apart from the queries of their block: for the names in
// answers to reverse queries, for files, for other servers.
var notAsked = []string{"kubernetes", "metadata", "sign", "transfer"}

// idleZones warns of zones of plugins that no name of their block is in.
func (c *checker) idleZones(b *block) {
	if c.Server == nil || len(b.Named) == 0 || len(b.Zones) == 0 || renames(b) || slices.ContainsFunc(b.Keys, corefile.Token.DependsOnEnvironment) {
		return
	}
	var served, above map[string]bool // once a zone is looked for in them
	var unmet map[place]bool
	for _, n := range b.Named {
		if c.report.FullOfWarnings() {
			return
		}
		if n.Token.Foreign() || n.Token.DependsOnEnvironment() || n.Name == "." || strings.Contains(n.Name, "/") || slices.Contains(notAsked, n.Plugin) {
			continue
		}
		if served == nil {
			served, above = zonesOf(b)
			unmet = c.unmet(b)
		}
		if within(n.Name, served) || above[n.Name] || unmet[placeOf(n.Token)] || c.saidOnLine(n.Token, reader.RuleSilentZone, reader.RuleIgnored) {
			continue
		}
		if !c.affordable() {
			return
		}
		if !c.elsewhere(b, n.Token) {
			c.report.Warn(n.Token, RuleUnreachable, fmt.Sprintf(
				"%s: no name of this server block is in %s, so that zone does nothing here. Remove it, or move it to a block for its zone", n.Plugin, corefile.Quote(n.Token.Text)))
		}
	}
}

// zonesOf returns the zones of a block, in small letters, and those with all that they are in.
func zonesOf(b *block) (served, above map[string]bool) {
	served, above = make(map[string]bool, len(b.Zones)), map[string]bool{}
	for _, z := range b.Zones {
		name := strings.ToLower(z.Name)
		served[name] = true
		for zone := range domain.Above(name) {
			above[zone] = true
		}
	}
	return served, above
}

// within reports whether a name is in one of some zones.
func within(name string, zones map[string]bool) bool {
	for zone := range domain.Above(name) {
		if zones[zone] {
			return true
		}
	}
	return false
}

// unmet returns the places of those uses of plugins in a block that no query comes to.
func (c *checker) unmet(b *block) map[place]bool {
	all := map[place]bool{}
	for _, u := range c.survey(b).Unmet {
		all[placeOf(u.Use)] = true
	}
	return all
}

// renames reports whether a rewrite may turn names of a block into any others.
func renames(b *block) bool {
	return slices.ContainsFunc(b.Rewrites, func(r plugin.Rewrite) bool { return r.Kind == "name" })
}
