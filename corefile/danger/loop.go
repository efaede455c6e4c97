package danger

import (
	"fmt"
	"net"
	"strings"

	"corewarden/corefile"
)

// forwardingLoops warns of a forward to an address at which the query comes back to the
// same server block. A rewrite before that may turn it into a query for another one, which
// is how names of the cluster are given other names.
func (c *checker) forwardingLoops(b *block) {
	if b.Uses("rewrite") {
		return
	}
	for _, d := range b.Directives {
		if d.Name() != "forward" || d.Tokens[0].Foreign() {
			continue
		}
		for i, to := range line(d) {
			if i > 0 && c.comesBack(b, to.Text) {
				c.report.Warn(to, RuleForwardingLoop, fmt.Sprintf(
					"forward: %s is the cluster's own DNS, so queries for %s come back here in a loop, and the loop plugin stops the server. Forward to the server that knows the zone",
					corefile.Quote(to.Text), corefile.Quote(b.Keys[0].Text)))
			}
		}
	}
}

// comesBack reports whether a query that a block forwards to an upstream is answered by
// the block itself.
func (c *checker) comesBack(b *block, upstream string) bool {
	upstream = strings.TrimPrefix(upstream, "dns://")
	host, port, err := net.SplitHostPort(upstream)
	if err != nil {
		host, port = upstream, "53"
	}
	if ip := net.ParseIP(host); ip.IsLoopback() && len(b.binds) > 0 && !containsAddress(b.binds, host) {
		return false // it listens elsewhere
	}
	return containsAddress(c.Loop, host) && b.on(port)
}
