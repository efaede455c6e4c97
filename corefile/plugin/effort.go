package plugin

import "corewarden/corefile"

// An Effort adds up what the regular expressions, templates and expressions of one
// configuration cost to check. They take up to a thousand times the memory of their text,
// and far longer than the rest. The zero Effort is ready to use.
type Effort struct{ spent int }

// maxEffort is the largest Effort, in about kilobytes of memory: thousands of times what a
// large configuration takes, and checked in less than an API server waits.
const maxEffort = 20_000

// spend adds to the configuration's effort before it is made.
func (p *Parser) spend(back, kilobytes int) error {
	if p.Effort == nil {
		p.Effort = new(Effort)
	}
	if p.Effort.spent += kilobytes; p.Effort.spent > maxEffort {
		return p.errorAt(back, corefile.RuleTooLarge, "the configuration has too many regular expressions, templates and expressions, or too long ones; use fewer up to here")
	}
	return nil
}
