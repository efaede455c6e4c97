package danger

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"corewarden/corefile"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
)

// notAsked are plugins whose zones matter apart from the queries of their block: for the names in
// answers to reverse queries, for files, for other servers.
var notAsked = []string{"kubernetes", "metadata", "sign", "transfer"}

// idleZones warns of zones of plugins that no name of their block is in.
func (c *checker) idleZones(b *block) {
	if c.Server == nil || len(b.Named) == 0 || len(b.Zones) == 0 || renames(b) || slices.ContainsFunc(b.Keys, corefile.Token.DependsOnEnvironment) {
		return
	}
	served := make(map[string]bool, len(b.Zones))
	for _, z := range b.Zones {
		served[strings.ToLower(z.Name)] = true
	}
	above := sync.OnceValue(func() map[string]bool {
		all := map[string]bool{}
		for name := range served {
			for _, zone := range domain.Above(name) {
				all[zone] = true
			}
		}
		return all
	})
	unmet := map[place]bool{}
	for _, u := range c.survey(b).Unmet {
		unmet[placeOf(u.Use)] = true
	}
	for _, n := range b.Named {
		if c.report.FullOfWarnings() {
			return
		}
		if n.Token.Foreign() || n.Token.DependsOnEnvironment() || strings.Contains(n.Name, "/") || slices.Contains(notAsked, n.Plugin) || n.Name == "." ||
			slices.ContainsFunc(domain.Above(n.Name), func(zone string) bool { return served[zone] }) || above()[n.Name] {
			continue
		}
		if unmet[placeOf(n.Token)] || c.saidOnLine(n.Token, plugin.RuleSilentZone, plugin.RuleIgnored) {
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

// renames reports whether a rewrite may turn names of a block into any others.
func renames(b *block) bool {
	return slices.ContainsFunc(b.Rewrites, func(r plugin.Rewrite) bool { return r.Kind == "name" })
}
