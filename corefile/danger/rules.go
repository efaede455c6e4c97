package danger

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/domain"
	"corewarden/corefile/plugin"
	"corewarden/corefile/query"
)

// unmetRules warns of rules of rewrite that no query meets: an earlier rule ends the rewriting of
// every name that they are for, or none of these is in the block.
func (c *checker) unmetRules(b *block) {
	if c.Server == nil || len(b.zones) == 0 || len(b.Zones) > maxCompared || slices.ContainsFunc(b.Keys, corefile.Token.DependsOnEnvironment) {
		return
	}
	var ending []endingRule // those so far
	renamed := false        // that a rule so far may have made names that are not in the block
	for i := range b.Rewrites {
		rule := &b.Rewrites[i]
		if c.report.FullOfWarnings() || rule.Token.DependsOnEnvironment() {
			return
		}
		if !rule.Token.Foreign() && (rule.Match == "exact" || rule.Match == "suffix") && rule.Kind != "cname" {
			by := slices.IndexFunc(ending, func(r endingRule) bool { return r.takesAll(rule) })
			switch {
			case by >= 0 && c.affordable() && !c.elsewhere(b, rule.Token):
				remedy := `Write "continue" there`
				if ending[by].Kind == "name" {
					remedy = "Put it first, or remove one of the two"
				}
				c.report.Warn(rule.Token, RuleUnreachable, fmt.Sprintf(
					"rewrite: no query reaches this rule, because the rule on %s takes all of them and ends the rewriting. %s", corefile.Place(ending[by].Token, rule.Token), remedy))
			case by < 0 && !renamed && !mayMeet(b, rule) && c.affordable() && !c.elsewhere(b, rule.Token):
				c.report.Warn(rule.Token, RuleUnreachable, fmt.Sprintf(
					"rewrite: %s is in no zone of this server block, so no query reaches this rule. Move it to a block for its zone", corefile.Quote(strings.Trim(rule.From, "."))))
			case by < 0 && !renamed:
				if taker := c.takesRule(b, rule); taker != nil && c.affordable() && !c.elsewhere(b, rule.Token) {
					c.report.Warn(rule.Token, RuleUnreachable, fmt.Sprintf(
						"rewrite: queries for %s go to the server block on %s, which has the longer zone. Move the rule there", corefile.Quote(strings.Trim(rule.From, ".")), corefile.Place(taker.Keys[0], rule.Token)))
				}
			}
		}
		switch {
		case rule.Kind == "name" && rule.Continue: // which may make any names
			renamed, ending = true, nil
		case !rule.Continue && len(ending) < maxEnding:
			ending = append(ending, newEndingRule(rule))
		}
	}
}

// takesRule returns the server block that takes the queries for all names of a rule from another one,
// or nil.
func (c *checker) takesRule(b *block, rule *plugin.Rewrite) *block {
	name := rule.From
	if rule.Match == "suffix" {
		if !strings.HasPrefix(name, ".") || slices.ContainsFunc(b.zones, func(z dnsserver.Zone) bool { return domain.IsSubDomain(name[1:], z.Name) }) {
			return nil
		}
		name = query.Fresh + name
	}
	return c.taker(b, name)
}

// maxEnding is how many of them each rule is compared with.
const maxEnding = 16

// An endingRule is a rule that ends the rewriting of the names that it takes.
type endingRule struct {
	*plugin.Rewrite
	expression *regexp.Regexp // or nil
}

func newEndingRule(rule *plugin.Rewrite) endingRule {
	r := endingRule{Rewrite: rule}
	if rule.Match == "regex" && rule.Kind != "cname" {
		r.expression, _ = regexp.Compile(rule.From) // without it the rule takes nothing
	}
	return r
}

// takesAll reports whether the rule applies to every name that another one is for, which has to be
// that name or to end like that.
func (r endingRule) takesAll(other *plugin.Rewrite) bool {
	switch {
	case r.Metadata:
		return false
	case r.Kind == "cname": // which looks at answers, and so applies to every query
		return r.From != "" && r.To != ""
	}
	switch r.Match {
	case "exact":
		return other.Match == "exact" && r.From == other.From
	case "suffix":
		return strings.HasSuffix(other.From, r.From)
	case "substring":
		return strings.Contains(other.From, r.From)
	case "prefix":
		return other.Match == "exact" && strings.HasPrefix(other.From, r.From)
	case "regex":
		return slices.Contains([]string{".*", "(.*)", "^.*$", "^(.*)$"}, r.From) || other.Match == "exact" && r.expression != nil && r.expression.MatchString(other.From)
	}
	return false
}

// mayMeet reports whether some name in a zone of a block is one that a rule is for.
func mayMeet(b *block, rule *plugin.Rewrite) bool {
	return slices.ContainsFunc(b.Zones, func(z dnsserver.Zone) bool {
		zone := strings.ToLower(z.Name)
		if rule.Match == "exact" {
			return domain.IsSubDomain(zone, rule.From)
		}
		return mayEnd(zone, rule.From)
	})
}
