package query

import "github.com/miekg/dns"

// nomad follows nomad.go of the plugin, which answers for every name that is long enough: it
// compares no zone.
func nomad(c *call) *reply {
	if !c.block.Nomad.Serves(c.lower()) {
		return c.next()
	}
	const on = "the services of Nomad"
	return either(
		variant{on, "Nomad has such a service", c.something()},
		variant{on, "Nomad has no such service", c.negative(dns.RcodeNameError)},
		variant{on, "Nomad does not answer", c.message(dns.RcodeSuccess)},
	).after(c.step("depends on " + on))
}
