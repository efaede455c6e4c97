package plugin

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
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
	return p.Every(func() error {
		const usage = "template CLASS TYPE [ZONE...]"
		t := Template{Token: p.Token()}
		if !p.NextArg() || p.Val() == "{" {
			return p.ArgErr(usage)
		}
		var found bool
		if t.Class, found = dns.StringToClass[p.Val()]; !found {
			if err := p.noKeyword("class", slices.Sorted(maps.Keys(dns.StringToClass))); err != nil {
				return err
			}
		}
		if !p.NextArg() || p.Val() == "{" {
			return p.ArgErr(usage)
		}
		if t.Type, found = p.RecordType(p.Val()); !found {
			if err := p.noKeyword("record type", p.KnownTypes()); err != nil {
				return err
			}
		}
		t.Zones = p.Origins(p.RemainingArgs())
		variables := p.newVariables()
		records := func(into *[]corefile.Token) func() error {
			return func() error { return p.templateRecords(into) }
		}
		defer func() {
			t.Conditions = slices.Concat(variables.defined, variables.conditions)
			p.warnNoGroup(&t)
			p.Settings.Templates = append(p.Settings.Templates, t)
		}()
		return p.ReadBlock(reader.Properties{
			{Name: "match", Usage: "REGEXP...", Read: func() error { return p.templateMatch(&t.Matches) }},
			{Name: "answer", Usage: "TEMPLATE...", Read: records(&t.Answers)},
			{Name: "additional", Usage: "TEMPLATE...", Read: records(&t.Additional)},
			{Name: "authority", Usage: "TEMPLATE...", Read: records(&t.Authority)},
			{Name: "var", Usage: "NAME EXPRESSION", Since: "1.15.0", Read: variables.define},
			{Name: "expr", Usage: "EXPRESSION", Since: "1.15.0", Read: variables.condition},
			{Name: "rcode", Usage: "CODE", Read: func() (err error) { t.Rcode, err = p.templateRcode(); return err }},
			{Name: "ederror", Usage: "CODE [TEXT]", Read: p.templateError},
			{Name: "fallthrough", Usage: "[ZONE...]", Read: p.FallthroughInto(&t.Fallthrough)},
			{Name: "upstream", Read: func() error { p.RemainingArgs(); return nil }},
		})
	})
}

// noKeyword is the error for the current token, which is none of the keywords. They are
// in capital letters.
func (p *Parser) noKeyword(what string, words []string) error {
	nearest := corefile.Nearest(strings.ToUpper(p.Val()), words)
	return p.SuggestAt(p.Token(), nearest, reader.RuleInvalidValue, "%s is not a %s. Write: template CLASS TYPE [ZONE...], the first two in upper case, such as IN and A", corefile.Quote(p.Val()), what)
}

func (p *Parser) templateMatch(into *[]corefile.Token) error {
	args := p.RemainingArgs()
	*into = append(*into, args...)
	if len(args) == 0 {
		return p.ArgErr("match REGEXP...")
	}
	for _, text := range args {
		if _, err := p.Regexp(text); err != nil {
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
		return p.ArgErr(name + " TEMPLATE...")
	}
	warned := false // once: without its quotes, a record is several words
	for _, text := range args {
		switch {
		case len(text.Text) > maxTemplate:
			return p.ErrorAt(text, corefile.RuleTooLarge, "the template has %d characters; at most %d are checked. Shorten it", len(text.Text), maxTemplate)
		case !strings.Contains(text.Text, "{{"):
			if !warned && !p.Report.FullOfWarnings() {
				warned = p.warnNoRecord(text)
			}
			continue
		}
		if err := p.Spend(text, 6+len(text.Text)/8); err != nil {
			return err
		}
		tree, err := p.Parsed.Template(name, text.Text)
		if err != nil {
			_, reason, _ := strings.Cut(strings.TrimPrefix(err.Error(), "template: "), ": ")
			return p.ErrorAt(text, reader.RuleInvalidValue, "%s is not a valid Go template: %s. Write the whole record in straight double quotes", corefile.Quote(text.Text), corefile.Quote(reason))
		}
		if !p.Report.FullOfWarnings() {
			p.warnNoField(text, tree)
		}
	}
	return nil
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
	p.WarnAt(text, reader.RuleIgnored, "%s is not a record, so every query that this template matches fails. Write the whole record in straight double quotes, such as \"{{ .Name }} 60 IN A 10.0.0.1\"", corefile.Quote(text.Text))
	return true
}

func (p *Parser) templateRcode() (int, error) {
	if !p.NextArg() {
		return 0, p.ArgErr("rcode CODE")
	}
	text := p.Val()
	rcode, err := p.Rcode(p.Token())
	if err != nil {
		return 0, err
	}
	if upper := strings.ToUpper(text); upper != text {
		return 0, p.SuggestAt(p.Token(), upper, reader.RuleInvalidValue, "%s is not a response code. Write it in upper case", corefile.Quote(text))
	}
	return rcode, nil
}

func (p *Parser) templateError() error {
	args := p.RemainingArgs()
	if len(args) != 1 && len(args) != 2 {
		return p.ArgErr("ederror CODE [TEXT]")
	}
	if _, err := strconv.ParseUint(args[0].Text, 10, 16); err != nil {
		return p.ErrorAt(args[0], reader.RuleInvalidValue, "the code of the extended error is %s. Write a whole number from 0 to 65535", corefile.Quote(args[0].Text))
	}
	return nil
}
