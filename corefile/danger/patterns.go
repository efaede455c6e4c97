package danger

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/query"
)

// patterns warns of regular expressions that match no name of a server block, and of views that
// take none. Rewrites before the expressions may make any names.
func (c *checker) patterns(b *block) {
	if c.Server == nil {
		return
	}
	if v := b.View; v != nil && !v.Token.Foreign() {
		if e, found := query.NeverMet(v); found {
			c.report.Warn(e.Token, RuleUnreachable, fmt.Sprintf(
				"view: no query meets %s, because names are in small letters and end with a dot here. Write the name like that", corefile.Quote(e.Text)))
		}
	}
	renamed := renames(b)
	for i := range b.Templates {
		for _, m := range b.Templates[i].Matches {
			if !renamed && !m.Foreign() && !m.DependsOnEnvironment() {
				c.pattern(b, b.Templates[i].Token, m, m.Text)
			}
		}
	}
	for i := range b.Rewrites {
		r := &b.Rewrites[i]
		if r.Match == "regex" && r.Kind != "cname" && !r.Token.Foreign() {
			c.pattern(b, r.Token, r.Token, r.From)
		}
		if r.Kind == "name" {
			break
		}
	}
}

// pattern warns of one expression of a use of a plugin.
func (c *checker) pattern(b *block, use, at corefile.Token, text string) {
	parsed, err := c.Server.Parsed.Regexp(text)
	if err != nil {
		return
	}
	parts := sequence(nil, parsed)
	switch end, anchored := ending(parts); {
	case slices.ContainsFunc(parts, hasCapitals):
		c.report.Warn(at, RuleUnreachable, fmt.Sprintf(
			"%s: %s matches no name, because CoreDNS compares names in small letters. Write it in small letters", use.Text, corefile.Quote(text)))
	case !anchored || end == "":
	case !strings.HasSuffix(end, "."):
		c.report.Warn(at, RuleUnreachable, fmt.Sprintf(
			"%s: %s matches no name, because names end with a dot here. Write [.] before the $", use.Text, corefile.Quote(text)))
	case len(b.Zones) > 0 && len(b.Zones) <= maxCompared && !slices.ContainsFunc(b.Zones, func(z dnsserver.Zone) bool { return mayEnd(strings.ToLower(z.Name), end) }) &&
		c.affordable() && !c.elsewhere(b, use):
		c.report.Warn(at, RuleUnreachable, fmt.Sprintf(
			"%s: %s matches no name of this server block, only names that end in %s. Move it to a block for their zone", use.Text, corefile.Quote(text), corefile.Quote(end)))
	}
}

// elsewhere reports whether another server block has imported the same use of a plugin. It looks at
// all words.
func (c *checker) elsewhere(b *block, use corefile.Token) bool {
	return slices.ContainsFunc(c.blocks, func(other block) bool {
		return other.Block != b.Block && slices.ContainsFunc(other.Directives, func(d corefile.Directive) bool { return slices.ContainsFunc(d.Tokens, use.SharesPlace) })
	})
}

// mayEnd reports whether some name in a zone may have an ending.
func mayEnd(zone, end string) bool {
	if zone == "." || strings.HasSuffix(zone, end) {
		return true
	}
	before, found := strings.CutSuffix(end, zone)
	return found && (before == "" || strings.HasSuffix(before, "."))
}

// sequence adds the parts of an expression that have to match one after another.
func sequence(parts []*syntax.Regexp, r *syntax.Regexp) []*syntax.Regexp {
	if r.Op != syntax.OpConcat && r.Op != syntax.OpCapture {
		return append(parts, r)
	}
	for _, sub := range r.Sub {
		parts = sequence(parts, sub)
	}
	return parts
}

// hasCapitals reports whether a part matches only with a capital letter.
func hasCapitals(part *syntax.Regexp) bool {
	return part.Op == syntax.OpLiteral && part.Flags&syntax.FoldCase == 0 && slices.ContainsFunc(part.Rune, unicode.IsUpper)
}

// ending returns the text that names end with which an expression matches, as far as that is
// literal. Without an anchor it may match anywhere.
func ending(parts []*syntax.Regexp) (text string, anchored bool) {
	last := len(parts) - 1
	if parts[last].Op != syntax.OpEndText {
		return "", false
	}
	for _, part := range slices.Backward(parts[:last]) {
		if part.Op != syntax.OpLiteral {
			break
		}
		text = strings.ToLower(string(part.Rune)) + text
	}
	return text, true
}
