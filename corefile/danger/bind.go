package danger

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
)

// unreached reports whether a block listens on none of the addresses that the server's own
// Corefile binds to on its port: those are what pods ask.
func (c *checker) unreached(b *block) bool {
	if !slices.ContainsFunc(b.zones, func(z dnsserver.Zone) bool { return c.own.binds(z.Port) }) {
		return false
	}
	return !slices.ContainsFunc(b.Addresses(), func(a plugin.Address) bool {
		unknown := a.Doubtful || a.IP == "" && a.Token.Text != ""
		return unknown || c.own.known[reader.CanonicalHost(a.IP)]
	})
}

// listensEverywhere reports whether a block listens on every address of the server.
func (b *block) listensEverywhere() bool { return !b.Uses("bind") || bindsEverywhere(b) }

// A misplaced is a file with server blocks that all have the same fault.
type misplaced struct {
	file  string
	fault listening
}

// A listening is what is wrong with the addresses that a block listens on.
type listening struct {
	everywhere bool // on the node, where the server's own Corefile takes care not to
	asked      bool // on the port that resolvers of the node have, too
	unreached  bool // by pods
	behind     bool // CoreDNS answers for the block in the end
	usually    bool // everywhere and unreached if the server's own Corefile, which is not known, is like others
}

// listening returns what is wrong with the addresses of a block.
func (c *checker) listening(b *block) listening {
	if !b.judged() || len(b.zones) == 0 {
		return listening{}
	}
	if c.bindsUsually() {
		return listening{usually: b.on(c.Port) && b.listensEverywhere()}
	}
	l := listening{
		everywhere: c.HostNetwork && c.own.binds(c.Port) && b.listensEverywhere(),
		asked:      b.on(c.Port),
		unreached:  c.unreached(b),
	}
	l.behind = l.unreached && c.answeredBehind(b)
	if l.unreached = l.unreached && !l.behind; !l.everywhere && !l.unreached {
		return listening{}
	}
	return l
}

// bindsUsually reports whether the server is node-local-dns with an own Corefile that is not known,
// and no other server loads what is judged.
func (c *checker) bindsUsually() bool {
	return c.Server != nil && c.Server.StandIn != "" && c.HostNetwork && len(c.Server.Local) > 0 && c.Alone == "" && c.Elsewhere != ""
}

// alike are the server blocks of a file with the same fault.
type alike struct {
	first *block
	count int
}

// add counts a block.
func (a alike) add(b *block) alike {
	if a.count++; a.count == 1 {
		a.first = b
	}
	return a
}

// these returns the words for the blocks of a file: their subject, the verb "be" or another in
// its two forms, and the pronoun.
func (a alike) these(one, many string) (subject, verb, it string) {
	if a.count == 1 {
		return "this block", one, "it"
	}
	return fmt.Sprintf("this block and %d more of this file", a.count-1), many, "them"
}

// missingBinds warns of server blocks on node-local-dns that listen where pods do not ask, or
// on every address of the node: at the first of a file, as a file without any bind has none
// anywhere.
func (c *checker) missingBinds(b *block) {
	fault := b.fault
	if fault == (listening{}) {
		return
	}
	key := *b.zones[0].Key
	all := c.misplaced[misplaced{key.File(), fault}]
	if all.first != b {
		return
	}
	server, _, _ := strings.Cut(c.server, " (") // without its version
	subject, verb, it := all.these("listens", "listen")
	if fault.usually {
		c.report.Warn(key, RuleMissingBind, fmt.Sprintf(
			`%s %s on every address of the node. If %s binds to %s in its own Corefile, as usual, pods never reach %s, and it does not start beside another resolver on port %s: add "bind %[4]s"`,
			subject, verb, server, c.Server.Local[0], it, c.Port))
		return
	}
	bind := fmt.Sprintf(`"bind %s"`, strings.Join(c.own.addresses, " "))
	if !fault.everywhere {
		where := ""
		if c.Alone != "" {
			where = " in " + c.Alone
		}
		c.report.Warn(key, RuleUnreachable, fmt.Sprintf("pods that query %s never reach %s on %s: %s. To serve %s there, write %s with %s%s",
			c.own.addresses[0], subject, server, c.answeredInstead(b), it, it, bind, where))
		return
	}
	text := fmt.Sprintf("%s %s on every address of the node, so whoever reaches the node can query %s", subject, verb, it)
	if fault.asked {
		text = fmt.Sprintf("%s %s on every address of the node, so %s does not start beside another resolver on port %s", subject, verb, server, c.Port)
	}
	if fault.unreached {
		text += fmt.Sprintf(", and pods that query %s never reach %s", c.own.addresses[0], it)
	}
	remedy := fmt.Sprintf("Add %s", bind)
	switch {
	case c.Alone != "" && fault.behind:
		remedy = fmt.Sprintf("Move %s to %s: CoreDNS answers for %s anyway", it, c.Elsewhere, it)
	case c.Alone != "":
		remedy = fmt.Sprintf("Move %s to %s, and a copy with %s to %s", it, c.Elsewhere, bind, c.Alone)
	}
	c.report.Warn(key, RuleMissingBind, fmt.Sprintf("%s. %s", text, remedy))
}

// bindsEverywhere reports whether a bind of the block is to every address.
func bindsEverywhere(b *block) bool {
	return slices.ContainsFunc(b.Addresses(), func(a plugin.Address) bool { return net.ParseIP(a.IP).IsUnspecified() })
}
