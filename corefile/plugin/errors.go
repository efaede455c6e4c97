package plugin

import "corewarden/corefile"

// errorsPlugin reads: errors [stdout] { stacktrace; consolidate DURATION REGEXP [LEVEL]
// [show_first] }.
func errorsPlugin(p *Parser) error {
	return p.once(func() error {
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.argErr("errors [stdout]")
		case len(args) == 1 && args[0].Text != "stdout":
			return p.errorf(RuleInvalidValue, "errors go to standard output only, not to %s. Remove it", corefile.Quote(args[0].Text))
		}
		return p.block(properties{
			{name: "stacktrace", read: nothing},
			{name: "consolidate", usage: "DURATION REGEXP [LEVEL] [show_first]", read: p.consolidate},
		})
	})
}

func (p *Parser) consolidate() error {
	const usage = "consolidate DURATION REGEXP [LEVEL] [show_first]"
	args := p.RemainingArgs()
	most := 3
	if p.since("1.14.0") {
		most = 4
	}
	if len(args) < 2 || len(args) > most {
		return p.argErr(usage)
	}
	if _, err := p.duration(args[0], "the period", anyDuration, maxDuration); err != nil {
		return err
	}
	if _, err := p.regexp(args[1]); err != nil {
		return err
	}
	level, first := false, false
	for i, arg := range args[2:] {
		if p.hidden(arg) {
			return nil
		}
		switch isLevel := arg.Text == "warning" || arg.Text == "error" || arg.Text == "info" || arg.Text == "debug"; {
		case isLevel && (level || first):
			return p.errorAt(args[2+i], RuleInvalidValue, "only one level is allowed, before show_first, so %q cannot stand here. Write: %s", arg.Text, usage)
		case isLevel:
			level = true
		case arg.Text == "show_first" && p.since("1.14.0"):
			first = true
		default:
			return p.errorAt(args[2+i], RuleInvalidValue, "%s is not a level. Write warning, error, info or debug", corefile.Quote(arg.Text))
		}
	}
	return nil
}
