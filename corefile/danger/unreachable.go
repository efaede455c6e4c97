package danger

import (
	"fmt"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/query"
)

// unmetUses warns of uses of plugins that no query comes to: others keep the queries, or those
// in the zones of the block are not meant for them.
func (c *checker) unmetUses(b *block) {
	for _, u := range c.survey(b).Unmet {
		if c.report.FullOfWarnings() || c.saidOnLine(u.Use, reader.RuleIgnored, reader.RuleSilentZone) || c.metElsewhere(u.Use) {
			continue
		}
		switch by := sharingNone(u.By, u.Use); {
		case len(u.By) == 0:
			c.report.Warn(u.Use, RuleUnreachable, fmt.Sprintf(
				"%s: it takes no name of this server block, so no query reaches it. Move it to a block for its zone", u.Use.Text))
		case len(by) == 0: // the same text, imported twice
		case !u.Use.Foreign():
			c.report.Warn(u.Use, RuleUnreachable, fmt.Sprintf(
				"%s: no query reaches it, because %s. %s", u.Use.Text, keeps(by, u.Use), freed(by[0], u.Use)))
		case by[0].Text != u.Use.Text && !slices.ContainsFunc(by, corefile.Token.Foreign):
			c.report.Warn(by[0], RuleUnreachable, fmt.Sprintf(
				"%s keeps every query that %s on %s would answer. %s", by[0].Text, u.Use.Text, corefile.Place(u.Use, by[0]), freed(by[0], u.Use)))
		}
	}
}

// sharingNone returns those of some tokens that stand elsewhere than another.
func sharingNone(all []corefile.Token, other corefile.Token) []corefile.Token {
	return slices.DeleteFunc(slices.Clone(all), other.SharesPlace)
}

// keeps says which uses of plugins keep the queries that are meant for another.
func keeps(by []corefile.Token, use corefile.Token) string {
	var others []string
	for _, other := range by[:min(len(by), 2)] {
		others = append(others, fmt.Sprintf("%s on %s", other.Text, corefile.Place(other, use)))
	}
	if len(others) == 1 {
		return others[0] + " keeps all of them"
	}
	if len(by) > 2 {
		others[1] += " and others"
	}
	return strings.Join(others, " and ") + " keep all of them"
}

// freed says how queries get past the use of a plugin to another.
func freed(by, use corefile.Token) string {
	switch by.Text {
	case "forward":
		if use.Text == "forward" {
			return "CoreDNS asks the first forward whose zone matches: put it first, or give its zone a server block"
		}
	case "auto", "file", "hosts", "k8s_external", "kubernetes", "secondary", "template":
		if by.Text != use.Text {
			return fmt.Sprintf("Add fallthrough to %s, or remove one of the two", by.Text)
		}
	}
	return "Remove one of the two"
}

// saidOnLine reports whether there is a warning of one of some rules on the line of a token.
func (c *checker) saidOnLine(token corefile.Token, rules ...string) bool {
	return slices.ContainsFunc(c.onLine(token), func(p corefile.Problem) bool { return slices.Contains(rules, p.Rule) })
}

// metElsewhere reports whether a use of a plugin was imported more than once and some query
// comes to it in one of these places.
func (c *checker) metElsewhere(use corefile.Token) bool {
	for i := range c.blocks {
		b := &c.blocks[i]
		for _, d := range b.Directives {
			if d.Name() != use.Text {
				continue
			}
			for _, token := range d.Tokens {
				if token.SharesPlace(use) && token != use && !slices.ContainsFunc(c.survey(b).Unmet, func(u query.Unmet) bool { return u.Use == token }) {
					return true
				}
			}
		}
	}
	return false
}

// survey returns what becomes of the questions in a block, if anything in it is judged.
func (c *checker) survey(b *block) query.Survey {
	if c.Server == nil || !b.hasJudged() {
		return query.Survey{MayAnswer: true}
	}
	if !b.surveyed {
		b.found, b.surveyed = c.Server.Survey(b.Block), true
	}
	return b.found
}

// hasJudged reports whether any of the block's text is judged.
func (b *block) hasJudged() bool {
	return b.judged() || slices.ContainsFunc(b.Directives, func(d corefile.Directive) bool { return !d.Tokens[0].Foreign() })
}
