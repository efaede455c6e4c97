package dnsserver

import (
	"fmt"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/corefile/release"
)

// checkPlugins checks that the release has every plugin that the block uses. Of a block
// without a zone it reads the names alone.
func (c *checker) checkPlugins(b *corefile.Block) {
	for _, d := range b.Directives {
		if c.Full() {
			return
		}
		name := d.Tokens[0]
		switch {
		case name.DependsOnEnvironment():
			c.WarnOfEnvironment(name, "the plugin")
		case name.Text == "on":
			c.Refuse(name, RuleRunsCommands, `"on" runs commands inside the DNS server, which is not allowed here. Remove it`)
		case c.release.Has(name.Text): // as nearly always
		case !release.Known(name.Text):
			c.unknownPlugin(b, d)
		case !c.release.Knows(name.Text), len(b.Keys) > 0:
			c.unavailablePlugin(name)
		}
	}
}

func (c *checker) unknownPlugin(b *corefile.Block, d corefile.Directive) {
	name := d.Tokens[0]
	quoted := corefile.Quote(name.Text)
	if replacement, version, removed := release.Removed(name.Text); removed {
		remedy := "Remove it"
		if replacement != "" {
			remedy = fmt.Sprintf("Use %q", replacement)
		}
		c.Suggest(name, RuleUnknownPlugin, fmt.Sprintf("plugin %s was removed in CoreDNS %s. %s", quoted, version, remedy), replacement)
		return
	}
	if habit := corefile.Habit(name.Text); habit != "" {
		c.Error(name, RuleUnknownPlugin, fmt.Sprintf("unknown plugin %s. %s", quoted, habit))
		return
	}
	if release.External(name.Text) {
		c.Error(name, RuleUnknownPlugin, quoted+" is an external plugin, which the official images of CoreDNS do not have. Remove it")
		return
	}
	if word, found := strings.CutSuffix(name.Text, "{"); found && c.release.Has(word) {
		c.Suggest(name, RuleUnknownPlugin, fmt.Sprintf(`unknown plugin %s. Put a space before the "{"`, quoted), word+" {")
		return
	}
	if suggestion := corefile.Nearest(strings.ToLower(name.Text), plugin.NamesIn(c.release)); suggestion != "" {
		c.Suggest(name, RuleUnknownPlugin, fmt.Sprintf("unknown plugin %s; did you mean %q?", quoted, suggestion), suggestion)
		return
	}
	last := d.Tokens[len(d.Tokens)-1].Text
	if last == "}" && len(b.Keys) > 0 && b.Keys[0].Foreign() && !name.Foreign() {
		c.Error(name, RuleUnknownPlugin, fmt.Sprintf(
			"unknown plugin %s: this text is imported into the server block on %s, which can contain only plugins", quoted, corefile.Place(b.Keys[0], name)))
		return
	}
	if last == "}" && strings.ContainsAny(name.Text, ".:") {
		c.Error(name, RuleUnknownPlugin, fmt.Sprintf(
			`unknown plugin %s: server blocks cannot be nested. Close the block of %s above this line`, quoted, keysOf(b)))
		return
	}
	c.Error(name, RuleUnknownPlugin, fmt.Sprintf(
		`unknown plugin %s. Every line of a server block starts with a plugin; the properties of a plugin go in its own braces`, quoted))
}

func keysOf(b *corefile.Block) string {
	if len(b.Keys) == 0 {
		return "no zone"
	}
	return corefile.Quote(b.Keys[0].Text)
}

func (c *checker) unavailablePlugin(name corefile.Token) {
	message := fmt.Sprintf("%s has no plugin %s", c.release.Name, corefile.Quote(name.Text))
	if since := release.Since(name.Text); c.release.HasAll() {
		message += fmt.Sprintf(": it came with CoreDNS %s. Remove it or update CoreDNS first", since)
	} else {
		message += ". It has " + strings.Join(c.release.Plugins(), ", ") + ". Remove it"
		if c.elsewhere != "" {
			message += ", or move its block to the ConfigMap " + c.elsewhere
		}
	}
	c.Error(name, RuleUnavailablePlugin, message)
}
