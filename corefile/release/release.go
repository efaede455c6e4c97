// Package release says which release of CoreDNS and of node-cache has which plugins.
package release

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Release is one release of a DNS server that is CoreDNS or holds it.
type Release struct {
	// Name is what people call it: "CoreDNS 1.15.0", "node-cache 1.26.7".
	Name string

	coredns string              // the release of CoreDNS in it
	linked  map[string]struct{} // the plugins it holds; nil: all that coredns has
}

// CoreDNS returns the release of CoreDNS with the given version, such as "1.15.0". The
// error lists the supported versions.
func CoreDNS(version string) (Release, error) {
	if !slices.Contains(coreDNSVersions, version) {
		return Release{}, unsupported("CoreDNS", version, coreDNSVersions)
	}
	return Release{Name: "CoreDNS " + version, coredns: version}, nil
}

// NodeCache returns the release of node-cache, the server of node-local-dns, with the
// given version, such as "1.26.7", or "head" for what comes after the newest one. The
// error lists the supported versions.
func NodeCache(version string) (Release, error) {
	if version == "head" {
		return Release{Name: "node-cache head", coredns: headCoreDNS, linked: headPlugins}, nil
	}
	coredns, found := nodeCacheVersions[version]
	if !found {
		return Release{}, unsupported("node-cache", version, slices.SortedFunc(maps.Keys(nodeCacheVersions), compare))
	}
	return Release{Name: "node-cache " + version, coredns: coredns, linked: nodeCachePlugins}, nil
}

// NewestCoreDNS and NewestNodeCache are the newest versions supported.
var (
	NewestCoreDNS   = coreDNSVersions[len(coreDNSVersions)-1]
	NewestNodeCache = slices.MaxFunc(slices.Collect(maps.Keys(nodeCacheVersions)), compare)
)

func unsupported(server, version string, supported []string) error {
	return fmt.Errorf("%s %s is not supported; supported are %s", server, version, strings.Join(supported, ", "))
}

// CoreDNSVersion returns the version of the CoreDNS that the release is or holds.
func (r Release) CoreDNSVersion() string { return r.coredns }

// Has reports whether the release has the plugin.
func (r Release) Has(plugin string) bool {
	if _, linked := r.linked[plugin]; r.linked != nil && !linked {
		return false
	}
	first, found := plugins[plugin]
	return found && r.AtLeast(first)
}

// HasAll reports whether the release has every plugin of the CoreDNS in it, as CoreDNS
// itself does.
func (r Release) HasAll() bool { return r.linked == nil }

// Plugins returns the names of all plugins that the release has, sorted.
func (r Release) Plugins() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(plugins)), func(name string) bool { return !r.Has(name) })
}

// AtLeast reports whether the CoreDNS in the release is of the given version or newer.
func (r Release) AtLeast(version string) bool { return compare(r.coredns, version) >= 0 }

// Known reports whether any supported release has the plugin.
func Known(plugin string) bool {
	_, found := plugins[plugin]
	return found
}

// Since returns the first version of CoreDNS with the plugin, or "" where every
// supported release has it or none does.
func Since(plugin string) string { return plugins[plugin] }

// Removed returns what takes the place of a plugin that was removed from CoreDNS before
// the oldest supported release, and since which version.
func Removed(plugin string) (replacement, version string, removed bool) {
	r, found := removedPlugins[plugin]
	return r.replacement, r.version, found
}

// compare orders versions such as "1.9.10" by their numbers.
func compare(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if order := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); order != 0 {
			return order
		}
	}
	return 0
}
