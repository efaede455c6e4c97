package plugin

import (
	"math"

	"corewarden/corefile/plugin/reader"
)

// erratic reads: erratic { drop [AMOUNT]; delay [AMOUNT [DURATION]]; truncate [AMOUNT];
// large }. All uses in a block count.
func erratic(p *Parser) error {
	return p.Every(func() error {
		return p.ReadBlock(reader.Properties{
			{Name: "drop", Usage: "[AMOUNT]", Read: func() error { return p.erraticAmount("drop [AMOUNT]", 1) }},
			{Name: "delay", Usage: "[AMOUNT [DURATION]]", Read: func() error { return p.erraticAmount("delay [AMOUNT [DURATION]]", 2) }},
			{Name: "truncate", Usage: "[AMOUNT]", Read: func() error { return p.erraticAmount("truncate [AMOUNT]", 1) }},
			{Name: "large", Read: reader.Nothing},
		})
	})
}

// erraticAmount reads: [AMOUNT [DURATION]], and at most that many arguments.
func (p *Parser) erraticAmount(usage string, most int) error {
	args := p.RemainingArgs()
	n := len(args)
	if n > most {
		return p.ArgErr(usage)
	}
	if n > 0 {
		if err := p.Integer(args[0], "the amount", 0, math.MaxInt32); err != nil {
			return err
		}
	}
	if n > 1 {
		_, err := p.Duration(args[1], "the delay", reader.AnyDuration, reader.MaxDuration)
		return err
	}
	return nil
}
