package plugin

import (
	"slices"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// A Rewrite is one rule of rewrite.
type Rewrite struct {
	// Token is the name of the plugin.
	Token corefile.Token
	// Continue tells that the rules behind it are looked at as well.
	Continue bool
	// Kind is "name", "class", "type", "edns0", "ttl", "cname" or "rcode".
	Kind string
	// Match is the way in which a name, ttl, cname or rcode rule matches a name: "exact", "prefix",
	// "suffix", "substring" or "regex".
	Match string
	// From is what a rule matches and To what it makes of that, as CoreDNS uses them: names,
	// types, classes; the TTL of a ttl rule; the option, such as "nsid" or "local 65517", and the
	// action of an edns0 rule.
	From, To string
	// Rcodes are the response code that an rcode rule replaces, and the new one.
	Rcodes [2]int
	// Metadata tells that To of a name rule, or the value of an edns0 rule, may hold metadata of the
	// query.
	Metadata bool
	// Auto tells that answers get the name of the question back. Answers are further rules for them.
	Auto    bool
	Answers []RewriteAnswer
}

// A RewriteAnswer replaces the names of answers, or what they point to, with a regular expression.
type RewriteAnswer struct {
	Value    bool
	From, To string
}

// rewrite reads: rewrite [continue|stop] name|class|type|edns0|ttl|cname|rcode … on one
// line, or after at most one word in a block. All uses count, and each is one rule: the
// lines of a block are read as one.
func rewrite(p *Parser) error {
	return p.Every(func() error {
		if p.Val() == "{" {
			return p.Errorf(reader.RuleWrongArguments, "rewrite takes no block. Start each rule on its own line with rewrite")
		}
		rule := rewriteRule{Parser: p, start: p.Token(), args: p.RemainingArgs()}
		if len(rule.args) < 2 {
			for p.NextBlock() {
				rule.args = append(rule.args, p.Token())
			}
		}
		rule.made.Token = rule.start
		defer func() { p.Settings.Rewrites = append(p.Settings.Rewrites, rule.made) }()
		return rule.read()
	})
}

// A rewriteRule is one rule of rewrite.
type rewriteRule struct {
	*Parser
	start corefile.Token   // the rule's first
	args  []corefile.Token // what is left of its words
	made  Rewrite
}

// rewriteRules are the types of rules and what reads the words behind the type.
var rewriteRules = map[string]func(*rewriteRule) error{
	"name":  (*rewriteRule).name,
	"class": (*rewriteRule).class,
	"type":  (*rewriteRule).recordTypes,
	"edns0": (*rewriteRule).edns0,
	"ttl":   (*rewriteRule).ttl,
	"cname": (*rewriteRule).cname,
	"rcode": (*rewriteRule).responseCodes,
}

const rewriteUsage = "rewrite [continue|stop] name|class|type|edns0|ttl|cname|rcode ..."

func (r *rewriteRule) read() error {
	if len(r.args) > 0 {
		if mode := strings.ToLower(r.text(0)); mode == "continue" || mode == "stop" {
			r.made.Continue = mode == "continue"
			r.args = r.args[1:]
		}
	}
	if len(r.args) == 0 {
		return r.usage(rewriteUsage)
	}
	kind := strings.ToLower(r.text(0))
	read, found := rewriteRules[kind]
	switch {
	case kind == "answer":
		return r.wrong(0, "answer rules follow a name rule. Write: rewrite name regex FROM TO answer name FROM TO")
	case !found:
		known := []string{"name", "class", "type", "edns0", "ttl", "cname", "rcode"}
		err := r.wrong(0, "%s is not a rewrite rule. Write one of %s", corefile.Quote(r.text(0)), strings.Join(known, ", "))
		return reader.Suggest(err, corefile.Nearest(kind, known))
	}
	r.made.Kind, r.args = kind, r.args[1:]
	return read(r)
}

// text returns the word at index i.
func (r *rewriteRule) text(i int) string { return r.args[i].Text }

// wrong is the error for the word at index i.
func (r *rewriteRule) wrong(i int, format string, args ...any) error {
	return r.ErrorAt(r.args[i], reader.RuleInvalidValue, format, args...)
}

// usage is the error for a wrong number of words.
func (r *rewriteRule) usage(usage string) error {
	last := r.start
	if n := len(r.args); n > 0 {
		last = r.args[n-1]
	}
	if !strings.Contains(usage, "answer") {
		for i := range r.args {
			if r.text(i) == "answer" {
				return r.wrong(i, "answer rules work only after a name rule. Write: rewrite name ... answer auto|name FROM TO|value FROM TO")
			}
		}
	}
	return r.ErrorAt(last, reader.RuleWrongArguments, "wrong number of arguments. Write: %s", usage)
}

// rewriteMatches are the ways to match a name.
var rewriteMatches = []string{"exact", "prefix", "suffix", "substring", "regex"}

// match reads the way to match that stands at the start of the words, and the name behind
// it, if that is a regular expression.
func (r *rewriteRule) match() error {
	match := strings.ToLower(r.text(0))
	if !slices.Contains(rewriteMatches, match) {
		err := r.wrong(0, "%s is not a way to match a name. Write one of %s", corefile.Quote(r.text(0)), strings.Join(rewriteMatches, ", "))
		return reader.Suggest(err, corefile.Nearest(match, rewriteMatches))
	}
	if match == "regex" {
		_, err := r.Regexp(r.args[1])
		return err
	}
	return nil
}

// matches takes note of a way to match and a name.
func (r *rewriteRule) matches(match string, name corefile.Token) {
	r.made.Match, r.made.From = strings.ToLower(match), name.Text
	if r.made.Match != "regex" {
		r.made.From = qualified(name).Text
	}
}

// class reads: class FROM TO.
func (r *rewriteRule) class() error {
	if len(r.args) != 2 {
		return r.usage("rewrite class FROM TO")
	}
	for i := range r.args {
		if _, found := dns.StringToClass[strings.ToUpper(r.text(i))]; !found {
			return r.wrong(i, "%s is not a class. Write IN, CH, HS, CS, NONE or ANY", corefile.Quote(r.text(i)))
		}
	}
	r.made.From, r.made.To = strings.ToUpper(r.text(0)), strings.ToUpper(r.text(1))
	return nil
}

// recordTypes reads: type FROM TO.
func (r *rewriteRule) recordTypes() error {
	if len(r.args) != 2 {
		return r.usage("rewrite type FROM TO")
	}
	for i := range r.args {
		if _, found := r.RecordType(strings.ToUpper(r.text(i))); !found {
			return r.wrong(i, "%s is not a record type. Write for example A, AAAA or TXT", corefile.Quote(r.text(i)))
		}
	}
	r.made.From, r.made.To = strings.ToUpper(r.text(0)), strings.ToUpper(r.text(1))
	return nil
}
