package plugin

import (
	"slices"
	"strings"

	"corewarden/corefile"
)

// header reads: header { query|response set|clear FLAG... }, in capitals or not. The first
// use with a rule counts; CoreDNS ignores what follows it.
func header(p *Parser) error {
	p.ignorable = p.Unnamed
	for p.Next() {
		found := false
		rule := func(read func() error) func() error {
			return func() error { found = true; return read() }
		}
		_ = p.foldedBlock(properties{
			{name: "query", usage: "set|clear FLAG...", read: rule(p.headerRule)},
			{name: "response", usage: "set|clear FLAG...", read: rule(p.headerRule)},
			{name: "set", usage: "FLAG...", until: "1.12.3", read: rule(p.headerFlags)},
			{name: "clear", usage: "FLAG...", until: "1.12.3", read: rule(p.headerFlags)},
		})
		if found {
			return p.restIgnored()
		}
		p.ignorable = p.ignorable || p.nameless
	}
	return p.errorf(RuleMissingProperty, "no rule is given. Add one on its own line in a block, for example: response set aa")
}

func (p *Parser) headerRule() error {
	action := p.Val() + " set|clear FLAG..."
	if !p.NextArg() {
		return p.argErr(action)
	}
	if word := strings.ToLower(p.Val()); word != "set" && word != "clear" {
		return p.errorf(RuleInvalidValue, "%s is not an action. Write set or clear", corefile.Quote(p.Val()))
	}
	return p.headerFlags()
}

func (p *Parser) headerFlags() error {
	usage := p.Val() + " FLAG..."
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.argErr(usage)
	}
	for _, arg := range args {
		if !slices.Contains([]string{"aa", "ra", "rd"}, strings.ToLower(arg.Text)) {
			return p.errorAt(arg, RuleInvalidValue, "%s is not a flag that header can change. Write aa, ra or rd", corefile.Quote(arg.Text))
		}
	}
	return nil
}
