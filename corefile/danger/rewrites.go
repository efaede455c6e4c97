package danger

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/query"
)

// rewrites warns of rules whose replies clients throw away, and of names of the cluster that
// go to servers outside of it. It asks for one name that each rule rewrites.
func (c *checker) rewrites(b *block) {
	for i := range b.Rewrites {
		rule := &b.Rewrites[i]
		if rule.Kind != "name" || rule.Token.Foreign() || c.report.FullOfWarnings() {
			continue
		}
		name, to := c.rewritten(b, rule)
		asked, found := c.askBlock(b, name, dns.TypeA, rule.Token)
		if !found {
			continue
		}
		_, valid := dns.IsDomainName(to)
		switch {
		case !valid && asked.Outcome == query.ServFail && isFirst(asked, rule.Token):
			c.report.Warn(rule.Token, RuleUnanswered, fmt.Sprintf(
				"rewrite: %s becomes %s, which is not a valid name, so the query ends in SERVFAIL. CoreDNS adds the final dot: leave it out of the replacement and its groups", corefile.Quote(shown(name)), corefile.Quote(spelled(to))))
		case isOnly(asked, rule) && c.survey(b).Answered(dns.TypeA) && c.unansweredAs(b, rule, name):
			c.report.Warn(rule.Token, RuleUnanswered, fmt.Sprintf(
				"rewrite: %s becomes %s, which nothing in this server block answers, so the query ends in SERVFAIL. Add a plugin that does, such as forward", corefile.Quote(shown(name)), corefile.Quote(shown(to))))
		case rule.Continue && mayBeDiscarded(asked):
			c.report.Warn(rule.Token, RuleDiscarded, fmt.Sprintf(
				`rewrite: the reply for names such as %s has the rewritten name as its question, so clients discard it. Write "stop" instead of "continue"`, corefile.Quote(shown(name))))
		case asked.Outcome == query.Forward && c.ofCluster(to) && c.outside(asked.Upstreams) && !c.saidOnLine(rule.Token, reader.RuleInvalidValue):
			c.report.Warn(rule.Token, RuleWrongAnswer, fmt.Sprintf(
				"rewrite: %s goes to %s. Forward it to %s", corefile.Quote(shown(to)), c.upstreamsOf(asked), c.clusterDNS()))
		case !mayBeDiscarded(asked) && b.DNS64 != nil:
			if asked, _ := c.askBlock(b, name, dns.TypeAAAA, rule.Token); mayBeDiscarded(asked) {
				c.report.Warn(rule.Token, RuleDiscarded, fmt.Sprintf(
					"rewrite: dns64 answers AAAA queries for names such as %s with the rewritten name as the question, so clients discard the reply. Remove dns64 from this block, or the rewrite", corefile.Quote(shown(name))))
			}
		}
	}
}

// upstreamsOf says to which servers a query goes. What others than the judged forward to is not
// told to whoever asks for a verdict.
func (c *checker) upstreamsOf(asked query.Result) string {
	if slices.ContainsFunc(asked.Steps, func(s query.Step) bool { return !c.isJudged(s.File) }) {
		return "servers that are not the cluster's DNS"
	}
	return strings.Join(asked.Upstreams[:min(len(asked.Upstreams), 3)], " or ") + ", which is not the cluster's DNS"
}

// mayBeDiscarded reports whether clients discard the reply, always or in one case.
func mayBeDiscarded(r query.Result) bool {
	discarded := func(e query.End) bool { return e.Outcome == query.Discarded }
	return discarded(r.End) || slices.ContainsFunc(r.Cases, discarded)
}

// unansweredAs reports whether nothing in a block answers for the name that a rule makes of another:
// no question for addresses, nor one of a type that a template is for.
func (c *checker) unansweredAs(b *block, rule *plugin.Rewrite, name string) bool {
	types := []uint16{dns.TypeA}
	for _, t := range b.Templates {
		if t.Type != dns.TypeANY {
			types = append(types, t.Type)
		}
	}
	return !slices.ContainsFunc(types, func(t uint16) bool {
		asked, found := c.askBlock(b, name, t, rule.Token)
		return !found || !unanswered(asked) || !isFirst(asked, rule.Token)
	})
}

// unanswered reports whether a query always ends in SERVFAIL because nothing in the block that was
// asked answers it.
func unanswered(asked query.Result) bool {
	last := asked.Steps[len(asked.Steps)-1]
	return asked.Outcome == query.ServFail && (last.Plugin == "" || last.Plugin == "hosts") &&
		!slices.ContainsFunc(asked.Steps, func(s query.Step) bool { return s.Plugin == "forward" })
}

