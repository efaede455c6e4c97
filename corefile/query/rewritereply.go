package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin"
)

// applied returns a reply after the rules for replies, in the order in which they are applied, to a
// question as the rules have left it.
func (c *call) applied(leaf *reply, q question, rules []responseRule) *reply {
	if leaf.end == Forward {
		return leaf
	}
	answers := make([]dns.RR, len(leaf.answers))
	var alias dns.RR // with a new target, which is asked for
	var by *plugin.Rewrite
	target := ""
	for i, rr := range leaf.answers {
		answers[i] = dns.Copy(rr)
		for _, rule := range rules {
			if rule.record != nil {
				rule.record(answers[i])
			}
			to, replaces := rule.target(answers[i])
			if !replaces {
				continue
			}
			_, valid := dns.IsDomainName(to)
			if alias != nil || leaf.partial || !valid || !dns.IsFqdn(to) || slices.ContainsFunc(leaf.answers, func(r dns.RR) bool { return r != rr && isCNAME(r) }) {
				return unknownTarget().after(c.stepAt(rule.cname.Token, "replaces the target of a CNAME"))
			}
			alias, target, by = answers[i], to, rule.cname
			alias.(*dns.CNAME).Target = to
		}
	}
	leaf.answers = answers
	if alias == nil {
		return c.recoded(leaf, rules)
	}
	leaf.answers, leaf.left = []dns.RR{alias}, &question{target, q.typ, dns.ClassINET, q.options}
	return c.followedTarget(c.recoded(leaf, rules), by.Token)
}

// recoded returns a reply after the rules for response codes.
func (c *call) recoded(leaf *reply, rules []responseRule) *reply {
	rcode := leaf.rcode
	var last *plugin.Rewrite
	for _, rule := range rules {
		if r := rule.rcode; r != nil && r.Rcodes[0] != r.Rcodes[1] && rcode == r.Rcodes[0] {
			rcode, last = r.Rcodes[1], r
		}
	}
	if rcode == leaf.rcode {
		return leaf
	}
	changed := *leaf
	changed.rcode, changed.steps = rcode, nil
	step := c.stepAt(last.Token, fmt.Sprintf("makes %s of %s", dns.RcodeToString[rcode], dns.RcodeToString[leaf.rcode]))
	if len(leaf.answers) > 0 || leaf.records || c.server.Release.AtLeast("1.14.7") {
		return changed.after(step)
	}
	return either( // an OPT record is one to change the reply with
		variant{OnEDNS0, "the client sends EDNS0", changed.after(step)},
		variant{OnEDNS0, "the client sends no EDNS0", leaf},
	)
}

// target returns what the rule makes of the target of a record, if it replaces that.
func (r responseRule) target(rr dns.RR) (to string, replaces bool) {
	cname, ok := rr.(*dns.CNAME)
	if !ok || r.cname == nil {
		return "", false
	}
	return renamed(r.cname, cname.Target)
}

// followedTarget adds to a reply, which is one CNAME with a new target, what the server itself
// answers for that: the question that is left. It follows cname_target.go of the plugin.
func (c *call) followedTarget(r *reply, by corefile.Token) *reply {
	target, steps := *r.left, r.steps
	step := c.stepAt(by, "replaces the target of a CNAME by "+target.name)
	return c.lookup(target).each(func(leaf *reply) *reply {
		if leaf.end == Dropped || leaf.end == Loop { // since 1.15.0 circles of such rules end
			return unknownTarget()
		}
		if !c.server.Release.AtLeast("1.14.2") { // which left out the rest of a chain
			leaf.answers = slices.DeleteFunc(slices.Clone(leaf.answers), func(rr dns.RR) bool { return rr.Header().Name != target.name })
		}
		return r.joined(leaf)
	}).after(append(steps, step)...)
}

func isCNAME(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeCNAME }

// unknownTarget is the reply where it takes more to know what comes of a new target.
func unknownTarget() *reply {
	return &reply{end: Depends, on: "what the new target of the CNAME has"}
}

// A responseRule changes replies.
type responseRule struct {
	record func(dns.RR)
	rcode  *plugin.Rewrite
	cname  *plugin.Rewrite
}

// responseRules returns the rules for replies that come with a rule that was applied.
func responseRules(rule *plugin.Rewrite, before, after question) []responseRule {
	switch rule.Kind {
	case "rcode":
		return []responseRule{{rcode: rule}}
	case "cname":
		return []responseRule{{cname: rule}}
	case "ttl":
		return []responseRule{{record: ttlBounds(rule.To)}}
	case "name":
	default:
		return nil
	}
	var rules []responseRule
	if rule.Auto {
		back := func(name string) string { return remapped(name, after.name, before.lower()) }
		if rule.Match == "suffix" {
			back = func(name string) string {
				if rest, found := strings.CutSuffix(name, rule.To); found {
					return rest + rule.From
				}
				return name
			}
		}
		rules = append(rules, responseRule{record: onName(back)}, responseRule{record: onValue(back)})
	}
	for _, answer := range rule.Answers {
		change := func(text string) string { return substituted(answer.From, answer.To, text) }
		if answer.Value {
			rules = append(rules, responseRule{record: onValue(change)})
		} else {
			rules = append(rules, responseRule{record: onName(change)})
		}
	}
	return rules
}

// remapped returns a name with one that it is, or is below, replaced by another.
func remapped(name, from, to string) string {
	if name == from {
		return to
	}
	if rest, found := strings.CutSuffix(name, "."+from); found {
		return rest + "." + to
	}
	return name
}

func onName(change func(string) string) func(dns.RR) {
	return func(rr dns.RR) { rr.Header().Name = change(rr.Header().Name) }
}

// onValue changes the name that a record points to.
func onValue(change func(string) string) func(dns.RR) {
	return func(rr dns.RR) {
		switch rr := rr.(type) {
		case *dns.SRV:
			rr.Target = change(rr.Target)
		case *dns.MX:
			rr.Mx = change(rr.Mx)
		case *dns.CNAME:
			rr.Target = change(rr.Target)
		case *dns.NS:
			rr.Ns = change(rr.Ns)
		case *dns.DNAME:
			rr.Target = change(rr.Target)
		case *dns.NAPTR:
			rr.Replacement = change(rr.Replacement)
		case *dns.SOA:
			rr.Ns = change(rr.Ns)
		case *dns.PTR:
			rr.Ptr = change(rr.Ptr)
		}
	}
}

// ttlBounds sets the TTL to a value, or to one in a range.
func ttlBounds(text string) func(dns.RR) {
	least, most, isRange := strings.Cut(text, "-")
	low, _ := strconv.ParseUint(least, 10, 32)
	high, err := strconv.ParseUint(most, 10, 32)
	switch {
	case !isRange:
		high = low
	case err != nil:
		high = 1<<31 - 1
	}
	return func(rr dns.RR) { rr.Header().Ttl = min(max(rr.Header().Ttl, uint32(low)), uint32(high)) }
}
