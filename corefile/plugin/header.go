package plugin

import (
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// header reads: header { query|response set|clear FLAG... }, in capitals or not. The first
// use with a rule counts; CoreDNS ignores what follows it.
func header(p *Parser) error {
	p.Ignorable = p.Unnamed
	for p.Next() {
		found := false
		rule := func(read func() error) func() error {
			return func() error { found = true; return read() }
		}
		_ = p.FoldedBlock(reader.Properties{
			{Name: "query", Usage: "set|clear FLAG...", Read: rule(p.headerRule)},
			{Name: "response", Usage: "set|clear FLAG...", Read: rule(p.headerRule)},
			{Name: "set", Usage: "FLAG...", Until: "1.12.3", Read: rule(p.headerFlags)},
			{Name: "clear", Usage: "FLAG...", Until: "1.12.3", Read: rule(p.headerFlags)},
		})
		if found {
			return p.RestIgnored()
		}
		p.Ignorable = p.Ignorable || p.Nameless
	}
	return p.Errorf(reader.RuleMissingProperty, "no rule is given. Add one on its own line in a block, for example: response set aa")
}

func (p *Parser) headerRule() error {
	action := p.Val() + " set|clear FLAG..."
	if !p.NextArg() {
		return p.ArgErr(action)
	}
	if word := strings.ToLower(p.Val()); word != "set" && word != "clear" {
		return p.Errorf(reader.RuleInvalidValue, "%s is not an action. Write set or clear", corefile.Quote(p.Val()))
	}
	return p.headerFlags()
}

func (p *Parser) headerFlags() error {
	usage := p.Val() + " FLAG..."
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr(usage)
	}
	for _, arg := range args {
		if !slices.Contains([]string{"aa", "ra", "rd"}, strings.ToLower(arg.Text)) {
			return p.ErrorAt(arg, reader.RuleInvalidValue, "%s is not a flag that header can change. Write aa, ra or rd", corefile.Quote(arg.Text))
		}
	}
	return nil
}
