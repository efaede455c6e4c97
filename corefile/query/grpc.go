package query

import (
	"strings"

	"github.com/miekg/dns"
)

// grpc follows grpc.go of the plugin. None of our servers is asked over gRPC.
func grpc(c *call) *reply {
	g := c.block.GRPC
	if !dns.IsSubDomain(g.From, c.lower()) {
		return c.next()
	}
	if excepted(g.From, g.Except, c.lower()) {
		return c.next().after(c.step("hands it on, as except says"))
	}
	var upstreams []string
	for _, u := range g.To {
		upstreams = append(upstreams, u.Text)
	}
	r := c.sent(upstreams)
	if !c.last() && covering(g.Fallthrough, c.lower()) != "" {
		const on = "what the server that grpc asks answers"
		r = either(
			variant{on, "it knows the name", r},
			variant{on, "it does not know the name, or does not answer", c.next()},
		)
	}
	return r.after(c.step("sends " + c.String() + " to " + strings.Join(upstreams, ", ") + " over gRPC"))
}
