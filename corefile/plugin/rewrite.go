package plugin

import (
	"strings"

	"corewarden/corefile"

	"github.com/miekg/dns"
)

// rewrite reads: rewrite [continue|stop] name|class|type|edns0|ttl|cname|rcode … on one
// line, or after at most one word in a block. All uses count, and each is one rule: the
// lines of a block are read as one.
func rewrite(p *Parser) error {
	return p.every(func() error {
		if p.Val() == "{" {
			return p.errorf(RuleWrongArguments, "a rule ends with its line; write each rule on a line that starts with rewrite, without a block")
		}
		rule := rewriteRule{Parser: p, start: p.position}
		rule.args = p.rewriteWords(len(p.RemainingArgs()))
		if len(rule.args) < 2 {
			for p.NextBlock() {
				rule.args = append(rule.args, p.at(0))
			}
		}
		return rule.read()
	})
}

// rewriteWords returns the n tokens up to the current one.
func (p *Parser) rewriteWords(n int) []corefile.Token {
	words := make([]corefile.Token, n)
	for i := range words {
		words[i] = p.at(n - 1 - i)
	}
	return words
}

// A rewriteRule is one rule of rewrite.
type rewriteRule struct {
	*Parser
	start int              // the position of the rule's first token
	args  []corefile.Token // what is left of its words
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
		return r.wrong(0, "an answer is rewritten behind a name; write: rewrite name regex FROM TO answer name FROM TO")
	case !found:
		known := []string{"name", "class", "type", "edns0", "ttl", "cname", "rcode"}
		f := r.wrong(0, "%s is no type of rule; write one of %s", corefile.Quote(r.text(0)), strings.Join(known, ", ")).(*fault)
		f.suggestion = corefile.Nearest(kind, known)
		return f
	}
	r.args = r.args[1:]
	return read(r)
}

// text returns the word at index i.
func (r *rewriteRule) text(i int) string { return r.args[i].Text }

// wrong is the error for the word at index i.
func (r *rewriteRule) wrong(i int, format string, args ...any) error {
	f := r.errorf(RuleInvalidValue, format, args...).(*fault)
	f.token = r.args[i]
	return f
}

// usage is the error for a wrong number of words.
func (r *rewriteRule) usage(usage string) error {
	f := r.argErr(usage).(*fault)
	f.token = r.at(r.backTo(r.start))
	if n := len(r.args); n > 0 {
		f.token = r.args[n-1]
	}
	return f
}

// regexp checks the regular expression at index i and returns how many groups it has.
func (r *rewriteRule) regexp(i int) (groups int, err error) {
	groups, err = r.Parser.regexp(0, r.text(i))
	if err != nil {
		err.(*fault).token = r.args[i]
	}
	return groups, err
}

// rewriteMatches are the ways to match a name.
var rewriteMatches = []string{"exact", "prefix", "suffix", "substring", "regex"}

// match reads the way to match that stands at the start of the words, and the name behind
// it, if that is a regular expression.
func (r *rewriteRule) match() error {
	match := strings.ToLower(r.text(0))
	known := false
	for _, m := range rewriteMatches {
		known = known || m == match
	}
	if !known {
		f := r.wrong(0, "%s is no way to match a name; write one of %s", corefile.Quote(r.text(0)), strings.Join(rewriteMatches, ", ")).(*fault)
		f.suggestion = corefile.Nearest(match, rewriteMatches)
		return f
	}
	if match == "regex" {
		_, err := r.regexp(1)
		return err
	}
	return nil
}

// class reads: class FROM TO.
func (r *rewriteRule) class() error {
	if len(r.args) != 2 {
		return r.usage("rewrite class FROM TO")
	}
	for i := range r.args {
		if _, found := dns.StringToClass[strings.ToUpper(r.text(i))]; !found {
			return r.wrong(i, "%s is no class; write IN, CH, HS, CS, NONE or ANY", corefile.Quote(r.text(i)))
		}
	}
	return nil
}

// recordTypes reads: type FROM TO.
func (r *rewriteRule) recordTypes() error {
	if len(r.args) != 2 {
		return r.usage("rewrite type FROM TO")
	}
	for i := range r.args {
		if _, found := r.recordType(strings.ToUpper(r.text(i))); !found {
			return r.wrong(i, "%s is no type of records; write for instance A, AAAA or TXT", corefile.Quote(r.text(i)))
		}
	}
	return nil
}
