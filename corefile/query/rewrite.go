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
	last := c.step("") // of the last rule that changes the question
	for i := range c.block.Rewrites {
		rule := &c.block.Rewrites[i]
		if rule.Metadata && (rule.Kind == "edns0" || nameMatches(rule, q.lower())) {
			return unknown("the metadata of the query")(c).after(steps...)
		}
		changed, done := rewritten(rule, q)
		if !done {
			continue
		}
		if !changed.same(q) {
			last = c.stepAt(rule.Token, fmt.Sprintf("rewrites %s to %s", q, changed))
			steps = append(steps, last)
		}
		if _, valid := dns.IsDomainName(changed.name); !valid {
			return c.failed(dns.RcodeServerFailure).after(append(steps, c.stepAt(rule.Token, "makes no valid name: SERVFAIL"))...)
		}
		rules = append(rules, responseRules(rule, q, changed)...)
		q = changed
		if stopped = !rule.Continue; stopped {
			break
		}
	}
	r := c.hand(q).each(func(leaf *reply) *reply { return c.reverted(leaf, q, rules, stopped, last) })
	return r.after(steps...)
}

// reverted returns what the client gets of a reply to a rewritten question. Last is the step in which
// it got its name and type.
func (c *call) reverted(leaf *reply, q question, rules []responseRule, stopped bool, last Step) *reply {
	if leaf.left == nil && !leaf.asked.same(c.question) {
		leaf.left = &q
	}
	leaf.panicked = leaf.panicked || leaf.nothing && (stopped || len(rules) > 0)
	switch {
	case leaf.end == Dropped || leaf.end == Loop || leaf.end == Depends:
		return leaf
	case leaf.panicked, leaf.nothing, !stopped && len(rules) == 0, !leaf.written && !stopped && !c.server.Release.AtLeast("1.14.7"):
		if !leaf.asked.same(c.question) {
			last.Does = "leaves the question " + leaf.asked.String() + " in the reply, which clients discard"
			return leaf.after(last)
		}
		return leaf
	}
	leaf.written, leaf.asked = true, c.question
	if rules = slices.Clone(rules); c.server.Release.AtLeast("1.11.4") { // the last question was the last to be changed
		slices.Reverse(rules)
	}
	return c.applied(leaf, q, rules)
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
	option := rule.From + "\n" // of edns0
	has := slices.Contains(strings.SplitAfter(q.options, "\n"), option)
	switch rule.To {
	case "set", "append":
		if !has {
			changed.options += option
		}
		return changed, true
	case "unset":
		changed.options = strings.Join(slices.DeleteFunc(strings.SplitAfter(q.options, "\n"), func(o string) bool { return o == option }), "")
		return changed, true
	}
	return q, has
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
