package release

import "slices"

// These answer for places, nodeCachePlugins and headPlugins at once.
var (
	firsts      = firstVersions()
	inNodeCache = set(nodeCachePlugins)
	inHead      = set(headPlugins)
)

// firstVersions returns the version that each plugin came with.
func firstVersions() map[string]string {
	firsts := make(map[string]string, len(places))
	for _, p := range places {
		if since, found := firsts[p.name]; !found || rank(p.since) < rank(since) {
			firsts[p.name] = p.since
		}
	}
	return firsts
}

func set(names []string) map[string]struct{} {
	s := make(map[string]struct{}, len(names))
	for _, name := range names {
		s[name] = struct{}{}
	}
	return s
}

// Has reports whether the release has the plugin.
func (r Release) Has(plugin string) bool {
	_, found := r.places[plugin]
	return found
}

// holds is Has before the order is known.
func (r Release) holds(plugin string) bool {
	if _, linked := r.linked[plugin]; r.linked != nil && !linked {
		return false
	}
	return r.Knows(plugin)
}

// Knows reports whether the CoreDNS in the release reads the plugin's name, even if the
// plugin itself was left out.
func (r Release) Knows(plugin string) bool {
	if _, read := r.read[plugin]; r.read != nil && !read {
		return false
	}
	first, found := firsts[plugin]
	return found && r.AtLeast(first)
}

// HasAll reports whether the release has every plugin of the CoreDNS in it, as CoreDNS
// itself does.
func (r Release) HasAll() bool { return r.linked == nil }

// Plugins returns the names of all plugins that the release has, sorted.
func (r Release) Plugins() []string {
	return slices.Sorted(slices.Values(r.order))
}

// InOrder returns the names of all plugins that the release has, in the order in which it
// asks them, whatever the order in a Corefile. They are not to be changed.
func (r Release) InOrder() []string { return r.order }

// Place returns where the given plugin stands among them, if the release has it.
func (r Release) Place(plugin string) (place int, found bool) {
	place, found = r.places[plugin]
	return place, found
}

func (r *Release) setOrder(names []string) {
	r.order, r.places = names, make(map[string]int, len(names))
	for i, name := range names {
		r.places[name] = i
	}
}

// Behind returns those of them that come after the given one. They are not to be changed.
func (r Release) Behind(plugin string) []string {
	return r.order[slices.Index(r.order, plugin)+1:]
}

// inOrder returns the order of the CoreDNS in the release, without what the release lacks.
func (r Release) inOrder() []string {
	names := make([]string, 0, len(places))
	for _, p := range places {
		if r.AtLeast(p.since) && (p.until == "" || rank(r.coredns) <= rank(p.until)) && r.holds(p.name) {
			names = append(names, p.name)
		}
	}
	return names
}

// Known reports whether any supported release has the plugin.
func Known(plugin string) bool {
	_, found := firsts[plugin]
	return found
}

// Since returns the first version of CoreDNS with the plugin, or "" where every
// supported release has it or none does.
func Since(plugin string) string { return firsts[plugin] }

// Moved returns the version of CoreDNS that gave the plugin the place that it has in the
// order of the newest, or "" where it never had another.
func Moved(plugin string) string {
	moved := ""
	for _, p := range places {
		if p.name == plugin && rank(p.since) > rank(Since(plugin)) {
			moved = p.since
		}
	}
	return moved
}

// Removed returns what takes the place of a plugin that was removed from CoreDNS before
// the oldest supported release, and since which version.
func Removed(plugin string) (replacement, version string, removed bool) {
	r, found := removedPlugins[plugin]
	return r.replacement, r.version, found
}

// External reports whether a plugin is one that is kept outside of CoreDNS.
func External(plugin string) bool {
	_, found := externalPlugins[plugin]
	return found
}
