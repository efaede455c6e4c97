package explain

import (
	"cmp"
	"slices"
	"strings"

	"corewarden/corefile/plugin"
	"corewarden/corefile/release"
)

// role says what a plugin does with queries.
func role(name string, about plugin.Plugin) string {
	switch about.Role {
	case plugin.SetsUp:
		return "It meets no query, so its place in the Corefile does not matter."
	case plugin.Passes:
		return "It hands every query on, and may change the query or the answer that comes back."
	case plugin.Picks:
		return "It answers some queries and hands the others on."
	}
	if slices.ContainsFunc(plugin.Properties(name), func(p plugin.Property) bool { return p.Name == "fallthrough" }) {
		return "It answers every query for its zones; with fallthrough, it hands on those that it has no answer for."
	}
	return "It answers every query for its zones."
}

// place says what may answer before and after a plugin.
func place(name string, about plugin.Plugin, r release.Release) []string {
	if about.Role == plugin.SetsUp {
		return nil
	}
	after := answering(r.Behind(name))
	before := answering(r.InOrder()[:len(r.InOrder())-len(r.Behind(name))])
	before = slices.DeleteFunc(before, func(other string) bool { return other == name })
	return []string{
		"The order of plugins is fixed, whatever their order in the Corefile.",
		"Before it may answer: " + cmp.Or(strings.Join(before, ", "), "none") + ".",
		"After it may answer: " + cmp.Or(strings.Join(after, ", "), "none") + ".",
	}
}

// answering returns those of the plugins that may answer a query.
func answering(names []string) []string {
	var found []string
	for _, name := range names {
		if about, _ := plugin.About(name); about.Role == plugin.Picks || about.Role == plugin.Answers {
			found = append(found, name)
		}
	}
	return found
}

// surroundings says what a plugin needs of its pod.
func surroundings(about plugin.Plugin) []string {
	var lines []string
	if about.Listens != "" {
		lines = append(lines, "It listens on "+about.Listens+" unless it is given another address.")
	}
	switch about.Files {
	case plugin.NoFiles:
	case plugin.AsWritten:
		lines = append(lines, "It opens files by the names in the Corefile, whatever the plugin root says.")
	case plugin.RelativeToRoot:
		lines = append(lines, "It opens files by the names in the Corefile, relative to the folder of the plugin root.")
	case plugin.Derived:
		lines = append(lines, "It opens files whose names it makes from those in the Corefile.")
	}
	return lines
}

// A change is what became of a plugin at one time, such as "since CoreDNS 1.14.7".
type change struct{ version, when, text string }

// changes returns what releases changed about a plugin, but for its properties, the oldest
// first.
func changes(name string, about plugin.Plugin) []change {
	var all []change
	since := func(version, text string) { all = append(all, change{version, "since CoreDNS " + version, text}) }
	for _, c := range about.Changes {
		since(c.Since, c.Text)
	}
	if moved := release.Moved(name); moved != "" {
		since(moved, "it has another place in the order")
	}
	sortByVersion(all)
	return all
}

// history returns what releases changed about a plugin, the oldest first.
func history(name string, about plugin.Plugin) []change {
	all := changes(name, about)
	property := func(version, when, name string) {
		same := slices.IndexFunc(all, func(c change) bool { return c.when == when && strings.HasPrefix(c.text, "property ") })
		if same >= 0 {
			all[same].text += ", " + name
			return
		}
		all = append(all, change{version, when, "property " + name})
	}
	for _, p := range plugin.Properties(name) {
		if p.Since != "" && p.Since != release.Since(name) {
			property(p.Since, "since CoreDNS "+p.Since, p.Name)
		}
		if p.Until != "" {
			property(p.Until, "until CoreDNS "+p.Until, p.Name)
		}
	}
	sortByVersion(all)
	return all
}

func sortByVersion(all []change) {
	slices.SortStableFunc(all, func(a, b change) int { return release.Compare(a.version, b.version) })
}

// coreDNS says which releases of CoreDNS have a plugin.
func coreDNS(name string) string {
	if since := release.Since(name); since != "" {
		return "CoreDNS: since " + since
	}
	return "CoreDNS: every known release"
}

// nodeCaches says which releases of node-cache have a plugin.
func nodeCaches(name string) string {
	since, before := "", ""
	last := false
	for i, r := range nodeCacheReleases() {
		version := strings.TrimPrefix(r.Name, "node-cache ")
		switch has := r.Has(name); {
		case has && !last && i > 0:
			since = version
		case !has && last:
			before = version
		}
		last = r.Has(name)
	}
	switch {
	case since != "":
		return "node-cache: since " + since
	case before != "":
		return "node-cache: before " + before
	case last:
		return "node-cache: every known release"
	}
	return "node-cache: none"
}

func nodeCacheReleases() []release.Release {
	return slices.DeleteFunc(release.All(), release.Release.HasAll)
}
