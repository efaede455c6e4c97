package danger

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
)

// unanswered warns of server blocks in which nothing answers, or only one of the two kinds of
// addresses that clients ask for.
func (c *checker) unanswered(b *block) {
	asked := slices.ContainsFunc(b.zones, func(z dnsserver.Zone) bool { return z.Port == c.Port })
	if c.Server == nil || !b.judged() || !asked || c.unreached(b) {
		return
	}
	s := c.survey(b)
	key := *b.zones[0].Key
	if !s.MayAnswer && !s.Refuses { // a block that refuses everything may well be meant to
		c.report.Warn(key, RuleUnanswered,
			"no plugin in this server block answers, so every query ends in SERVFAIL. Add one that does, such as forward or hosts")
		return
	}
	forward := func(z dnsserver.Zone) bool { return !domain.IsSubDomain("arpa.", strings.ToLower(z.Name)) }
	a, aaaa := s.Answered(dns.TypeA), s.Answered(dns.TypeAAAA)
	if a == aaaa || !slices.ContainsFunc(b.zones, forward) {
		return
	}
	lacks, has := "AAAA", "A"
	if aaaa {
		lacks, has = has, lacks
	}
	c.report.Warn(key, RuleUnanswered, fmt.Sprintf(
		`only %s queries get an answer in this server block. Those for %s end in SERVFAIL, which fails clients that ask for both. Add a template for %s with "rcode NOERROR"`, has, lacks, lacks))
}
