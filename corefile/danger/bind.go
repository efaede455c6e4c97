package danger

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile/dnsserver"
)

// unreached reports whether a block listens on all addresses of a port while the server's
// own Corefile binds to some: a query to one of those goes to the socket that is bound.
func (c *checker) unreached(b *block) bool {
	return !b.Uses("bind") && slices.ContainsFunc(b.zones, func(z dnsserver.Zone) bool { return c.own.binds(z.Port) })
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
	key := *b.zones[0].Key
	all := c.bindless[key.File()]
	if all.first != b {
		return
	}
	subject, listens, it := "this block", "it listens", "it"
	if all.count > 1 {
		subject, listens, it = fmt.Sprintf("this block and %d more of this file", all.count-1), "these blocks listen", "them"
	}
	server, _, _ := strings.Cut(c.server, " (") // without its version
	problem := fmt.Sprintf("pods never reach %s on %s: they query %s, and %s everywhere else", subject, server, c.own.addresses[0], listens)
	if !c.unreached(b) {
		problem = fmt.Sprintf("without bind, %s would listen on every address of the node on %s", subject, server)
	}
	move := ""
	if c.Alone != "" {
		move = fmt.Sprintf("move %s to %s and ", it, c.Alone)
	}
	c.report.Warn(key, RuleMissingBind, fmt.Sprintf(`%s. To serve %s there, %sadd "bind %s"`,
		problem, it, move, strings.Join(c.own.addresses, " ")))
}
