package query

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile/plugin"
)

// OnEDNS0 is what it depends on whether older releases replace a response code.
const OnEDNS0 = "whether the client sends EDNS0"

// rewrite follows rewrite.go, name.go and reverter.go of the plugin.
func rewrite(c *call) *reply {
	q := c.question
	var rules []responseRule
	var steps []Step
	stopped := false
	for i := range c.block.Rewrites {
		rule := &c.block.Rewrites[i]
		if rule.Metadata && nameMatches(rule, q.lower()) {
			return unknown("the metadata of the query")(c).after(steps...)
		}
		changed, done := rewritten(rule, q)
		if !done {
			continue
		}
		if !changed.same(q) {
			steps = append(steps, c.stepAt(rule.Token, fmt.Sprintf("rewrites %s to %s", q, changed)))
		}
		if _, valid := dns.IsDomainName(changed.name); !valid {
			return c.failure(dns.RcodeServerFailure).after(append(steps, c.stepAt(rule.Token, "makes no valid name: SERVFAIL"))...)
		}
		rules = append(rules, responseRules(rule, q, changed)...)
		q = changed
		if stopped = !rule.Continue; stopped {
			break
		}
	}
	r := c.hand(q).each(func(leaf *reply) *reply { return c.reverted(leaf, q, rules, stopped) })
	return r.after(steps...)
}

// reverted returns what the client gets of a reply to a rewritten question.
func (c *call) reverted(leaf *reply, q question, rules []responseRule, stopped bool) *reply {
	if leaf.left == nil && !leaf.asked.same(c.question) {
		leaf.left = &q
	}
	switch {
	case leaf.end == Dropped || leaf.end == Loop || leaf.end == Depends:
		return leaf
	case !stopped && len(rules) == 0, !leaf.written && !stopped && !c.server.Release.AtLeast("1.14.7"):
		if !leaf.asked.same(c.question) {
			return leaf.after(c.step("leaves the question " + leaf.asked.String() + " in the reply, which clients discard"))
		}
		return leaf
	}
	leaf.written, leaf.asked = true, c.question
	return c.applied(leaf, rules)
}

// applied returns a reply after the rules for replies.
func (c *call) applied(leaf *reply, rules []responseRule) *reply {
	if leaf.end == Forward {
		return leaf
	}
	answers := make([]dns.RR, len(leaf.answers))
	for i, rr := range leaf.answers {
		answers[i] = dns.Copy(rr)
		for _, rule := range slices.Backward(rules) {
			if rule.record != nil {
				rule.record(answers[i])
			}
			if rule.target(answers[i]) {
				const on = "what the new target of the CNAME has"
				return (&reply{end: Depends, on: on}).after(c.step("replaces the target of a CNAME"))
			}
		}
	}
	leaf.answers = answers
	rcode := leaf.rcode
	for _, rule := range slices.Backward(rules) {
		if rule.rcodes[0] != rule.rcodes[1] && rcode == rule.rcodes[0] {
			rcode = rule.rcodes[1]
		}
	}
	if rcode == leaf.rcode {
		return leaf
	}
	changed := *leaf
	changed.rcode, changed.steps = rcode, nil
	step := c.step(fmt.Sprintf("makes %s of %s", dns.RcodeToString[rcode], dns.RcodeToString[leaf.rcode]))
	if len(leaf.answers) > 0 || leaf.records || c.server.Release.AtLeast("1.14.7") {
		return changed.after(step)
	}
	return either( // an OPT record is one to change the reply with
		variant{OnEDNS0, "the client sends EDNS0", changed.after(step)},
		variant{OnEDNS0, "the client sends no EDNS0", leaf},
	)
}

// rewritten returns the question that a rule makes, and whether it applies.
func rewritten(rule *plugin.Rewrite, q question) (question, bool) {
	changed := q
	switch rule.Kind {
	case "name":
		name, ok := renamed(rule, q.lower())
		changed.name = name
		return changed, ok
	case "type":
		changed.typ = dns.StringToType[rule.To]
		return changed, q.typ == dns.StringToType[rule.From] && q.typ > 0 && changed.typ > 0
	case "class":
		changed.class = dns.StringToClass[rule.To]
		return changed, q.class == dns.StringToClass[rule.From]
	case "ttl", "rcode":
		return q, nameMatches(rule, q.lower())
	case "cname":
		return q, true
	}
	return q, rule.To == "set" || rule.To == "append" // edns0: clients send none of these options
}

// Renamed returns the name that a rule for names makes of another one, if it matches that. A rule
// for response codes leaves it.
func Renamed(rule *plugin.Rewrite, name string) (string, bool) {
	switch {
	case rule.Kind == "name" && !rule.Metadata:
		return renamed(rule, name)
	case rule.Kind == "rcode":
		return name, nameMatches(rule, name)
	}
	return name, false
}

// renamed returns the name that a name rule makes.
func renamed(rule *plugin.Rewrite, name string) (string, bool) {
	if !nameMatches(rule, name) {
		return name, false
	}
	switch rule.Match {
	case "prefix":
		return rule.To + strings.TrimPrefix(name, rule.From), true
	case "suffix":
		return strings.TrimSuffix(name, rule.From) + rule.To, true
	case "substring":
		return strings.ReplaceAll(name, rule.From, rule.To), true
	case "regex":
		return substituted(rule.From, rule.To, name), true
	}
	return rule.To, true
}

// nameMatches reports whether a rule matches a name.
func nameMatches(rule *plugin.Rewrite, name string) bool {
	switch rule.Match {
	case "exact":
		return name == rule.From
	case "prefix":
		return strings.HasPrefix(name, rule.From)
	case "suffix":
		return strings.HasSuffix(name, rule.From)
	case "substring":
		return strings.Contains(name, rule.From)
	case "regex":
		expression, err := regexp.Compile(rule.From)
		return err == nil && expression.MatchString(name)
	}
	return false
}

// substituted returns a replacement with the groups that an expression finds in a text, or
// the text where it does not match.
func substituted(expression, replacement, text string) string {
	compiled, err := regexp.Compile(expression)
	if err != nil {
		return text
	}
	groups := compiled.FindStringSubmatch(text)
	if len(groups) == 0 {
		return text
	}
	for i, group := range groups {
		replacement = strings.ReplaceAll(replacement, "{"+strconv.Itoa(i)+"}", group)
	}
	return replacement
}

// A responseRule changes replies.
type responseRule struct {
	record func(dns.RR)
	rcodes [2]int
	cname  *plugin.Rewrite
}

// target reports whether the rule replaces the target of a record.
func (r responseRule) target(rr dns.RR) bool {
	cname, ok := rr.(*dns.CNAME)
	return ok && r.cname != nil && nameMatches(r.cname, cname.Target)
}

// responseRules returns the rules for replies that come with a rule that was applied.
func responseRules(rule *plugin.Rewrite, before, after question) []responseRule {
	switch rule.Kind {
	case "rcode":
		return []responseRule{{rcodes: rule.Rcodes}}
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
