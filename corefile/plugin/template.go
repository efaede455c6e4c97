package plugin

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	gotemplate "text/template"
	"text/template/parse"

	"github.com/miekg/dns"

	"corewarden/corefile"
)

// A Template is one use of template.
type Template struct {
	// Token is the name of the plugin.
	Token corefile.Token
	Class uint16
	Type  uint16
	// Zones are those that it answers for, in small letters; a network is one of them.
	Zones []string
	// Matches are the regular expressions of which one has to match the name. There may be none.
	Matches []corefile.Token
	// Answers, Additional and Authority are Go templates of records.
	Answers, Additional, Authority []corefile.Token
	// Rcode is the code that it answers with.
	Rcode int
	// Fallthrough are the zones of which it hands on the names that no expression matches.
	Fallthrough []string
	// Conditions are its variables and then its conditions, as CoreDNS runs them.
	Conditions []Condition
}

// A Condition is an expression that a query has to meet, or one of a variable, which has a name.
type Condition struct{ Name, Text string }

// template reads: template CLASS TYPE [ZONE...] { match REGEXP...; answer TEMPLATE...;
// additional TEMPLATE...; authority TEMPLATE...; rcode CODE; ederror CODE [TEXT];
// fallthrough [ZONE...]; upstream ...; var NAME EXPRESSION; expr EXPRESSION }.
func template(p *Parser) error {
	return p.every(func() error {
		const usage = "template CLASS TYPE [ZONE...]"
		t := Template{Token: p.Token()}
		if !p.NextArg() || p.Val() == "{" {
			return p.argErr(usage)
		}
		var found bool
		if t.Class, found = dns.StringToClass[p.Val()]; !found {
			if err := p.noKeyword("class", slices.Sorted(maps.Keys(dns.StringToClass))); err != nil {
				return err
			}
		}
		if !p.NextArg() || p.Val() == "{" {
			return p.argErr(usage)
		}
		if t.Type, found = p.recordType(p.Val()); !found {
			if err := p.noKeyword("record type", p.knownTypes()); err != nil {
				return err
			}
		}
		t.Zones = p.origins(p.RemainingArgs())
		variables := p.newVariables()
		records := func(into *[]corefile.Token) func() error {
			return func() error { return p.templateRecords(into) }
		}
		defer func() {
			t.Conditions = slices.Concat(variables.defined, variables.conditions)
			p.warnNoGroup(&t)
			p.Settings.Templates = append(p.Settings.Templates, t)
		}()
		return p.block(properties{
			{name: "match", usage: "REGEXP...", read: func() error { return p.templateMatch(&t.Matches) }},
			{name: "answer", usage: "TEMPLATE...", read: records(&t.Answers)},
			{name: "additional", usage: "TEMPLATE...", read: records(&t.Additional)},
			{name: "authority", usage: "TEMPLATE...", read: records(&t.Authority)},
			{name: "var", usage: "NAME EXPRESSION", since: "1.15.0", read: variables.define},
			{name: "expr", usage: "EXPRESSION", since: "1.15.0", read: variables.condition},
			{name: "rcode", usage: "CODE", read: func() (err error) { t.Rcode, err = p.templateRcode(); return err }},
			{name: "ederror", usage: "CODE [TEXT]", read: p.templateError},
			{name: "fallthrough", usage: "[ZONE...]", read: p.fallthroughInto(&t.Fallthrough)},
			{name: "upstream", read: func() error { p.RemainingArgs(); return nil }},
		})
	})
}

// noKeyword is the error for the current token, which is none of the keywords. They are
// in capital letters.
func (p *Parser) noKeyword(what string, words []string) error {
	nearest := corefile.Nearest(strings.ToUpper(p.Val()), words)
	return p.suggestAt(p.Token(), nearest, RuleInvalidValue, "%s is not a %s. Write: template CLASS TYPE [ZONE...], the first two in upper case, such as IN and A", corefile.Quote(p.Val()), what)
}

