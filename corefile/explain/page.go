package explain

import (
	"fmt"
	"strings"

	"corewarden/corefile/plugin"
)

// Page returns the page about all plugins of all supported releases, in Markdown.
func Page() string {
	var text strings.Builder
	text.WriteString(`# Plugins

<!-- Made by "go generate ./docs" from the tables that judge a Corefile. Do not edit. -->

What Corewarden knows of each plugin of CoreDNS: how it is written, what releases changed about it, and what its place in the fixed order of
plugins means. ` + "`corefile explain PLUGIN`" + ` prints the same for one release.
`)
	for _, name := range plugin.Names() {
		about, _ := plugin.About(name)
		fmt.Fprintf(&text, "\n## %s\n\n%s\n\n```text\n%s\n```\n", name, about.Purpose, about.Usage)
		if properties := plugin.Properties(name); len(properties) > 0 {
			text.WriteString("\n| property | since | until |\n|---|---|---|\n")
			for _, p := range properties {
				fmt.Fprintf(&text, "| `%s` | %s | %s |\n", strings.ReplaceAll(written(p), "|", `\|`), p.Since, p.Until)
			}
		}
		text.WriteByte('\n')
		for _, line := range append([]string{role(name, about)}, surroundings(about)...) {
			fmt.Fprintf(&text, "- %s\n", line)
		}
		fmt.Fprintf(&text, "- %s; %s.\n", coreDNS(name), nodeCaches(name))
		for _, c := range changes(name, about) {
			fmt.Fprintf(&text, "- Since CoreDNS %s: %s.\n", c.version, c.text)
		}
		for _, e := range plugin.Examples(name) {
			text.WriteByte('\n')
			if e.Since != "" {
				fmt.Fprintf(&text, "Since CoreDNS %s:\n\n", e.Since)
			}
			fmt.Fprintf(&text, "```corefile\n%s```\n", e.Text)
		}
		fmt.Fprintf(&text, "\nMore: <%s>\n", link(name))
	}
	return text.String()
}