// isOnly reports whether no rule behind one changes a query further.
func isOnly(asked query.Result, rule *plugin.Rewrite) bool {
	last := -1
	for i, s := range asked.Steps {
		if s.Plugin == "rewrite" {
			last = i
		}
	}
	return !rule.Continue || last >= 0 && isStepOf(asked.Steps[last], rule.Token)
}

// isFirst reports whether a rule is the first of rewrite that changes a query.
func isFirst(asked query.Result, rule corefile.Token) bool {
	i := slices.IndexFunc(asked.Steps, func(s query.Step) bool { return s.Plugin == "rewrite" })
	return i >= 0 && isStepOf(asked.Steps[i], rule)
}

// rewritten returns a name in a block that a rule rewrites, and what it makes of that; "" if there
// is none at hand.
func (c *checker) rewritten(b *block, rule *plugin.Rewrite) (name, to string) {
	var names []string
	switch rule.Match {
	case "exact":
		names = []string{rule.From}
	case "suffix":
		names = []string{query.Fresh + rule.From}
	default:
		names = []string{query.Example(rule.From, c.Server.Parsed)}
		for _, z := range b.zones[:min(len(b.zones), maxTried)] {
			names = append(names, below(z.Name), z.Name)
			switch part := strings.Trim(rule.From, "."); rule.Match {
			case "prefix":
				names = append(names, part+"."+strings.TrimPrefix(z.Name, "."))
			case "substring":
				names = append(names, query.Fresh+"."+part+"."+strings.TrimPrefix(z.Name, "."))
			}
		}
	}
	for _, name := range names {
		to, matches := query.Renamed(rule, name)
		if matches && b.zoneOf(name) >= 0 {
			return name, to
		}
	}
	return "", ""
}

// shown is a name as messages show it.
func shown(name string) string { return strings.TrimSuffix(spelled(name), ".") }

// spelled is shown with the dot at the end.
func spelled(name string) string { return strings.ReplaceAll(name, query.Fresh, "x") }

// ofCluster reports whether a name is in a domain of the cluster, or in that of Services in most
// clusters if none is known.
func (c *checker) ofCluster(name string) bool {
	domains := c.Domains
	if len(domains) == 0 {
		domains = []string{"svc.cluster.local"}
	}
	return name != "" && slices.ContainsFunc(domains, func(zone string) bool { return domain.IsSubDomain(dns.Fqdn(zone), name) })
}

// outside reports whether servers are known not to be the cluster's DNS, or have addresses that no
// Service has.
func (c *checker) outside(upstreams []string) bool {
	if len(c.Cluster) == 0 {
		return len(upstreams) > 0 && !slices.ContainsFunc(upstreams, mayBeService)
	}
	return !slices.ContainsFunc(upstreams, func(u string) bool { return containsAddress(c.Cluster, u) })
}

// mayBeService reports whether an upstream may be the Service of a cluster's DNS, or a server of one: those
// have addresses that are not routed between networks.
func mayBeService(upstream string) bool {
	ip, err := netip.ParseAddr(upstream)
	return err != nil || !ip.IsGlobalUnicast() || ip.IsPrivate() || shared.Contains(ip)
}

// shared is what RFC 6598 sets apart for providers. Some clusters have their Services there.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// clusterDNS returns the address of the cluster's DNS that servers ask, or words for it.
func (c *checker) clusterDNS() string {
	if len(c.Cluster) == 0 {
		return "the address of the Service kube-dns"
	}
	return c.Cluster[len(c.Cluster)-1]
}

// askBlock asks a block a question, and reports whether that comes to a use of a plugin.
func (c *checker) askBlock(b *block, name string, t uint16, use corefile.Token) (r query.Result, found bool) {
	if !c.affordable() {
		return query.Result{}, false
	}
	if _, valid := dns.IsDomainName(name); !valid || name == "" {
		return query.Result{}, false
	}
	i := b.zoneOf(name)
	if i < 0 {
		return query.Result{}, false
	}
	address := ""
	if len(b.binds) > 0 {
		address = b.binds[0]
	}
	system := query.System{c.Server}
	if c.DNS != nil {
		system = c.DNS()
	}
	r = system.AskAt(c.Server, address, b.zones[i].Port, query.Question{Name: name, Type: t})
	return r, slices.ContainsFunc(r.Steps, func(s query.Step) bool { return isStepOf(s, use) })
}
