// Package explain tells how a plugin is written and what it does, from the tables that
// judge it.
package explain

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/corefile/release"
)

// List returns a line for each plugin that a release has.
func List(r release.Release) string {
	var text strings.Builder
	for _, name := range plugin.NamesIn(r) {
		about, _ := plugin.About(name)
		fmt.Fprintf(&text, "%-13s %s\n", name, about.Purpose)
	}
	return text.String()
}

// Plugin returns all about a plugin of a release. It is an error if the release has none of
// that name.
func Plugin(name string, r release.Release) (string, error) {
	about, found := plugin.About(name)
	switch {
	case !found:
		return "", unknown(name, r)
	case !r.Has(name):
		return "", absent(name, r)
	}
	var text strings.Builder
	section := func(title string, lines ...string) {
		if len(lines) > 0 {
			fmt.Fprintf(&text, "\n%s\n  %s\n", title, strings.Join(lines, "\n  "))
		}
	}
	fmt.Fprintf(&text, "%s in %s", name, r.Name)
	if !r.HasAll() {
		fmt.Fprintf(&text, ", with CoreDNS %s in it", r.CoreDNSVersion())
	}
	fmt.Fprintf(&text, "\n\n%s\n", about.Purpose)
	section("Usage", strings.Split(about.Usage, "\n")...)
	var properties []string
	for _, p := range plugin.Properties(name) {
		if p.In(r) {
			properties = append(properties, written(p))
		}
	}
	section("Properties of its block", properties...)
	section("Queries", slices.Concat([]string{role(name, about)}, place(name, about, r))...)
	section("Pod", surroundings(about)...)
	changes := []string{coreDNS(name)}
	for _, c := range history(name, about) {
		changes = append(changes, fmt.Sprintf("%s: %s", c.when, c.text))
	}
	section("Releases", append(changes, nodeCaches(name))...)
	section("Example", strings.Split(strings.TrimSpace(example(name, r)), "\n")...)
	fmt.Fprintf(&text, "\n%s\n", link(name))
	return text.String(), nil
}

// unknown is the error for what is no plugin of any release. It suggests only what the
// given one has.
func unknown(name string, r release.Release) error {
	if nearest := corefile.Nearest(name, plugin.NamesIn(r)); nearest != "" {
		return fmt.Errorf("%s has no plugin %q; did you mean %q?", r.Name, name, nearest)
	}
	return fmt.Errorf("%s has no plugin %q. \"corefile explain\" lists them", r.Name, name)
}

func absent(name string, r release.Release) error {
	if since := release.Since(name); r.HasAll() {
		return fmt.Errorf("%s has no plugin %q: it came with CoreDNS %s", r.Name, name, since)
	}
	return fmt.Errorf("%s has no plugin %q, which CoreDNS has", r.Name, name)
}

// written returns how a property is written.
func written(p plugin.Property) string { return strings.TrimSpace(p.Name + " " + p.Arguments) }

// example returns the example that shows the most of what the release has.
func example(name string, r release.Release) string {
	text := ""
	for _, e := range plugin.Examples(name) {
		if r.AtLeast(e.Since) && len(e.Text) > len(text) {
			text = e.Text
		}
	}
	return text
}

func link(name string) string { return "https://coredns.io/plugins/" + name + "/" }
