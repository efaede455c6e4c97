package plugin

import (
	"net"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// name reads: name [exact|prefix|suffix|substring|regex] FROM TO [metadata] [answer …].
func (r *rewriteRule) name() error {
	const usage = "rewrite name [exact|prefix|suffix|substring|regex] FROM TO [answer ...]"
	match, from := "exact", 0
	switch {
	case len(r.args) < 2:
		return r.usage(usage)
	case len(r.args) > 2:
		match, from = strings.ToLower(r.text(0)), 1
		if err := r.nameMatch(); err != nil {
			return err
		}
	}
	rest := min(from+2, len(r.args))
	r.matches(match, r.args[from])
	r.made.To = qualified(r.args[from+1]).Text
	r.made.Auto = match == "exact"
	if to := r.args[from+1]; (match == "exact" || match == "regex") && net.ParseIP(to.Text) != nil {
		r.WarnAt(to, reader.RuleIgnored, "CoreDNS asks for the name %s then, which nobody has: a rewrite changes the question, not the answer. To answer with an address, write hosts", corefile.Quote(to.Text))
	}
	if at := r.args[from]; match != "regex" && strings.Contains(at.Text, "*") {
		r.WarnAt(at, reader.RuleIgnored, `CoreDNS takes the "*" of %s literally, so this rule matches no name. For all names of a zone write: rewrite name suffix .ZONE .OTHER`, corefile.Quote(at.Text))
	}
	metadata := false
	if len(r.args) > rest && r.text(rest) == "metadata" && r.Since("1.15.0") {
		if match != "regex" && !r.Hidden(r.args[0]) {
			return r.wrong(rest, "metadata works only with a name that is matched by regex. Remove it")
		}
		metadata, r.made.Metadata = true, true
		rest++
	}
	if len(r.args) > rest {
		if err := r.answers(rest); err != nil {
			return err
		}
	}
	switch {
	case match == "exact":
		// CoreDNS checks the two as if they were an expression and its replacement, in
		// the wrong order.
		return r.replacement(qualified(r.args[from+1]), qualified(r.args[from]))
	case metadata:
		return r.metadataReplacement(from, from+1)
	case match == "regex":
		return r.replacement(r.args[from], r.args[from+1])
	}
	return nil
}

// nameMatch checks the first word of more than two.
func (r *rewriteRule) nameMatch() error {
	if match := strings.ToLower(r.text(0)); match == "regex" {
		return nil // the expression is checked together with its replacement
	}
	return r.match()
}

// qualified returns a name as CoreDNS normalises it.
func qualified(name corefile.Token) corefile.Token {
	name.Text = strings.ToLower(dns.Fqdn(name.Text))
	return name
}

// replacement checks a regular expression and how many of its groups the replacement
// uses.
func (r *rewriteRule) replacement(expression, text corefile.Token) error {
	groups, err := r.Regexp(expression)
	if err != nil || r.Hidden(expression) {
		return err
	}
	used, highest := usedGroups(text.Text)
	if used > groups {
		return r.ErrorAt(text, reader.RuleInvalidValue, "%s uses %d groups, but the expression %s has %d. Put parentheses around each part that you use", corefile.Quote(text.Text), used, corefile.Quote(expression.Text), groups)
	}
	if highest > groups {
		r.WarnAt(text, reader.RuleInvalidValue, "CoreDNS does not replace {%d}: the expression has no group %d. Put the part that it stands for in parentheses", highest, highest)
	}
	return nil
}

// usedGroups returns how many different groups from {0} to {100} a replacement uses, which
// is all that CoreDNS counts, and the highest of them.
func usedGroups(text string) (used, highest int) {
	var groups [101]bool
	for {
		_, rest, found := strings.Cut(text, "{")
		if !found {
			return used, highest
		}
		text = rest
		digits, _, closed := strings.Cut(rest[:min(len("100}"), len(rest))], "}")
		group, err := strconv.Atoi(digits)
		if !closed || err != nil || strconv.Itoa(group) != digits || group < 0 || group > 100 || groups[group] {
			continue
		}
		groups[group] = true
		used, highest = used+1, max(highest, group)
	}
}

// metadataReplacement checks a regular expression and a replacement that may hold
// metadata, as in {kubernetes/client-namespace}.
func (r *rewriteRule) metadataReplacement(expressionAt, textAt int) error {
	groups, err := r.Regexp(r.args[expressionAt])
	if err != nil || r.Hidden(r.args[expressionAt]) {
		return err
	}
	text := dns.Fqdn(r.text(textAt))
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if strings.Contains(before, "}") {
			return r.wrong(textAt, `%s has a "}" without a "{". Remove it`, corefile.Quote(r.text(textAt)))
		}
		if !found {
			return nil
		}
		label, after, closed := strings.Cut(rest, "}")
		if !closed {
			return r.wrong(textAt, `%s has a "{" without a "}"; close it`, corefile.Quote(r.text(textAt)))
		}
		if group, err := strconv.Atoi(label); err == nil {
			if group < 0 || group > groups {
				return r.wrong(textAt, "there is no group %d: the expression has %d. Put parentheses around the part that you use", group, groups)
			}
		} else if !isMetadataLabel(label) || strings.Contains(label, "{") {
			return r.wrong(textAt, "%s is neither a group nor metadata. Write for example {1} or {kubernetes/client-namespace}", corefile.Quote("{"+label+"}"))
		}
		text = after
	}
	return nil
}

// isMetadataLabel reports whether a word has the form PLUGIN/NAME.
func isMetadataLabel(label string) bool {
	slash := strings.IndexByte(label, '/')
	return slash > 0 && slash < len(label)-1
}

// answers reads the words from an index on: answer auto, answer name FROM TO, or answer
// value FROM TO, several times. Only the first needs the word answer.
func (r *rewriteRule) answers(i int) error {
	const usage = "rewrite name ... answer auto|name FROM TO|value FROM TO"
	if r.text(i) != "answer" {
		return r.wrong(i, "unexpected %s in the rule. Write: %s", corefile.Quote(r.text(i)), usage)
	}
	if len(r.args)-i < 2 {
		return r.usage(usage)
	}
	auto, name := false, -1
	for i < len(r.args) {
		if r.text(i) == "answer" {
			i++
		}
		if i == len(r.args) {
			return r.usage(usage)
		}
		switch kind := r.text(i); kind {
		case "auto":
			auto, r.made.Auto = true, true
			i++
		case "name", "value":
			if len(r.args)-i < 3 {
				return r.usage(usage)
			}
			if err := r.replacement(r.args[i+1], r.args[i+2]); err != nil {
				return err
			}
			r.made.Answers = append(r.made.Answers, RewriteAnswer{kind == "value", r.text(i + 1), qualified(r.args[i+2]).Text})
			if kind == "name" {
				name = i
			}
			i += 3
		default:
			return r.wrong(i, "%s is not a way to rewrite an answer. Write auto, name FROM TO or value FROM TO", corefile.Quote(kind))
		}
	}
	if auto && name >= 0 {
		return r.wrong(name, "answer auto already rewrites the names. Remove it or answer name")
	}
	return nil
}
