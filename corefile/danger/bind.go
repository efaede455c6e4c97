package danger

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
)

// unreached reports whether a block listens on all addresses of a port while the server's
// own Corefile binds to some: a query to one of those goes to the socket that is bound.
func (c *checker) unreached(b *block) bool {
	return !b.Uses("bind") && slices.ContainsFunc(b.zones, func(z zone) bool { return c.own.binds(z.port) })
}

// lacksBind reports whether a block should have a bind: because it is not reached, or
// because it listens on a node where the server's own Corefile takes care not to.
func (c *checker) lacksBind(b *block) bool {
	return b.judged() && len(b.zones) > 0 && !b.Uses("bind") && (c.unreached(b) || c.HostNetwork && c.own.binds(c.Port))
}

// bindless are the server blocks of a file that lack a bind.
type bindless struct {
	first *block
	count int
}

// missingBinds warns of server blocks without a bind at the first of a file, as a file
// without any has none anywhere.
func (c *checker) missingBinds(b *block) {
	if !c.lacksBind(b) {
		return
	}
	key := *b.zones[0].key
	all := c.bindless[key.File()]
	if all.first != b {
		return
	}
	subject := fmt.Sprintf("the server block of %s has no bind", corefile.Quote(key.Text))
	if all.count > 1 {
		subject = fmt.Sprintf("the server block of %s and %d more of this file have no bind", corefile.Quote(key.Text), all.count-1)
	}
	consequence := "no query to that reaches it"
	switch {
	case !c.unreached(b):
		consequence = "this one listens on port " + b.zones[0].port + " of every address of its node"
	case c.HostNetwork:
		consequence += ", only those to its node's other addresses"
	}
	c.report.Warn(key, RuleMissingBind, fmt.Sprintf(`%s, and %s binds to %s in its own Corefile: %s; write "bind %s" in a ConfigMap for that server alone`,
		subject, c.server, c.own.addresses[0], consequence, strings.Join(c.own.addresses, " ")))
}

// bindAddresses warns of a bind to an address that only another server's pods have. One
// that the server's own pod has needs no warning.
func (c *checker) bindAddresses(b *block) {
	for _, d := range b.Directives {
		if d.Name() != "bind" || d.Tokens[0].Foreign() {
			continue
		}
		for _, address := range line(d) {
			here, elsewhere := containsAddress(c.Here, address.Text), containsAddress(c.Elsewhere, address.Text)
			if here || elsewhere {
				c.refined = append(c.refined, c.saidAt(address, plugin.RulePodAddress)...)
			}
			if elsewhere {
				c.report.Warn(address, RuleBindElsewhere, fmt.Sprintf(
					"bind: %s is an address of node-local-dns, which the pods of %s do not have, so that they do not start; "+
						"write the server block in a ConfigMap that node-local-dns alone loads", address.Text, c.server))
			}
		}
	}
}
