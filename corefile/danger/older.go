package danger

import (
	"fmt"
	"maps"
	"net"
	"slices"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/query"
)

// Releases from which on local knows the names below localhost, and rewrite the response codes of
// replies without records.
const (
	sinceLocalhost  = "1.14.5"
	sinceEmptyReply = "1.14.7"
)

// older warns of uses of plugins that an older release starts on, and that do less there than in
// newer ones. It asks for the names that they are for.
func (c *checker) older(b *block) {
	if c.Server == nil {
		return
	}
	for _, d := range b.Directives {
		local := d.Tokens[0]
		if d.Name() != "local" || local.Foreign() || c.Server.Release.AtLeast(sinceLocalhost) {
			continue
		}
		if asked, found := c.askBlock(b, below("localhost."), dns.TypeA, local); found && asked.Outcome == query.NXDomain {
			c.report.Warn(local, reader.RuleOldBehaviour, fmt.Sprintf(
				`local: %s answers NXDOMAIN for names below localhost, unlike CoreDNS %s and later. Write a server block for "localhost" with a template`, c.Server.Release.Name, sinceLocalhost))
		}
	}
	c.crashes(b)
	if c.Server.Release.AtLeast(sinceEmptyReply) || slices.ContainsFunc(b.Rewrites, func(r plugin.Rewrite) bool { return r.Kind == "edns0" }) {
		return
	}
	for i := range b.Rewrites {
		rule := &b.Rewrites[i]
		if rule.Kind != "rcode" || rule.Token.Foreign() || rule.Rcodes[0] == rule.Rcodes[1] || c.report.FullOfWarnings() || !c.keepsCode(b, rule) {
			continue
		}
		c.report.Warn(rule.Token, reader.RuleOldBehaviour, fmt.Sprintf(
			"rewrite: %s replaces %s only for clients that send EDNS0, unlike CoreDNS %s and later. Answer these names with a template, or remove it",
			c.Server.Release.Name, dns.RcodeToString[rule.Rcodes[0]], sinceEmptyReply))
	}
}

// crashes warns of minimal where debug lets a panic end the server.
func (c *checker) crashes(b *block) {
	at := slices.IndexFunc(b.Directives, func(d corefile.Directive) bool { return d.Name() == "minimal" })
	if at < 0 || b.Directives[at].Tokens[0].Foreign() || c.Server.Release.AtLeast(query.SinceMinimal) {
		return
	}
	if c.debugged == nil { // found once: there may be as many blocks as those with minimal
		c.debugged = map[string]bool{}
		for i := range c.blocks {
			if c.blocks[i].Uses("debug") {
				maps.Copy(c.debugged, c.blocks[i].listeners())
			}
		}
	}
	for socket := range b.listeners() {
		if c.debugged[socket] {
			c.report.Warn(b.Directives[at].Tokens[0], reader.RuleOldBehaviour, fmt.Sprintf(
				"minimal: before CoreDNS %s it panics for a query that no plugin answers, and with debug that ends the server. Remove one of the two", query.SinceMinimal))
			return
		}
	}
}

// listeners returns the addresses, with their ports, that a block listens on for certain.
func (b *block) listeners() map[string]bool {
	all := map[string]bool{}
	for _, a := range b.Addresses() {
		if a.Doubtful {
			continue
		}
		for _, z := range b.zones {
			all[net.JoinHostPort(a.Place(), z.Port)] = true
		}
	}
	return all
}

// keepsCode reports whether the replies whose code a rule is to replace have no records, so that an
// older release looks at them only where EDNS0 adds one. Failures never have any.
func (c *checker) keepsCode(b *block, rule *plugin.Rewrite) bool {
	if from := rule.Rcodes[0]; from != dns.RcodeSuccess && from != dns.RcodeNameError && from != dns.RcodeYXDomain {
		return true
	}
	name, _ := c.rewritten(b, rule)
	return slices.ContainsFunc([]uint16{dns.TypeA, dns.TypeAAAA}, func(t uint16) bool {
		asked, _ := c.askBlock(b, name, t, rule.Token)
		return slices.Contains(asked.On, query.OnEDNS0)
	})
}
