package plugin

import (
	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// errorsPlugin reads: errors [stdout] { stacktrace; consolidate DURATION REGEXP [LEVEL]
// [show_first] }.
func errorsPlugin(p *Parser) error {
	return p.Once(func() error {
		switch args := p.RemainingArgs(); {
		case len(args) > 1:
			return p.ArgErr("errors [stdout]")
		case len(args) == 1 && args[0].Text != "stdout":
			return p.Errorf(reader.RuleInvalidValue, "errors go to standard output only, not to %s. Remove it", corefile.Quote(args[0].Text))
		}
		return p.ReadBlock(reader.Properties{
			{Name: "stacktrace", Read: reader.Nothing},
			{Name: "consolidate", Usage: "DURATION REGEXP [LEVEL] [show_first]", Read: p.consolidate},
		})
	})
}

func (p *Parser) consolidate() error {
	const usage = "consolidate DURATION REGEXP [LEVEL] [show_first]"
	args := p.RemainingArgs()
	most := 3
	if p.Since("1.14.0") {
		most = 4
	}
	if len(args) < 2 || len(args) > most {
		return p.ArgErr(usage)
	}
	if _, err := p.Duration(args[0], "the period", reader.AnyDuration, reader.MaxDuration); err != nil {
		return err
	}
	if _, err := p.Regexp(args[1]); err != nil {
		return err
	}
	level, first := false, false
	for i, arg := range args[2:] {
		if p.Hidden(arg) {
			return nil
		}
		switch isLevel := arg.Text == "warning" || arg.Text == "error" || arg.Text == "info" || arg.Text == "debug"; {
		case isLevel && (level || first):
			return p.ErrorAt(args[2+i], reader.RuleInvalidValue, "only one level is allowed, before show_first, so %q cannot stand here. Write: %s", arg.Text, usage)
		case isLevel:
			level = true
		case arg.Text == "show_first" && p.Since("1.14.0"):
			first = true
		default:
			return p.ErrorAt(args[2+i], reader.RuleInvalidValue, "%s is not a level. Write warning, error, info or debug", corefile.Quote(arg.Text))
		}
	}
	return nil
}
