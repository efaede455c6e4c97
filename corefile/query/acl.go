package query

import (
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/plugin"
)

// acl follows acl.go of the plugin: the first policy that meets a query decides.
func acl(c *call) *reply { return c.policies(policiesFor(c.block.ACLs, c.question)) }

// policiesFor returns those for a question, in order.
func policiesFor(uses []plugin.ACL, q question) []plugin.ACLPolicy {
	var policies []plugin.ACLPolicy
	for _, use := range uses {
		if covering(use.Zones, q.lower()) == "" {
			continue
		}
		for _, p := range use.Policies {
			if len(p.Types) == 0 || slices.Contains(p.Types, q.typ) {
				policies = append(policies, p)
			}
		}
	}
	return policies
}

// mayACL is what acl may do with a question: it keeps it where it lets no client through.
func mayACL(uses []plugin.ACL, q question) doing {
	for _, p := range policiesFor(uses, q) {
		if strings.EqualFold(p.Token.Text, "allow") {
			break
		}
		if p.AllClients {
			return doing{meet: true, answer: true, keep: true}
		}
	}
	return doing{meet: true, answer: true}
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
