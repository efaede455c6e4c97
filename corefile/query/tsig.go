package query

import (
	"slices"

	"github.com/miekg/dns"
)

// tsig follows tsig.go of the plugin, for clients that sign no queries, as those in pods.
func tsig(c *call) *reply {
	t := c.block.TSIG
	if !t.All && !slices.Contains(t.Types, c.typ) || covering(t.Zones, c.lower()) == "" {
		return c.next()
	}
	return c.message(dns.RcodeRefused).after(c.step("refuses what has no signature: REFUSED"))
}
