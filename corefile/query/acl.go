package query

import (
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/plugin"
)

// acl follows acl.go of the plugin: the first policy that meets a query decides.
func acl(c *call) *reply {
	var policies []plugin.ACLPolicy
	for _, use := range c.block.ACLs {
		if covering(use.Zones, c.lower()) == "" {
			continue
		}
		for _, p := range use.Policies {
			if len(p.Types) == 0 || slices.Contains(p.Types, c.typ) {
				policies = append(policies, p)
			}
		}
	}
	return c.policies(policies)
}

func (c *call) policies(all []plugin.ACLPolicy) *reply {
	if len(all) == 0 {
		return c.next()
	}
	p := all[0]
	if p.AllClients {
		return c.policy(p)
	}
	const on = "the address of the client"
	var networks []string
	for _, n := range p.Networks {
		networks = append(networks, n.String())
	}
	return either(
		variant{on, "the client is in " + strings.Join(networks, ", "), c.policy(p)},
		variant{on, "the client is not in " + strings.Join(networks, ", "), c.policies(all[1:])},
	)
}

func (c *call) policy(p plugin.ACLPolicy) *reply {
	step := c.stepAt(p.Token, "")
	switch strings.ToLower(p.Token.Text) {
	case "block":
		step.Does = "refuses it: REFUSED"
		return c.message(dns.RcodeRefused).after(step)
	case "filter":
		step.Does = "answers with nothing: NODATA"
		return c.message(dns.RcodeSuccess).after(step)
	case "drop":
		step.Does = "drops it: the client gets no answer"
		return (&reply{end: Dropped}).after(step)
	}
	return c.next()
}