func (p *Parser) templateMatch(into *[]corefile.Token) error {
	args := p.RemainingArgs()
	*into = append(*into, args...)
	if len(args) == 0 {
		return p.argErr("match REGEXP...")
	}
	for _, text := range args {
		if _, err := p.regexp(text); err != nil {
			return err
		}
	}
	return nil
}

// maxTemplate is how long a template may be here, which is far more than an answer holds.
// CoreDNS has no such limit.
const maxTemplate = 64 << 10

// templateRecords checks the arguments as templates.
func (p *Parser) templateRecords(into *[]corefile.Token) error {
	name := p.Val()
	args := p.RemainingArgs()
	*into = append(*into, args...)
	if len(args) == 0 {
		return p.argErr(name + " TEMPLATE...")
	}
	warned := false // once: without its quotes, a record is several words
	for _, text := range args {
		switch {
		case len(text.Text) > maxTemplate:
			return p.errorAt(text, corefile.RuleTooLarge, "the template has %d characters; at most %d are checked. Shorten it", len(text.Text), maxTemplate)
		case !strings.Contains(text.Text, "{{"):
			if !warned && !p.Report.FullOfWarnings() {
				warned = p.warnNoRecord(text)
			}
			continue
		}
		if err := p.spend(text, 6+len(text.Text)/8); err != nil {
			return err
		}
		tree, err := p.Parsed.template(name, text.Text)
		if err != nil {
			_, reason, _ := strings.Cut(strings.TrimPrefix(err.Error(), "template: "), ": ")
			return p.errorAt(text, RuleInvalidValue, "%s is not a valid Go template: %s. Write the whole record in straight double quotes", corefile.Quote(text.Text), corefile.Quote(reason))
		}
		if !p.Report.FullOfWarnings() {
			p.warnNoField(text, tree)
		}
	}
	return nil
}

// templateTree parses a template. Most call no function, and so need no table of those: to make one
// takes longer than to parse them.
func templateTree(name, text string) (*parse.Tree, error) {
	if trees, err := parse.Parse(name, text, "", ""); err == nil {
		return trees[name], nil
	}
	parsed, err := gotemplate.New(name).Funcs(gotemplate.FuncMap{"parseInt": strconv.ParseUint}).Parse(text)
	if err != nil {
		return nil, err
	}
	return parsed.Tree, nil
}

// warnNoRecord warns of a template without an action that yields no record, so that every
// query it matches fails. It reports whether it did.
func (p *Parser) warnNoRecord(text corefile.Token) bool {
	if strings.ContainsAny(text.Text, " \t") { // else it is not even worth a try
		parser := dns.NewZoneParser(strings.NewReader(text.Text+"\n"), ".", "")
		parser.SetDefaultTTL(0)
		if _, ok := parser.Next(); ok {
			return false
		}
	}
	p.warnAt(text, RuleIgnored, "%s is not a record, so every query that this template matches fails. Write the whole record in straight double quotes, such as \"{{ .Name }} 60 IN A 10.0.0.1\"", corefile.Quote(text.Text))
	return true
}

func (p *Parser) templateRcode() (int, error) {
	if !p.NextArg() {
		return 0, p.argErr("rcode CODE")
	}
	text := p.Val()
	rcode, err := p.rcode(p.Token())
	if err != nil {
		return 0, err
	}
	if upper := strings.ToUpper(text); upper != text {
		return 0, p.suggestAt(p.Token(), upper, RuleInvalidValue, "%s is not a response code. Write it in upper case", corefile.Quote(text))
	}
	return rcode, nil
}

func (p *Parser) templateError() error {
	args := p.RemainingArgs()
	if len(args) != 1 && len(args) != 2 {
		return p.argErr("ederror CODE [TEXT]")
	}
	if _, err := strconv.ParseUint(args[0].Text, 10, 16); err != nil {
		return p.errorAt(args[0], RuleInvalidValue, "the code of the extended error is %s. Write a whole number from 0 to 65535", corefile.Quote(args[0].Text))
	}
	return nil
}
